#include "cassmesh/rule.hpp"
#include "fields/unknown.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::Object& object, Report& report) {
  const auto& scope = report.scope();
  for (const auto& field : fields::unknown_fields(object, scope.istio, scope.istio_is_given)) {
    const auto said = report(object, field.place, "{}", field.message).on(field.istio);
    if (!field.fix.empty()) said.fix(field.fix);
  }
}

}  // namespace

extern const Rule unknown_field{
    .name = "unknown-field",
    .severity = Severity::error,
    .kinds = {"AuthorizationPolicy", "DestinationRule", "EnvoyFilter", "Gateway", "IstioOperator",
              "MeshPolicy", "PeerAuthentication", "Policy", "ProxyConfig", "RequestAuthentication",
              "ServiceEntry", "Sidecar", "Telemetry", "VirtualService", "WasmPlugin",
              "WorkloadEntry", "WorkloadGroup"},
    .summary = "Every field of an Istio object is one that Istio knows.",
    .why =
        "A field that is misspelt, stands at the wrong place, or is newer than the mesh, does "
        "nothing: from Istio 1.2 on istiod ignores it, from 1.6 on the API server takes it away. A "
        "kubectl that validates refuses it; what applies without validation (operators, client "
        "libraries) never learns of it, and what was asked for, mTLS for instance, is not there.",
    .fix = "take it away, or write the field that was meant",
    .versions = "",
    .source =
        "istio/api, kubernetes/customresourcedefinitions.gen.yaml and the .proto files at the tags "
        "1.0.0 to 1.31.0; istio/istio 1.1.0 and 1.2.0 pilot/pkg/model/conversion.go; kubernetes.io "
        "docs tasks/extend-kubernetes/custom-resources/custom-resource-definitions "
        "(pruning), reference/using-api/api-concepts (field validation)",
    .check = check,
};

}  // namespace cassmesh::rules
