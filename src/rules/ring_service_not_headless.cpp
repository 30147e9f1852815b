#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/telling.hpp"
#include "mesh/pods.hpp"

namespace cassmesh::rules {
namespace {

/// Operators know their own Services: ScyllaDB's gives each pod one with an address of its own.
bool belongs_to_operator(const k8s::Object* set) {
  return (*set)["metadata"]["ownerReferences"].size() > 0;
}

void check(const mesh::Ring& ring, Report& report) {
  const auto* service = ring.service;
  if (service == nullptr || mesh::is_headless(*service)) return;
  if (std::ranges::any_of(ring.stateful_sets, belongs_to_operator)) return;
  // Else it is the name that is wrong.
  const auto headless = [](const k8s::Object* each) { return mesh::is_headless(*each); };
  if (std::ranges::any_of(ring.services, headless)) return;
  const auto effect = report.scope().engine.effect(engine::Aspect::naming, ring);
  if (!effect && mesh::has_service_for_a_pod(ring)) return;
  const auto spec = (*service)["spec"];
  const auto at = spec["clusterIP"] ? spec["clusterIP"] : spec ? spec : service->name_node();
  const auto& set = *ring.stateful_sets.front();
  const auto said =
      report(*service, at, "Service '{}' governs a ring and is not headless", service->name());
  said.related(set, set["spec"]["serviceName"], "it governs this StatefulSet").ring(ring);
  if (effect) tell(said, effect).on(mesh::VersionRange::any());
}

}  // namespace

extern const Rule ring_service_not_headless{
    .name = "ring-service-not-headless",
    .severity = Severity::error,
    .kinds = {"Service", "StatefulSet"},
    .summary = "The Service that governs a ring is headless.",
    .why =
        "Nodes dial each other by pod name and pod IP. Only a headless Service gives pods names "
        "in DNS, and only for its pods does a sidecar have listeners: with a cluster IP in "
        "between, a seed is any pod, and gossip to a pod's IP leaves the mesh in plaintext.",
    .fix =
        "set 'clusterIP: None'; Kubernetes does not change it in place, so delete the Service "
        "and apply it anew, and let clients have another Service",
    .versions = "",
    .source =
        "kubernetes.io/docs/concepts/services-networking/dns-pod-service; istio/istio 1.24.0 "
        "pilot/pkg/networking/core/listener.go",
    .check = check,
};

}  // namespace cassmesh::rules
