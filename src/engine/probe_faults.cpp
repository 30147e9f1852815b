#include "probe_faults.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace cassmesh::engine {
namespace {

/// A probe as the node has it, with the name that its connection begins with.
struct Probe {
  const Workload* node;
  yaml::Node at;
  std::string from;
};

void add_probes(const Workload& node, const yaml::Node& container, bool is_alone,
                std::vector<Probe>& all) {
  const auto who = fmt::format(" of {}/{}", node.object->name_space(), node.object->name());
  for (const auto* kind : {"startupProbe", "livenessProbe", "readinessProbe"}) {
    for (const auto* how : {"httpGet", "tcpSocket", "grpc"}) {
      const auto at = container[kind][how];
      if (!at.is_mapping()) continue;
      all.push_back({.node = &node,
                     .at = at,
                     .from = fmt::format("kubelet, {} by {}{}", kind, how, is_alone ? "" : who)});
    }
  }
}

std::vector<Probe> probes_of(const Model& model) {
  std::vector<Probe> all;
  for (const auto& node : model.nodes) {
    const auto container = mesh::cassandra_container(*node.object);
    if (container) add_probes(node, container->node, model.nodes.size() == 1, all);
  }
  return all;
}

/// The versions on which the listen address alone fails a probe.
mesh::VersionRange by_listen_address(Engine& engine, const mesh::Ring& ring) {
  mesh::VersionRange range;
  for (const auto& broken : engine.effect(Aspect::listen_address, ring).breaks) {
    if (broken.connection.name == "probe") range = range | broken.istio;
  }
  return range;
}

const Hop* failing_hop(const Trace& trace) {
  const auto found = std::ranges::find_if(
      trace.hops, [](const Hop& hop) { return hop.failure && hop.failure != Outcome::unknown; });
  return found == trace.hops.end() ? nullptr : &*found;
}

void add(std::vector<ProbeFault>& faults, const Probe& probe, const Connection& connection,
         const Interval& interval, const mesh::VersionRange& except) {
  const auto& trace = interval.trace;
  const bool fails = !works(trace.outcome) && trace.outcome != Outcome::unknown;
  if (!fails && !trace.is_answered_by_proxy) return;
  const auto istio = fails ? interval.istio - except : interval.istio;
  const auto* hop = failing_hop(trace);
  if (istio.empty() || (fails && hop == nullptr)) return;
  const auto same = std::ranges::find_if(faults, [&](const ProbeFault& each) {
    return each.at == probe.at && each.is_always_green != fails &&
           (!fails || each.broken.hop.decision == hop->decision);
  });
  if (same != faults.end()) {
    same->istio = same->istio | istio;
    return;
  }
  ProbeFault fault{.node = probe.node, .at = probe.at, .istio = istio, .is_always_green = !fails};
  if (fails)
    fault.broken = {.connection = connection,
                    .istio = istio,
                    .outcome = trace.outcome,
                    .otherwise = Outcome::plaintext,
                    .hop = *hop};
  faults.push_back(std::move(fault));
}

}  // namespace

std::vector<ProbeFault> probe_faults(Engine& engine, const mesh::Ring& ring) {
  std::vector<ProbeFault> faults;
  const auto probes = probes_of(engine.model(ring));
  if (probes.empty()) return faults;
  const auto except = by_listen_address(engine, ring);
  for (const auto& traced : engine.trace(ring)) {
    const auto probe = std::ranges::find(probes, traced.connection.from, &Probe::from);
    if (traced.connection.name != "probe" || probe == probes.end()) continue;
    for (const auto& interval : traced.intervals)
      add(faults, *probe, traced.connection, interval, except);
  }
  return faults;
}

}  // namespace cassmesh::engine
