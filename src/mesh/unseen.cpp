#include "unseen.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cassmesh::mesh {
namespace {

/// Groups outside of Kubernetes and Istio whose objects run no pods and make no Services.
constexpr std::array<std::string_view, 12> harmless_groups{"bitnami.com",
                                                           "cert-manager.io",
                                                           "cilium.io",
                                                           "crd.projectcalico.org",
                                                           "external-secrets.io",
                                                           "getambassador.io",
                                                           "keda.sh",
                                                           "kyverno.io",
                                                           "route.openshift.io",
                                                           "secrets-store.csi.x-k8s.io",
                                                           "security.openshift.io",
                                                           "traefik.io"};

constexpr std::array<std::string_view, 5> harmless_kinds{"PodMonitor", "Probe", "PrometheusRule",
                                                         "ScrapeConfig", "ServiceMonitor"};

/// Kubernetes' own groups have no dot or end so; `leaderworkerset.x-k8s.io` is none of them.
bool is_of_kubernetes(std::string_view group) {
  return group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
}

bool may_run_pods(const k8s::Object& object) {
  const auto group = object.group();
  if (group == "install.istio.io") return true;
  return !is_of_kubernetes(group) && !k8s::is_istio_group(group) &&
         std::ranges::find(harmless_groups, group) == harmless_groups.end() &&
         std::ranges::find(harmless_kinds, object.kind()) == harmless_kinds.end();
}

}  // namespace

void Unseen::look() {
  if (std::exchange(looked_, true)) return;
  for (const auto* set : sets_) {
    for (const auto& object : *set) {
      if (!may_run_pods(object)) continue;
      if (object.is("IstioOperator")) namespaces_.insert("istio-system");
      namespaces_.insert(object.name_space());
      add_named(object["spec"]);
    }
  }
}

bool Unseen::in(std::string_view name_space) {
  look();
  return everywhere_ || namespaces_.contains(name_space);
}

bool Unseen::anywhere() {
  look();
  return everywhere_ || !namespaces_.empty();
}

void Unseen::add_named(const yaml::Node& node) {
  for (const auto& child : node) {
    if (child.is_scalar() && child.key().ends_with("amespace")) {
      // `{{name}}`, as an ApplicationSet has it, may be any.
      if (child.text().find("{{") != std::string_view::npos) everywhere_ = true;
      namespaces_.insert(child.text());
    }
    add_named(child);
  }
}

}  // namespace cassmesh::mesh
