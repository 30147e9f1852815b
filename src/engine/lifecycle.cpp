// Sources: istio/istio pkg/kube/inject/inject.go (getProxyConfig) and webhook.go (reorderPod,
// nativeSidecar) at 1.24.0; pilot/pkg/features/pilot.go (ENABLE_NATIVE_SIDECARS) at 1.19.0 and
// 1.27.0; manifests/charts/istio-cni at 1.24.0.

#include "lifecycle.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "../mesh/precedence.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;
using mesh::versions_with;

using Pick = std::function<yaml::Node(const yaml::Node&)>;

/// What is picked out of YAML that stands in a text.
std::optional<std::string> picked(std::string_view text, const Pick& pick) {
  if (text.empty()) return std::nullopt;
  const Source source(0, "", std::string(text));
  for (const auto& document : yaml::parse(source)) {
    const auto node = pick(document.root());
    if (node.is_scalar()) return std::string(node.text());
  }
  return std::nullopt;
}

std::optional<std::string> text_of(const yaml::Node& node) {
  return node.is_scalar() ? std::optional<std::string>(node.text()) : std::nullopt;
}

/// What is picked out of the ProxyConfig that the mesh gives all sidecars.
std::optional<std::string> of_mesh(const k8s::ObjectSet& objects, const Pick& pick) {
  for (const auto* map : objects.of("ConfigMap")) {
    if (map->name() != "istio" && !map->name().starts_with("istio-")) continue;
    auto found = picked((*map)["data"]["mesh"].text(),
                        [&](const yaml::Node& config) { return pick(config["defaultConfig"]); });
    if (found) return found;
  }
  for (const auto* installation : objects.of("IstioOperator")) {
    const auto spec = (*installation)["spec"];
    for (const auto& config : {spec["meshConfig"], spec["values"]["meshConfig"]}) {
      if (auto found = text_of(pick(config["defaultConfig"]))) return found;
    }
    if (auto found = text_of(pick(spec["values"]["global"]["proxy"]))) return found;
  }
  return std::nullopt;
}

std::optional<std::string> of_annotation(const k8s::Object& workload, const Pick& pick) {
  return picked(workload.pod_annotations()["proxy.istio.io/config"].text(), pick);
}

/// An environment variable that the ProxyConfigs of a namespace give: the oldest that selects a
/// workload or, if that is null, the oldest without a selector.
std::optional<std::string> of_proxy_configs(std::string_view name_space,
                                            const k8s::Object* workload, std::string_view name,
                                            const k8s::ObjectSet& objects) {
  mesh::Objects fitting;
  for (const auto* object : objects.of("ProxyConfig")) {
    const auto selector = (*object)["spec"]["selector"];
    const auto labels = selector["matchLabels"];
    const bool fits = workload == nullptr ? !selector.is_mapping()
                                          : labels.size() > 0 && k8s::selects(labels, *workload);
    if (fits && object->name_space() == name_space) fitting.push_back(object);
  }
  if (fitting.empty()) return std::nullopt;
  return text_of((*mesh::by_precedence(fitting).front())["spec"]["environmentVariables"][name]);
}

/// What istiod is told of native sidecars, wherever an installation may say so.
std::vector<yaml::Node> switches(const k8s::ObjectSet& objects) {
  constexpr std::string_view name = "ENABLE_NATIVE_SIDECARS";
  std::vector<yaml::Node> all;
  const auto add = [&](const yaml::Node& variables) {
    for (const auto& variable : variables) {
      if (variable["name"].text() == name) all.push_back(variable["value"]);
    }
  };
  for (const auto* installation : objects.of("IstioOperator")) {
    const auto spec = (*installation)["spec"];
    all.push_back(spec["values"]["pilot"]["env"][name]);
    add(spec["components"]["pilot"]["k8s"]["env"]);
  }
  for (const auto* deployment : objects.of("Deployment")) {
    if (!deployment->name().starts_with("istiod")) continue;
    for (const auto& container : k8s::containers(*deployment)) add(container.node["env"]);
  }
  return all;
}

/// Whether istiod is told to make sidecars native; nothing if nobody says so or otherwise.
std::optional<bool> asked_of_istiod(const k8s::ObjectSet& objects) {
  std::optional<bool> asked;
  for (const auto& value : switches(objects)) {
    if (value.text() == "true" || value.text() == "false") asked = value.text() == "true";
  }
  return asked;
}

}  // namespace

mesh::VersionRange native_sidecar(const k8s::Object& workload, const k8s::ObjectSet& objects) {
  const auto& by_default = versions_with(Capability::native_sidecars);
  auto range = by_default;
  if (const auto asked = asked_of_istiod(objects))
    range = *asked ? versions_with(Capability::native_sidecars_on_request) : mesh::VersionRange();
  const auto& by_annotation = versions_with(Capability::native_sidecar_annotation);
  const auto annotation = workload.pod_annotations()["sidecar.istio.io/nativeSidecar"].text();
  if (annotation == "true") return range | by_annotation;
  return annotation == "false" ? range - by_annotation : range;
}

std::optional<std::string> proxy_setting(const k8s::Object& workload, const k8s::ObjectSet& objects,
                                         std::string_view key) {
  const Pick pick = [&](const yaml::Node& config) { return config[key]; };
  auto own = of_annotation(workload, pick);
  return own ? own : of_mesh(objects, pick);
}

// Source: istio/istio 1.24.0 pilot/pkg/model/proxy_config.go (EffectiveProxyConfig).
std::optional<std::string> proxy_variable(const k8s::Object& workload,
                                          const k8s::ObjectSet& objects,
                                          const mesh::Settings& settings, std::string_view name) {
  const auto here = workload.name_space();
  const Pick pick = [&](const yaml::Node& config) { return config["proxyMetadata"][name]; };
  auto found = of_proxy_configs(here, &workload, name, objects);
  if (!found) found = of_annotation(workload, pick);
  if (!found) found = of_proxy_configs(here, nullptr, name, objects);
  if (!found) found = of_proxy_configs(settings.root_namespace, nullptr, name, objects);
  return found ? found : of_mesh(objects, pick);
}

const k8s::Object* cni_plugin(const k8s::ObjectSet& objects) {
  for (const auto* installation : objects.of("IstioOperator")) {
    const auto spec = (*installation)["spec"];
    for (const auto& node : {spec["components"]["cni"], spec["values"]["istio_cni"]}) {
      if (node["enabled"].text() == "true") return installation;
    }
  }
  const auto nodes = objects.of("DaemonSet");
  const auto found = std::ranges::find_if(
      nodes, [](const k8s::Object* set) { return set->name() == "istio-cni-node"; });
  return found == nodes.end() ? nullptr : *found;
}

}  // namespace cassmesh::engine
