#include "../engine/requests.hpp"
#include "cassmesh/rule.hpp"
#include "fields/annotations.hpp"

namespace cassmesh::rules {
namespace {

std::string remedy(const fields::Key& meant, const fields::Metadata& metadata) {
  const auto as = meant.use == metadata.use
                      ? std::string()
                      : fmt::format(" as {} {}", meant.use == fields::Use::label ? "a" : "an",
                                    to_string(meant.use));
  const bool belongs_on_pods =
      metadata.resource != "Pod" && meant.is_read_on("Pod") && !meant.is_read_on(metadata.resource);
  return fmt::format("write '{}'{}{}", meant.name, as,
                     belongs_on_pods ? ", on the pod template" : "");
}

void check(const k8s::Object& object, Report& report) {
  const auto& scope = report.scope();
  for (const auto& metadata : fields::metadata_of(object)) {
    for (const auto& entry : metadata.node) {
      const auto* meant = fields::meant_by(entry.key(), metadata.use, scope.istio);
      if (meant == nullptr || engine::is_named_by_not_injected(entry, scope)) continue;
      report(object, entry.key_where(), "Istio reads no {} '{}': did you mean '{}'?",
             to_string(metadata.use), entry.key(), meant->name)
          .fix(remedy(*meant, metadata));
    }
  }
}

}  // namespace

extern const Rule unknown_annotation{
    .name = "unknown-annotation",
    .severity = Severity::warning,
    .kinds = {"Namespace", "Service", "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet",
              "ReplicationController", "Job", "CronJob"},
    .summary = "Annotations and labels for Istio are spelt as Istio spells them.",
    .why =
        "Nobody refuses an annotation or a label that nobody reads: a port that a misspelt "
        "`excludeInboundPorts` should keep out of the sidecar goes through it, a Namespace with "
        "`istio-injecton` has no sidecars, and nothing says so. What resembles nothing that Istio "
        "knows is left alone, as newer versions and other tools have keys of their own.",
    .fix = "write the key that was meant",
    .versions = "",
    .source =
        "istio/api annotation/annotations.yaml and label/labels.yaml from 1.3 on, the source of "
        "istio/istio from 1.0.0 on; istio.io/latest/docs/reference/config/analysis/ist0108",
    .check = check,
};

}  // namespace cassmesh::rules
