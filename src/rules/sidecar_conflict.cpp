#include "cassmesh/rule.hpp"
#include "mesh/rivals.hpp"

namespace cassmesh::rules {
namespace {

/// An empty `workloadSelector` is one that selects every pod.
mesh::Reach reach_of(const k8s::Object& sidecar) {
  const auto selector = sidecar["spec"]["workloadSelector"];
  return {.whole_namespace = !selector || selector.is_null(), .labels = selector["labels"]};
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto& scope = report.scope();
  const auto sidecars = objects.of("Sidecar");
  if (sidecars.size() < 2) return;
  const auto* const set = &objects;
  for (const auto& rivals : mesh::find_rivals(sidecars, mesh::Pods({&set, 1}), reach_of)) {
    const auto& [first, second, known] = rivals.order;
    const auto selector = (*second)["spec"]["workloadSelector"];
    report(*second, selector && !selector.is_null() ? selector : second->name_node(),
           "Sidecar '{}' is for {} too: {}", first->name(), mesh::described(rivals, scope.settings),
           mesh::only_the_first_counts(rivals.order))
        .related(*first, first->name_node(), known ? "the one that counts" : "the other one")
        .ring(mesh::ring_of(rivals, scope.rings, scope.settings));
  }
}

}  // namespace

extern const Rule sidecar_conflict{
    .name = "sidecar-conflict",
    .severity = Severity::warning,
    .kinds = {"Sidecar"},
    .summary = "No two Sidecars of one level are for the same pods.",
    .why =
        "A proxy is shaped by one single Sidecar; nothing is merged. Of several without a "
        "workloadSelector in one namespace, or of several whose selectors match one pod, Istio "
        "takes the oldest, and of those created in the same second the first by name. What the "
        "others import or close does not count.",
    .fix = "put both into one Sidecar, or give them workloadSelectors that share no pod",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/push_context.go:1874 (initSidecarScopes), :1111 "
        "(getSidecarScope), pilot/pkg/model/config.go:319",
    .check = check,
};

}  // namespace cassmesh::rules
