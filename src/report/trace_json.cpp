// The JSON of traces. Its version changes when something is renamed or taken away, not when a key
// is added.

#include <nlohmann/json.hpp>

#include "cassmesh/trace_report.hpp"
#include "json_parts.hpp"
#include "json_text.hpp"

namespace cassmesh::report {
namespace {

using Json = nlohmann::ordered_json;

Json hop_json(const lint::TracedHop& hop, const Sources& sources) {
  Json out{{"step", to_string(hop.step)}, {"decision", hop.in_words()}};
  if (hop.object) out["object"] = object_json(*hop.object);
  put_start(out, hop.place, sources);
  if (hop.failure) out["failure"] = to_string(*hop.failure);
  return out;
}

Json outcome_json(const lint::TracedOutcome& outcome, const Sources& sources) {
  Json out{{"istio", to_string(outcome.istio)}, {"outcome", to_string(outcome.outcome)}};
  if (!outcome.assumption.empty()) out["assumption"] = outcome.assumption;
  out["hops"] = Json::array();
  for (const auto& hop : outcome.hops) out["hops"].push_back(hop_json(hop, sources));
  return out;
}

Json connection_json(const lint::TracedConnection& connection, const Sources& sources) {
  Json out{{"name", connection.name},
           {"from", connection.from},
           {"to", connection.to},
           {"port", connection.port},
           {"outcomes", Json::array()}};
  for (const auto& outcome : connection.outcomes)
    out["outcomes"].push_back(outcome_json(outcome, sources));
  return out;
}

Json ring_json(const lint::TracedRing& ring, const Sources& sources) {
  Json out{{"ring", ring.ring}};
  if (!ring.scope.empty()) out["scope"] = ring.scope;
  out["connections"] = Json::array();
  for (const auto& connection : ring.connections)
    out["connections"].push_back(connection_json(connection, sources));
  return out;
}

}  // namespace

std::string trace_json(const lint::TraceResult& result, const Sources& sources, bool /*color*/) {
  Json out{{"version", 1}, {"rings", Json::array()}};
  for (const auto& ring : result.rings) out["rings"].push_back(ring_json(ring, sources));
  return json_text(out);
}

}  // namespace cassmesh::report
