#include "metadata.hpp"

#include <utility>

namespace cassmesh::render {

using yaml::Entry;
using yaml::Value;

Value or_absent(Value value) {
  return value.entries.empty() ? Value() : std::move(value);
}

Value labels(const spec::ClusterSpec& spec, std::vector<Entry> own) {
  auto value = Value::mapping(std::move(own));
  merge(value, spec.value("labels"));
  return or_absent(std::move(value));
}

Value annotations(const spec::ClusterSpec& spec) {
  auto value = Value::mapping();
  merge(value, spec.value("annotations"));
  return or_absent(std::move(value));
}

Value selector(const spec::ClusterSpec& spec) {
  return Value::mapping({{"app", Value::string(spec.text("name"))}});
}

Entry mesh_label(const spec::ClusterSpec& spec, const Plan& plan, bool on_pod) {
  if (plan.mode == MeshMode::ambient) {
    return {"istio.io/dataplane-mode",
            Value::string("ambient"),
            {"Takes the pods into the mesh, in ambient mode."}};
  }
  const std::vector<std::string> comment{"Asks Istio for a sidecar."};
  if (spec.given("mesh.revision")) {
    return {"istio.io/rev", Value::string(spec.text("mesh.revision")), comment};
  }
  if (on_pod) return {"sidecar.istio.io/inject", Value::string("true"), comment};
  return {"istio-injection", Value::string("enabled"), comment};
}

bool labels_pods(const spec::ClusterSpec& spec, const Plan& plan) {
  return plan.mode != MeshMode::none && spec.text("mesh.injection") == "pod-label";
}

Value namespace_labels(const spec::ClusterSpec& spec, const Plan& plan) {
  if (plan.mode == MeshMode::none || labels_pods(spec, plan)) return labels(spec, {});
  return labels(spec, {mesh_label(spec, plan, false)});
}

}  // namespace cassmesh::render
