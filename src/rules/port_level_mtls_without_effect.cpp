#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/model.hpp"
#include "mesh/pods.hpp"
#include "mesh/service_ports.hpp"

namespace cassmesh::rules {
namespace {

/// The first port of the ring's Services of which something holds; null if there is none.
template <typename Wanted>
const engine::Port* find_port(const engine::Model& model, const Wanted& wanted) {
  for (const auto& service : model.services) {
    const auto found = std::ranges::find_if(service.ports, wanted);
    if (found != service.ports.end()) return &*found;
  }
  return nullptr;
}

void say(const k8s::Object& policy, const yaml::Node& level, const engine::Model& model,
         Report& report) {
  const auto is_key = [&](int number) { return std::to_string(number) == level.key(); };
  if (find_port(model, [&](const auto& port) { return is_key(port.target); }) != nullptr) return;
  const auto* port =
      find_port(model, [&](const auto& each) { return each.node && is_key(each.number); });
  if (port != nullptr && !mesh::declares_port(*model.nodes.front().object, level.key())) {
    const auto said =
        report(policy, level.key_where(), "port {} is the Service's: its pods listen at {}",
               port->number, port->target);
    said.fix(fmt::format("write '{}'", port->target)).ring(*model.ring);
    return;
  }
  report(policy, level.key_where(), "no Service of ring '{}' declares port {}", model.ring->name,
         level.key())
      .on(mesh::VersionRange::any() -
          mesh::versions_with(mesh::Capability::inbound_unbound_port_level_mtls))
      .fix("declare the port in the ring's Service")
      .ring(*model.ring);
}

/// Of workloads that are no ring only this is said: a port that no Service declares counts too.
void look_at_others(const k8s::Object& policy, const yaml::Node& labels, Report& report) {
  const auto& scope = report.scope();
  std::vector<const k8s::Object*> pods;
  for (const auto* workload : scope.objects.workloads(policy.name_space())) {
    if (k8s::selects(labels, *workload)) pods.push_back(workload);
  }
  const auto is_ring = [&](const k8s::Object* workload) {
    return std::ranges::any_of(scope.rings, [&](const mesh::Ring& ring) {
      return std::ranges::find(ring.stateful_sets, workload) != ring.stateful_sets.end();
    });
  };
  if (std::ranges::any_of(pods, is_ring)) return;
  for (const auto& level : policy["spec"]["portLevelMtls"]) {
    const auto mapped = mesh::service_port_alone(level.key(), pods, scope.objects);
    if (!mapped) continue;
    report(policy, level.key_where(), "port {} is the Service's: its pods listen at {}",
           level.key(), mapped->target)
        .related(*mapped->service, mapped->port["port"], "the Service's port")
        .fix(fmt::format("write '{}'", mapped->target));
  }
}

void check(const k8s::Object& policy, Report& report) {
  const auto& scope = report.scope();
  const auto labels = policy["spec"]["selector"]["matchLabels"];
  const auto levels = policy["spec"]["portLevelMtls"];
  if (levels.size() > 0 && labels.size() == 0)
    report(policy, levels, "'portLevelMtls' without a selector: Istio refuses the policy")
        .severity(Severity::error)
        .fix("add a selector for the pods that have these ports");
  // In the root namespace a selector has no effect at all: see `selector-matches-nothing`.
  if (labels.size() == 0 || policy.name_space() == scope.settings.root_namespace) return;
  look_at_others(policy, labels, report);
  for (const auto& ring : scope.rings) {
    const auto selected = [&](const k8s::Object* set) { return k8s::selects(labels, *set); };
    const bool is_here = policy.name_space() == ring.name_space;
    if (!is_here || !std::ranges::any_of(ring.stateful_sets, selected)) continue;
    const auto& model = scope.engine.model(ring);
    for (const auto& level : levels) say(policy, level, model, report);
  }
}

}  // namespace

extern const Rule port_level_mtls_without_effect{
    .name = "port-level-mtls-without-effect",
    .severity = Severity::warning,
    .kinds = {"PeerAuthentication"},
    .summary = "portLevelMtls names ports of the pods that its policy selects.",
    .why =
        "The keys of `portLevelMtls` are the ports at which the pods listen, not those of a "
        "Service; any other number counts for nobody. Up to Istio 1.8 a Service must declare the "
        "port, and without a selector Istio refuses the policy.",
    .fix = "write the port at which the pods listen",
    .versions = "1.5 and newer",
    .source =
        "istio/istio 1.24.0 pkg/config/validation/validation.go:1575, "
        "releasenotes/notes/27994.yaml; "
        "istio.io/latest/docs/reference/config/security/peer_authentication",
    .check = check,
};

}  // namespace cassmesh::rules
