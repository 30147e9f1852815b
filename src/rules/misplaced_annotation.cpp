#include "../engine/requests.hpp"
#include "cassmesh/rule.hpp"
#include "fields/misplaced.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::Object& object, Report& report) {
  const auto& scope = report.scope();
  for (const auto& each : fields::misplaced_metadata(object, scope.objects, scope.istio)) {
    if (engine::is_fulfilled(object, each.at, scope) ||
        engine::is_named_by_not_injected(each.at, scope))
      continue;
    report(object, each.at.key_where(), "{}", each.message).fix(each.fix).on(each.istio);
  }
}

}  // namespace

extern const Rule misplaced_annotation{
    .name = "misplaced-annotation",
    .severity = Severity::warning,
    .kinds = {"Namespace", "Service", "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet",
              "ReplicationController", "Job", "CronJob"},
    .summary = "An annotation or a label for Istio stands where Istio reads it.",
    .why =
        "The injector sees pods, which have the metadata of the template alone: what stands at a "
        "StatefulSet or Deployment itself, at a Service or at a Namespace does nothing, and nobody "
        "says so. `istio-injection` in turn is a label of Namespaces, on pods and as an annotation "
        "it is nothing.",
    .fix = "move it to the metadata of the pod template",
    .versions = "",
    .source =
        "istio/api annotation/annotations.yaml and label/labels.yaml (resources) from 1.4 on; "
        "istio.io/latest/docs/ops/common-problems/injection; istio/istio#18921, #11854; "
        "istio.io/latest/docs/reference/config/analysis/ist0107",
    .check = check,
};

}  // namespace cassmesh::rules
