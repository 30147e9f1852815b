#include "cassmesh/trace.hpp"

#include <utility>

#include "judged.hpp"

namespace cassmesh::lint {
namespace {

Place place_of(const engine::Evidence& by) {
  if (by.at) return by.at.place();
  return by.object == nullptr ? Place{} : by.object->name_node().place();
}

TracedHop traced_hop(const engine::Hop& hop) {
  TracedHop traced{.step = hop.step,
                   .decision = hop.decision,
                   .place = place_of(hop.by),
                   .failure = hop.failure,
                   .on_way_back = hop.on_way_back};
  if (hop.by.object != nullptr) traced.object = k8s::name_of(*hop.by.object);
  return traced;
}

TracedOutcome traced_outcome(const engine::Interval& interval) {
  const auto& trace = interval.trace;
  TracedOutcome traced{
      .istio = interval.istio, .outcome = trace.outcome, .assumption = trace.assumption};
  for (const auto& hop : trace.hops) traced.hops.push_back(traced_hop(hop));
  return traced;
}

}  // namespace

TracedRing traced_ring(std::string ring, std::string scope,
                       const std::vector<engine::Traced>& connections) {
  TracedRing traced{.ring = std::move(ring), .scope = std::move(scope)};
  for (const auto& [connection, intervals] : connections) {
    auto& added = traced.connections.emplace_back(TracedConnection{
        .name = to_string(connection.kind),
        .from = connection.from,
        .to = connection.to,
        .port = connection.port,
        .is_needed = connection.is_needed,
    });
    for (const auto& interval : intervals) added.outcomes.push_back(traced_outcome(interval));
  }
  return traced;
}

TraceResult trace(Sources& sources, const std::vector<const Source*>& files,
                  const Options& options) {
  const Inputs inputs(sources, files, options);
  TraceResult result{.rings = {},
                     .problems = inputs.problems(),
                     .summary = inputs.summary(),
                     .istio = inputs.istio()};
  sort(result.problems);
  for (const auto& judged : inputs.scopes()) {
    for (const auto& ring : judged.rings) {
      result.rings.push_back(traced_ring(ring.name, judged.files.name, judged.engine->trace(ring)));
    }
  }
  return result;
}

}  // namespace cassmesh::lint
