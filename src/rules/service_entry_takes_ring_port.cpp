#include <algorithm>

#include "../engine/model.hpp"
#include "../engine/telling.hpp"
#include "../mesh/ring_hosts.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// See `service-entry-takes-ring-host`.
bool has_ring_host(const k8s::Object& entry, const Scope& scope) {
  return std::ranges::any_of(entry["spec"]["hosts"], [&](const yaml::Node& host) {
    return mesh::ring_host(host.text(), scope.rings, scope.settings, false).has_value();
  });
}

void check(const k8s::Object& entry, Report& report) {
  auto& engine = report.scope().engine;
  if (has_ring_host(entry, report.scope())) return;
  for (const auto& effect : engine.effects(entry)) {
    if (!effect) continue;
    const auto& broken = effect.worst();
    const auto& takers = engine.model(*effect.ring).takers;
    const auto taker = std::ranges::find_if(takers, [&](const engine::Taker& each) {
      return each.object == &entry && each.port == broken.connection.port;
    });
    if (taker == takers.end()) continue;
    const auto owner = mesh::owner_of(*effect.ring);
    const auto said =
        report(entry, taker->at,
               "port {} without an address of its own takes what goes to this port of "
               "ring '{}': {}",
               taker->port, effect.ring->name, engine::told(broken));
    engine::tell_why(said, effect);
    said.related(*owner.object, owner.object->name_node(), owner.role);
  }
}

}  // namespace

extern const Rule service_entry_takes_ring_port{
    .name = "service-entry-takes-ring-port",
    .severity = Severity::error,
    .kinds = {"ServiceEntry"},
    .summary = "A TCP ServiceEntry on a ring's port has addresses of its own.",
    .why =
        "TCP carries no host. Without `addresses` (or with those of everybody) sidecars give a TCP "
        "port of a ServiceEntry one listener for all addresses, and send whatever comes to this "
        "port number to the entry's endpoints. Only the listener of a single pod goes before it, "
        "and that is there only where a headless Service declares the port, in a way that this "
        "Istio understands.",
    .fix = "give the ServiceEntry 'addresses', or show it by exportTo to those alone who need it",
    .versions =
        "pods have listeners of their own from 1.4 on, up to 1.7 only at ports whose name says tcp",
    .source = "istio/istio#35242, #6695, #27018; istio.io reference/config/analysis/ist0134",
    .check = check,
};

}  // namespace cassmesh::rules
