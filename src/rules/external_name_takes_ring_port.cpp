#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/model.hpp"
#include "engine/takers.hpp"
#include "engine/telling.hpp"
#include "mesh/precedence.hpp"

namespace cassmesh::rules {
namespace {

/// The versions on which the ring's pods have no listener of their own at a port.
mesh::VersionRange unguarded(const engine::Model& model, int number) {
  auto versions = mesh::VersionRange::any();
  for (const auto& service : model.services) {
    const auto* port = service.is_headless ? service.port(number) : nullptr;
    if (port != nullptr) versions = versions - engine::pod_listeners(*port);
  }
  return versions;
}

/// Whether it is known to be younger than what the ring has.
bool is_younger(const k8s::Object& service, const mesh::Ring& ring) {
  return std::ranges::all_of(ring.services, [&](const k8s::Object* own) {
    const auto order = mesh::precedence(service, *own);
    return order.known && order.first == own;
  });
}

void look_at(const k8s::Object& service, const engine::Taker& taker, const mesh::Ring& ring,
             Report& report) {
  auto& engine = report.scope().engine;
  const auto istio = taker.istio & unguarded(engine.model(ring), taker.port);
  if (istio.empty() || (is_younger(service, ring) && !engine.matters(service, ring))) return;
  const auto said = report(service, taker.at,
                           "port {} of ExternalName Service '{}' takes what ring '{}' sends to "
                           "this port",
                           taker.port, service.name(), ring.name);
  const auto& set = *ring.stateful_sets.front();
  said.related(set, set.name_node(), "the ring").on(istio).ring(ring);
  const auto effect = part(engine.effect(service, ring), [&](const engine::Break& each) {
    return each.connection.port == taker.port;
  });
  if (effect) tell(said, effect);
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  for (const auto& taker : scope.engine.model(ring).takers) {
    const auto& service = *taker.object;
    const bool is_external = service["spec"]["type"].text() == "ExternalName";
    if (is_external && taker.seen_by.includes(ring.name_space))
      look_at(service, taker, ring, report);
  }
}

}  // namespace

extern const Rule external_name_takes_ring_port{
    .name = "external-name-takes-ring-port",
    .severity = Severity::warning,
    .kinds = {"Service", "StatefulSet"},
    .summary = "No ExternalName Service declares a TCP port of a ring.",
    .why =
        "A TCP port of an ExternalName Service has no address of its own, so sidecars send what "
        "goes to that port number to the external name. Only the listener of a pod is there "
        "first, and that needs a headless Service which declares the port.",
    .fix = "delete the ports of the ExternalName Service, which Kubernetes does not need",
    .versions =
        "up to 1.20; where a headless Service declares the port, up to 1.3, or up to 1.7 if "
        "that port's name does not say tcp",
    .source = "istio/istio 1.20.0 pilot/pkg/features/pilot.go:657 (ENABLE_EXTERNAL_NAME_ALIAS)",
    .check = check,
};

}  // namespace cassmesh::rules
