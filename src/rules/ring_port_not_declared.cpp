#include <algorithm>
#include <array>

#include "cassmesh/rule.hpp"
#include "engine/port_effects.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

/// Whether a headless Service declares it as another one: see `target-port-differs-on-headless`.
bool is_renamed(const engine::Model& model, int port) {
  return std::ranges::any_of(model.services, [&](const engine::Service& service) {
    return service.is_headless && service.port_to(port) != nullptr;
  });
}

struct Listened {
  int number;
  std::string_view name;
};

std::array<Listened, 2> listened(const engine::Sockets& sockets) {
  return {{{sockets.internode_port, sockets.has_internode_tls ? "internode with TLS" : "internode"},
           {sockets.cql_port, "CQL"}}};
}

const k8s::Object& service_to_blame(const mesh::Ring& ring) {
  const auto governs = std::ranges::find(ring.services, ring.service) != ring.services.end();
  return governs ? *ring.service : *ring.services.front();
}

void look_at(const Listened& port, const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto effect = engine::effect_of_declaration(scope.engine, ring, port.number);
  if (!effect && !engine::may_have_sidecar(scope.engine.model(ring), scope.istio)) return;
  const auto& service = service_to_blame(ring);
  const auto& set = *ring.stateful_sets.front();
  const auto spec = service["spec"];
  const auto said =
      report(service, spec["ports"] ? spec["ports"] : spec,
             "port {} of the ring ({}) is declared in no Service that selects its pods",
             port.number, port.name);
  said.related(set, set.name_node(), "the ring")
      .fix(fmt::format("declare it: '- {{name: tcp-{}, port: {}}}'",
                       port.name == "CQL" ? "cql" : "internode", port.number))
      .ring(ring);
  if (!engine::speak_of_mesh(scope.engine.model(ring))) said.severity(Severity::info);
  if (effect) tell(said, effect);
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  if (!mesh::cassandra_container(*ring.stateful_sets.front()) || ring.services.empty()) return;
  const auto& model = scope.engine.model(ring);
  for (const auto& port : listened(model.nodes.front().sockets)) {
    if (!engine::is_declared(model, port.number) && !is_renamed(model, port.number))
      look_at(port, ring, report);
  }
}

}  // namespace

extern const Rule ring_port_not_declared{
    .name = "ring-port-not-declared",
    .severity = Severity::warning,
    .kinds = {"Service", "StatefulSet"},
    .summary = "A Service declares each port at which the ring's nodes are dialled.",
    .why =
        "A sidecar knows only ports that a Service declares. To any other it passes connections "
        "through in plaintext, whatever the policy for mTLS, and a strict peer resets them. "
        "Kubernetes itself does not care, so operators and charts leave out 7000.",
    .fix = "declare the port in the headless Service",
    .versions = "",
    .source =
        "istio.io docs ops/configuration/traffic-management/traffic-routing and "
        "ops/deployment/application-requirements",
    .check = check,
};

}  // namespace cassmesh::rules
