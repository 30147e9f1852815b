#include <fmt/core.h>

#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/port_effects.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Port;

/// The port of the ring that one of a headless Service is for, or is in the way of; 0 if none.
int ring_port(const engine::Model& model, const Port& port) {
  for (const int own : engine::ports_of(model)) {
    if (port.target == own || port.number == own) return own;
  }
  return 0;
}

/// Whether a headless Service declares it by its own number.
bool has_listener(const engine::Model& model, int port) {
  return std::ranges::any_of(model.services, [&](const engine::Service& service) {
    return service.is_headless && service.port(port) != nullptr;
  });
}

void look_at(const engine::Service& service, const Port& port, const mesh::Ring& ring,
             Report& report) {
  auto& engine = report.scope().engine;
  const auto& model = engine.model(ring);
  const int own = ring_port(model, port);
  if (own == 0 || port.number == port.target) return;
  const auto effect = effect_of_declaration(engine, ring, own);
  // Where peers dial the number that it has, only the engine knows whether the other one harms.
  const bool is_missing = port.target == own && !has_listener(model, own) &&
                          engine::may_have_sidecar(model, report.scope().istio);
  if (!effect && !is_missing) return;
  const bool is_renamed = port.target == own;
  const auto said =
      report(*service.object, port.node["targetPort"], "peers dial port {} of the pods, {} {}", own,
             is_renamed ? "for which this headless Service declares"
                        : "which this headless Service takes for",
             is_renamed ? port.number : port.target);
  said.fix(fmt::format("let port and targetPort both be {}", own)).ring(ring);
  if (effect) tell(said, effect);
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto& service : report.scope().engine.model(ring).services) {
    if (service.object == nullptr || !service.is_headless) continue;
    for (const auto& port : service.ports) {
      if (port.node["targetPort"]) look_at(service, port, ring, report);
    }
  }
}

}  // namespace

extern const Rule target_port_differs_on_headless{
    .name = "target-port-differs-on-headless",
    .severity = Severity::warning,
    .kinds = {"Service", "StatefulSet"},
    .summary = "A port of a ring's headless Service is the port of its pods.",
    .why =
        "Nobody maps ports of a headless Service: its name stands for the pods' own addresses, and "
        "peers dial the port at which Cassandra listens. Sidecars go by what the Service says, "
        "though. At the client they know no listener for the port that is dialled, and pass it "
        "through in plaintext; at the server they take it for one that no Service declares.",
    .fix = "let port and targetPort be the same",
    .versions = "",
    .source =
        "kubernetes.io/docs/concepts/services-networking/service (headless Services); istio.io "
        "docs ops/configuration/traffic-management/traffic-routing",
    .check = check,
};

}  // namespace cassmesh::rules
