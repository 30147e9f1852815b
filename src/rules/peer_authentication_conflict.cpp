#include <algorithm>

#include "cassmesh/rule.hpp"
#include "mesh/rivals.hpp"

namespace cassmesh::rules {
namespace {

mesh::Reach reach_of(const k8s::Object& policy) {
  const auto labels = policy["spec"]["selector"]["matchLabels"];
  return {.whole_namespace = labels.size() == 0, .labels = labels};
}

std::string_view mode_of(const yaml::Node& mtls) {
  const auto mode = mtls["mode"].text();
  return mode.empty() ? "UNSET" : mode;
}

bool same_ports(const yaml::Node& left, const yaml::Node& right) {
  return left.size() == right.size() && std::ranges::all_of(left, [&](const yaml::Node& port) {
           return right[port.key()] && mode_of(right[port.key()]) == mode_of(port);
         });
}

/// Whether it makes no difference which of the two counts.
bool equivalent(const k8s::Object& left, const k8s::Object& right) {
  return mode_of(left["spec"]["mtls"]) == mode_of(right["spec"]["mtls"]) &&
         // Without a selector nobody reads them.
         (reach_of(left).whole_namespace ||
          same_ports(left["spec"]["portLevelMtls"], right["spec"]["portLevelMtls"]));
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto& scope = report.scope();
  std::vector<const k8s::Object*> policies;
  for (const auto* policy : objects.of("PeerAuthentication")) {
    // One with a selector in the root namespace counts nowhere: see `selector-matches-nothing`.
    if (reach_of(*policy).whole_namespace || policy->name_space() != scope.settings.root_namespace)
      policies.push_back(policy);
  }
  if (policies.size() < 2) return;
  const auto* const set = &objects;
  for (const auto& rivals : mesh::find_rivals(policies, mesh::Pods({&set, 1}), reach_of)) {
    const auto& [first, second, known] = rivals.order;
    if (equivalent(*first, *second)) continue;
    const auto mode = (*second)["spec"]["mtls"]["mode"];
    report(*second, mode ? mode : second->name_node(), "PeerAuthentication '{}' is for {} too: {}",
           first->name(), mesh::described(rivals, scope.settings),
           mesh::only_the_first_counts(rivals.order))
        .related(*first, first->name_node(), known ? "the one that counts" : "the other one")
        .ring(mesh::ring_of(rivals, scope.rings, scope.settings));
  }
}

}  // namespace

extern const Rule peer_authentication_conflict{
    .name = "peer-authentication-conflict",
    .severity = Severity::warning,
    .kinds = {"PeerAuthentication"},
    .summary = "No two PeerAuthentications of one level say different things for the same pods.",
    .why =
        "Of several PeerAuthentications without a selector in one namespace, or of several whose "
        "selectors match one pod, Istio takes a single one: the oldest, and of those created in "
        "the same second the first by name. Nothing is merged. Which one that is depends on the "
        "history of the cluster, so that a new cluster may accept plaintext where the old one "
        "was strict.",
    .fix = "put both into one PeerAuthentication, or give them selectors that share no pod",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/authentication.go:125, "
        "pilot/pkg/security/authn/policy_applier.go:365, pilot/pkg/model/config.go:319; the same "
        "in 1.5.0",
    .check = check,
};

}  // namespace cassmesh::rules
