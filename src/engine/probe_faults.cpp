#include "probe_faults.hpp"

#include <algorithm>
#include <utility>

namespace cassmesh::engine {
namespace {

/// The versions on which the listen address alone fails a probe.
mesh::VersionRange by_listen_address(Engine& engine, const mesh::Ring& ring) {
  mesh::VersionRange range;
  for (const auto& broken : engine.effect(Aspect::listen_address, ring).breaks) {
    if (broken.connection.kind == Connection::Kind::probe) range = range | broken.istio;
  }
  return range;
}

class Collector {
 public:
  Collector(const Model& model, mesh::VersionRange except)
      : model_(model), except_(std::move(except)) {}

  void add(const Connection& probe, const Interval& interval) {
    const auto& trace = interval.trace;
    const bool fails = !works(trace.outcome) && trace.outcome != Outcome::unknown;
    if (!fails && !trace.is_answered_by_proxy) return;
    const auto istio = fails ? interval.istio - except_ : interval.istio;
    const auto* hop = trace.failing_hop();
    if (istio.empty() || (fails && hop == nullptr)) return;
    const auto same = std::ranges::find_if(found, [&](const ProbeFault& each) {
      return each.at == probe.probe && each.is_always_green != fails &&
             (!fails || each.broken.hop.decision == hop->decision);
    });
    if (same != found.end()) {
      same->istio = same->istio | istio;
      return;
    }
    ProbeFault fault{.node = &model_.nodes.at(probe.node),
                     .at = probe.probe,
                     .istio = istio,
                     .is_always_green = !fails};
    if (fails)
      fault.broken = {.connection = probe,
                      .istio = istio,
                      .outcome = trace.outcome,
                      .otherwise = Outcome::plaintext,
                      .hop = *hop};
    found.push_back(std::move(fault));
  }

  std::vector<ProbeFault> found;

 private:
  const Model& model_;
  mesh::VersionRange except_;
};

}  // namespace

std::vector<ProbeFault> probe_faults(Engine& engine, const mesh::Ring& ring) {
  const auto probes = engine.trace(ring, Connection::Kind::probe);
  if (probes.empty()) return {};
  Collector collector(engine.model(ring), by_listen_address(engine, ring));
  for (const auto& [probe, intervals] : probes) {
    for (const auto& interval : intervals) collector.add(probe, interval);
  }
  return std::move(collector.found);
}

}  // namespace cassmesh::engine
