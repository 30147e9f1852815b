#include "cassmesh/rule.hpp"
#include "fields/values.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::Object& object, Report& report) {
  const auto& scope = report.scope();
  for (const auto& value : fields::wrong_values(object, scope.istio, scope.istio_is_given)) {
    const auto said = report(object, value.place, "{}", value.message).on(value.istio);
    if (!value.fix.empty()) said.fix(value.fix);
    if (value.excluded_by) said.related(object, *value.excluded_by, "the other one");
  }
}

}  // namespace

extern const Rule invalid_field_value{
    .name = "invalid-field-value",
    .severity = Severity::error,
    .kinds = {"AuthorizationPolicy", "DestinationRule", "EnvoyFilter", "Gateway", "IstioOperator",
              "MeshPolicy", "PeerAuthentication", "Policy", "ProxyConfig", "RequestAuthentication",
              "ServiceEntry", "Sidecar", "Telemetry", "VirtualService", "WasmPlugin",
              "WorkloadEntry", "WorkloadGroup"},
    .summary = "Every field of an Istio object has a value that Istio takes.",
    .why =
        "The API server, or istiod's webhook, refuses the object: nothing of it is applied, and "
        "what it replaces stays in force. Where the webhook is not reached, istiod skips the whole "
        "object.",
    .fix = "write a value that the field takes",
    .versions = "",
    .source =
        "istio/api, kubernetes/customresourcedefinitions.gen.yaml and the .proto files at the tags "
        "1.0.0 to 1.31.0; ports: istio/istio 1.24.0 pkg/config/validation/validation.go; "
        "durations: "
        "github.com/golang/protobuf jsonpb/decode.go",
    .check = check,
};

}  // namespace cassmesh::rules
