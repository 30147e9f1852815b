// Sources: istio/istio pkg/kube/inject/inject.go (injectRequired) at 1.8.0, 1.12.0 and 1.27.0;
// manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml and values.yaml at
// 1.8.0, 1.9.0 and 1.10.0; for ambient mode cni/pkg/util/podutil.go (PodRedirectionEnabled) at
// 1.21.0 and 1.22.0.

#include "injected_pods.hpp"

#include <algorithm>
#include <array>

#include "../text.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;
using mesh::VersionRange;
using mesh::versions_with;

/// The versions on which istiod takes a word of a pod for a no.
VersionRange taken_for_no(std::string_view word) {
  if (word.empty()) return {};
  const auto& strict = versions_with(Capability::injection_words_strict);
  const auto loose = is_yes(word) ? VersionRange() : VersionRange::any() - strict;
  return word == "false" ? loose | strict : loose;
}

}  // namespace

Pods pods_of(const k8s::Object& workload) {
  return {.name_space = workload.name_space(),
          .workload = &workload,
          .labels = workload.pod_labels(),
          .annotations = workload.pod_annotations(),
          .spec = workload.pod_spec()};
}

bool is_yes(std::string_view word) {
  constexpr std::array<std::string_view, 4> words{"y", "yes", "true", "on"};
  return std::ranges::find(words, lower_case(word)) != words.end();
}

VersionRange served_by_revision(std::string_view name) {
  if (name.empty()) return {};
  return versions_with(name == "default" ? Capability::default_revision
                                         : Capability::revision_label);
}

yaml::Node asking_label(const Pods& pods) {
  if (const auto name = pods.labels[revision_key]) return name;
  const auto label = pods.labels[inject_key];
  return label.text() == "true" ? label : yaml::Node();
}

VersionRange asked_by_label(const Pods& pods) {
  const auto label = asking_label(pods);
  if (!label) return {};
  if (label.key() == inject_key) return versions_with(Capability::pod_label_injection);
  return served_by_revision(label.text()) & versions_with(Capability::pod_label_revision);
}

VersionRange refused(const Pods& pods) {
  const auto label = pods.labels[inject_key];
  auto by_annotation = taken_for_no(pods.annotations[inject_key].text());
  if (!label) return by_annotation;
  const auto& counts = versions_with(Capability::pod_label_before_annotation);
  const auto by_istiod = (by_annotation - counts) | (taken_for_no(label.text()) & counts);
  return label.text() == "false"
             ? by_istiod | versions_with(Capability::pod_label_refuses_injection)
             : by_istiod;
}

yaml::Node refusing_word(const Pods& pods) {
  const auto label = pods.labels[inject_key];
  if (!taken_for_no(label.text()).empty()) return label;
  return refused(pods).empty() ? yaml::Node() : pods.annotations[inject_key];
}

VersionRange outside_of_ambient(const Pods& pods) {
  const auto& by_label = versions_with(Capability::ambient_pod_label);
  VersionRange range;
  if (pods.labels[dataplane_key].text() == "none") range = by_label;
  if (pods.annotations[redirection_key].text() == "disabled")
    range = range | (versions_with(Capability::ambient_mode) - by_label);
  return range;
}

yaml::Node sidecar_in_template(const k8s::Object& workload) {
  for (const auto& container : k8s::containers(workload)) {
    const auto name = container.node["name"];
    const auto image = container.node["image"].text();
    if (name.text() != "istio-proxy" || image.empty() || image == "auto") continue;
    const auto args = container.node["args"];
    const bool runs = std::any_of(args.begin(), args.end(), [](const yaml::Node& argument) {
      return argument.text() == "sidecar";
    });
    if (runs || workload.pod_annotations()["sidecar.istio.io/status"]) return name;
  }
  return {};
}

}  // namespace cassmesh::engine
