#include <fmt/core.h>

#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"
#include "mesh/protocols.hpp"

namespace cassmesh::rules {
namespace {

using mesh::Capability;

/// The ring's own port of that number, of a headless Service.
engine::Evidence own_port(const engine::Model& model, int number) {
  for (const auto& service : model.services) {
    const auto* port = service.is_headless ? service.port(number) : nullptr;
    if (port != nullptr) return {.object = service.object, .at = port->node["port"]};
  }
  return {};
}

/// A name helps only where it makes a listener for each pod.
std::string fix(const engine::Effect& effect, std::string_view namespace_of_other) {
  if (mesh::versions_with(Capability::headless_pod_listeners).contains(effect.istio()))
    return "begin the name of the ring's port with 'tcp-'";
  return fmt::format(
      "keep this Service in namespace '{}' by the annotation networking.istio.io/exportTo: '.', or "
      "give it another port",
      namespace_of_other);
}

void check(const k8s::Object& service, Report& report) {
  auto& engine = report.scope().engine;
  if (!mesh::is_headless(service)) return;
  for (const auto& ring : report.scope().rings) {
    const auto& model = engine.model(ring);
    for (const auto& taker : model.takers) {
      if (taker.object != &service) continue;
      const auto effect = part(engine.effect(service, ring), [&](const engine::Break& each) {
        return each.connection.port == taker.port;
      });
      if (!effect) continue;
      const auto& worst = effect.worst();
      const auto said = report(service, taker.at,
                               "port {} of headless Service '{}' takes what ring '{}' sends to "
                               "this port: {} is {}",
                               taker.port, service.name(), ring.name,
                               to_string(worst.connection.kind), to_string(worst.outcome));
      tell(said, effect).fix(fix(effect, service.name_space()));
      const auto own = own_port(model, taker.port);
      if (own.object != nullptr) said.related(*own.object, own.at, "the ring's port");
    }
  }
}

}  // namespace

extern const Rule port_shared_by_headless_services{
    .name = "port-shared-by-headless-services",
    .severity = Severity::error,
    .kinds = {"Service", "StatefulSet"},
    .summary = "No other headless Service has the listener of a ring's port.",
    .why =
        "Up to Istio 1.3 a sidecar has one listener for a port number of all headless Services, "
        "and up to 1.7 for those whose port names no protocol. The oldest Service has it, and the "
        "others' connections are sent as if they were its own: without the ring's DestinationRule, "
        "in plaintext.",
    .fix = "give the Service another port, or show it to its own namespace alone",
    .versions = "up to 1.3; up to 1.7 where the ring's port names no protocol",
    .source = "istio/istio#9784, istio/istio#16233, istio/istio#10659, istio/istio#27018",
    .check = check,
};

}  // namespace cassmesh::rules
