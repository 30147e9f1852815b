#include <algorithm>
#include <array>

#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// What says that a workload has no sidecar; missing if nothing does for certain.
yaml::Node without_sidecar(const k8s::Object& workload) {
  constexpr std::string_view inject = "sidecar.istio.io/inject";
  for (const auto& node : {workload.pod_labels()[inject], workload.pod_annotations()[inject]}) {
    if (node.text() == "false") return node;
  }
  const auto host_network = workload.pod_spec()["hostNetwork"];
  return host_network.text() == "true" ? host_network : yaml::Node();
}

/// Whether some ports of its pods bypass the sidecar, so that plaintext may well arrive there.
bool has_ports_beside_the_sidecar(const k8s::Object& workload) {
  const auto annotations = workload.pod_annotations();
  return annotations["traffic.sidecar.istio.io/excludeInboundPorts"] ||
         annotations["traffic.sidecar.istio.io/includeInboundPorts"];
}

bool is_without_selector(const k8s::Object& policy) {
  return policy["spec"]["selector"]["matchLabels"].size() == 0;
}

/// The policy of one level that asks for mTLS; null if there is none, or if several may count.
const k8s::Object* only_one(const std::vector<const k8s::Object*>& policies) {
  return policies.size() == 1 ? policies.front() : nullptr;
}

/// The policies on a ring by level: its pods', its namespace's, the mesh's.
std::array<std::vector<const k8s::Object*>, 3> levels(const mesh::Ring& ring, const Scope& scope) {
  std::array<std::vector<const k8s::Object*>, 3> all;
  for (const auto* policy : scope.objects.of("PeerAuthentication")) {
    const bool general = is_without_selector(*policy);
    const auto here = policy->name_space() == ring.name_space;
    const auto selects = [&](const k8s::Object* set) {
      return k8s::selects((*policy)["spec"]["selector"]["matchLabels"], *set);
    };
    if (here && !general && std::ranges::any_of(ring.stateful_sets, selects))
      all[0].push_back(policy);
    if (here && general) all[1].push_back(policy);
    if (general && policy->name_space() == scope.settings.root_namespace) all[2].push_back(policy);
  }
  return all;
}

/// The policy by which the ring's pods take nothing but mTLS, on all ports; null if none does.
const k8s::Object* strict_policy(const mesh::Ring& ring, const Scope& scope) {
  for (const auto& level : levels(ring, scope)) {
    if (level.empty()) continue;
    const auto* policy = only_one(level);
    if (policy == nullptr || (*policy)["spec"]["portLevelMtls"]) return nullptr;
    const auto mode = (*policy)["spec"]["mtls"]["mode"].text();
    if (mode == "STRICT") return policy;
    if (!mode.empty() && mode != "UNSET") return nullptr;
  }
  return nullptr;
}

void check(const mesh::Ring& ring, Report& report) {
  const auto* policy = strict_policy(ring, report.scope());
  const auto meshed = [](const k8s::Object* set) {
    return !without_sidecar(*set) && !has_ports_beside_the_sidecar(*set);
  };
  if (policy == nullptr || !std::ranges::all_of(ring.stateful_sets, meshed)) return;
  for (const auto& client : ring.clients) {
    if (client.workload == nullptr) continue;
    const auto why = without_sidecar(*client.workload);
    if (!why) continue;
    report(*client.workload, why, "{} has no sidecar, and ring '{}' refuses plaintext",
           k8s::described(*client.workload), ring.name)
        .related(*client.workload, client.evidence, "it connects to the ring")
        .related(*policy, (*policy)["spec"]["mtls"]["mode"], "the ring takes only mTLS")
        .ring(ring)
        .breaks({"cql"});
  }
}

}  // namespace

extern const Rule plaintext_client_of_strict_ring{
    .name = "plaintext-client-of-strict-ring",
    .severity = Severity::error,
    .kinds = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"},
    .summary = "A client of a ring that takes only mTLS has a sidecar.",
    .why =
        "Without a sidecar (this rule looks for those that say so: injection switched off, or "
        "hostNetwork) the client speaks plaintext. Under a STRICT PeerAuthentication the "
        "ring's sidecars close such a connection before Cassandra sees it, and the driver only "
        "says that no node can be reached.",
    .fix = "let the client have a sidecar, or make an exception for port 9042 in the policy",
    .versions = "1.5 and newer, which have PeerAuthentication",
    .source =
        "istio.io/latest/docs/concepts/security/#peer-authentication; "
        "istio.io/latest/docs/tasks/security/authentication/authn-policy",
    .check = check,
};

}  // namespace cassmesh::rules
