#include "../engine/injected_pods.hpp"
#include "../engine/injection.hpp"
#include "cassmesh/rule.hpp"
#include "fields/annotation_values.hpp"

namespace cassmesh::rules {
namespace {

using mesh::VersionRange;

/// Where nobody said which versions are asked about: whether it is so on the newest of them.
bool concerns(const VersionRange& bad, const VersionRange& judged, const Scope& scope) {
  if (scope.istio_is_given || judged.empty() || bad.empty()) return !bad.empty();
  return bad.intervals().back().last == judged.intervals().back().last;
}

void check_pods(const k8s::Object& workload, Report& report) {
  const auto& scope = report.scope();
  const auto annotations = workload.pod_annotations();
  if (annotations.size() == 0 || engine::sidecar_in_template(workload)) return;
  const auto injection = engine::injection_of(workload, scope.objects, scope.settings, true);
  const auto injected = injection.sidecar & scope.istio;
  for (const auto& entry : annotations) {
    if (!entry.is_scalar()) continue;
    for (const auto& each : fields::refusals(entry.key(), entry.text(), injected)) {
      if (!concerns(each.istio, injected, scope)) continue;
      const auto said =
          report(workload, entry, "{}: the injector refuses pods with it", each.why).on(each.istio);
      if (!each.fix.empty()) said.fix(each.fix);
    }
  }
}

void check(const k8s::Object& object, Report& report) {
  if (object.pod_template()) return check_pods(object, report);
  const auto& scope = report.scope();
  for (const auto& entry : object.annotations()) {
    if (!entry.is_scalar()) continue;
    for (const auto& each : fields::ignored_values(entry.key(), entry.text(), scope.istio)) {
      report(object, entry, "{}: Istio ignores it", each.why)
          .severity(Severity::warning)
          .fix(each.fix)
          .on(each.istio);
    }
  }
}

}  // namespace

extern const Rule invalid_annotation_value{
    .name = "invalid-annotation-value",
    .severity = Severity::error,
    .kinds = {"Namespace", "Service", "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet",
              "ReplicationController", "Job", "CronJob"},
    .summary = "An annotation for the sidecar has a value that the injector takes.",
    .why =
        "The injector refuses to make a sidecar from it, and with that the API server refuses the "
        "pod: the StatefulSet is applied, and no pod of it ever comes, or comes back. Unknown "
        "fields of `proxy.istio.io/config` are ignored, wrong types are not. What istiod reads of "
        "a Service it just ignores.",
    .fix = "write a value that the annotation takes",
    .versions =
        "each version refuses what it reads: `proxy.istio.io/config` from 1.6 on, names of "
        "interfaces from 1.30 on",
    .source =
        "istio/istio pkg/kube/inject/validate.go at 1.9.0, 1.24.0 and 1.30.0, "
        "pilot/pkg/kube/inject/inject.go at 1.0.0, pilot/pkg/serviceregistry/kube/conversion.go at "
        "1.24.0; istio.io/latest/docs/reference/config/analysis/ist0125",
    .check = check,
};

}  // namespace cassmesh::rules
