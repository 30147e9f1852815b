#include <algorithm>
#include <array>

#include "../mesh/destinations.hpp"
#include "../mesh/mesh_routes.hpp"
#include "../mesh/ring_hosts.hpp"
#include "cassmesh/engine.hpp"
#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// A gateway balances the load over the pods of a headless Service, like over any others.
bool serves_gateways(const k8s::Object& rule, std::string_view host, const Scope& scope) {
  const auto services = scope.objects.of("VirtualService");
  return rule["spec"]["workloadSelector"] ||
         std::ranges::any_of(services, [&](const k8s::Object* each) {
           return mesh::leads_gateway_to(*each, host, scope.settings.cluster_domain);
         });
}

/// Whether some route asks for a subset of a full host: without it there is nothing to lead to.
bool has_routes_to_subsets(std::string_view host, const Scope& scope) {
  return std::ranges::any_of(scope.objects.of("VirtualService"), [&](const k8s::Object* service) {
    return mesh::leads_to_subset(*service, host, scope.settings.cluster_domain);
  });
}

void check(const k8s::Object& rule, Report& report) {
  const auto& scope = report.scope();
  const auto spec = rule["spec"];
  const auto host =
      mesh::full_host(spec["host"].text(), rule.name_space(), scope.settings.cluster_domain);
  if (mesh::is_wildcard(host)) return;  // what does nothing here may work on other Services
  const auto found = mesh::ring_host(host, scope.rings, scope.settings, true);
  if (!found || found->is_pod || serves_gateways(rule, host, scope)) return;
  const auto& ring = *found->ring;
  if (scope.engine.effect(rule, ring)) return;  // what breaks something is not needless
  const auto& owner = ring.service != nullptr ? *ring.service : *ring.stateful_sets.front();
  const auto say = [&](const yaml::Node& field) {
    if (!field || field.is_null()) return;
    report(rule, field.key_where(), "'{}' has no effect on headless '{}'", field.key(),
           spec["host"].text())
        .related(owner, owner.name_node(), "the ring")
        .fix(fmt::format("delete '{}'", field.key()), true)
        .ring(ring);
  };
  constexpr std::array fields{"loadBalancer", "outlierDetection"};
  for (const auto* field : fields) say(spec["trafficPolicy"][field]);
  for (const auto& port : spec["trafficPolicy"]["portLevelSettings"]) {
    for (const auto* field : fields) say(port[field]);
  }
  if (!has_routes_to_subsets(host, scope)) say(spec["subsets"]);
}

}  // namespace

extern const Rule destination_rule_needless_on_headless{
    .name = "destination-rule-needless-on-headless",
    .severity = Severity::warning,
    .kinds = {"DestinationRule"},
    .summary =
        "A DestinationRule for a ring's headless Service says only what has an effect there.",
    .why =
        "A sidecar sends to the very pod that was dialled, so on a headless Service there is no "
        "load to balance, no pod to eject and no subset to choose: `loadBalancer`, "
        "`outlierDetection` and `subsets` look like protection and do nothing. At gateways the "
        "same Service is load-balanced, and there they work. `tls` and `connectionPool` always "
        "do.",
    .fix = "delete the field",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/networking/core/loadbalancer (applyLoadBalancer), "
        "istio/istio#50967",
    .check = check,
};

}  // namespace cassmesh::rules
