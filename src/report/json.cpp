// The JSON of a run. Its version changes when something is renamed or taken away, not when a key is
// added.

#include <nlohmann/json.hpp>

#include "formats.hpp"
#include "json_parts.hpp"
#include "json_text.hpp"

namespace cassmesh::report {
namespace {

using Json = nlohmann::ordered_json;

Json related_json(const Related& related, const Sources& sources) {
  Json out = Json::object();
  put_start(out, related.place, sources);
  out["message"] = related.message;
  if (related.object) out["object"] = object_json(*related.object);
  return out;
}

Json finding_json(const Finding& finding, const Sources& sources) {
  Json out{{"rule", finding.rule},
           {"severity", to_string(finding.severity)},
           {"message", finding.message}};
  put_start(out, finding.place, sources);
  if (finding.place) {
    out["endLine"] = finding.place.end.line;
    out["endColumn"] = finding.place.end.column;
  }
  if (finding.object) out["object"] = object_json(*finding.object);
  if (!finding.ring.empty()) out["ring"] = finding.ring;
  out["breaks"] = finding.breaks;
  if (finding.istio) out["istio"] = to_string(*finding.istio);
  out["related"] = Json::array();
  for (const auto& related : finding.related) {
    out["related"].push_back(related_json(related, sources));
  }
  if (!finding.fix.empty()) {
    out["fix"] = {{"description", finding.fix}, {"safe", finding.fix_is_safe}};
  }
  return out;
}

}  // namespace

std::string json(const Run& run) {
  Json out{{"version", 1}, {"istio", to_string(run.result.istio)}, {"findings", Json::array()}};
  for (const auto& finding : run.result.findings) {
    out["findings"].push_back(finding_json(finding, run.sources));
  }
  out["summary"] = summary_json(run.result.summary);
  return json_text(out);
}

}  // namespace cassmesh::report
