#include "../engine/injected_pods.hpp"
#include "../engine/unmeshed.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::Object& object, Report& report) {
  if (object.is("Namespace")) {
    const auto revision = engine::overruled_revision(object);
    if (!revision) return;
    const auto injection = object.labels()[engine::injection_key];
    report(object, revision, "revision '{}' is overruled by the label istio-injection: {}",
           revision.text(), injection.text())
        .related(object, injection, "this label wins")
        .on(mesh::versions_with(mesh::Capability::revision_label));
    return;
  }
  const auto annotation = engine::contradicting_annotation(object);
  if (!annotation) return;
  const auto label = object.pod_labels()[engine::inject_key];
  report(object, annotation,
         "the annotation says '{}' and the label '{}': the label counts from Istio 1.12 on, before "
         "that the annotation",
         annotation.text(), label.text())
      .related(object, label, "the label")
      .fix("keep the label alone");
}

}  // namespace

extern const Rule injection_label_conflict{
    .name = "injection-label-conflict",
    .severity = Severity::warning,
    .kinds = {"Namespace", "DaemonSet", "Deployment", "StatefulSet", "Job", "CronJob", "Pod"},
    .summary = "A Namespace, or a pod, says one thing about injection.",
    .why =
        "A Namespace with both labels is injected by whatever `istio-injection` means: the "
        "revision that the other one names is never asked, and with `disabled` nobody is. On pods "
        "the label `sidecar.istio.io/inject` and the annotation of the same name decide on "
        "different versions, so that an upgrade adds or removes sidecars.",
    .fix = "keep one of the labels: 'istio.io/rev' where the Namespace is meant for a revision",
    .versions = "revisions exist from 1.6 on; the label of pods counts in istiod from 1.12 on",
    .source =
        "istio.io/latest/docs/reference/config/analysis/ist0123; istio/istio 1.12.0 "
        "pkg/kube/inject/inject.go:193",
    .check = check,
};

}  // namespace cassmesh::rules
