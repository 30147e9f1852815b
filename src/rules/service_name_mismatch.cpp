#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

bool governs(const k8s::Object& service, const k8s::Object& set) {
  return mesh::is_headless(service) && k8s::service_selects(service, set);
}

void check(const mesh::Ring& ring, Report& report) {
  const auto* named = ring.service;
  if (named == nullptr) return;
  // Where no seed is such a name, nobody asks for it.
  const auto effect = report.scope().engine.effect(engine::Aspect::naming, ring);
  for (const auto* set : ring.stateful_sets) {
    if (governs(*named, *set)) continue;
    const auto meant = std::ranges::find_if(
        ring.services, [&](const k8s::Object* service) { return governs(*service, *set); });
    if (meant == ring.services.end()) continue;
    const auto said = report(
        *set, (*set)["spec"]["serviceName"],
        "serviceName names Service '{}', which {}, and not '{}', which is headless and selects "
        "the ring's pods",
        named->name(), mesh::is_headless(*named) ? "selects none of its pods" : "is not headless",
        (*meant)->name());
    said.related(**meant, (*meant)->name_node(), "the headless Service of the pods")
        .related(*named, named->name_node(), "the Service that is named")
        .fix(fmt::format(
            "set 'serviceName: {}', which Kubernetes does not change in place: delete the "
            "StatefulSet with --cascade=orphan, apply it anew, then restart its pods "
            "one by one",
            (*meant)->name()))
        .ring(ring)
        .severity(Severity::info);
    if (effect) tell(said, effect).on(mesh::VersionRange::any());
  }
}

}  // namespace

extern const Rule service_name_mismatch{
    .name = "service-name-mismatch",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "Service"},
    .summary = "serviceName names the headless Service that selects the ring's pods.",
    .why =
        "A pod's name in DNS is made of the Service that `serviceName` names, and answered by it "
        "alone. If that is the Service for clients, or one of other pods, then "
        "`cassandra-0.cassandra.data.svc.cluster.local` is nobody, and no seed is found.",
    .fix = "name the headless Service",
    .versions = "",
    .source = "kubernetes.io/docs/concepts/workloads/controllers/statefulset (Stable Network ID)",
    .check = check,
};

}  // namespace cassmesh::rules
