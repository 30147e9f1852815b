#pragma once

#include <string_view>

#include "cassmesh/engine.hpp"

/// What pods themselves say of their injection.
namespace cassmesh::engine {

inline constexpr std::string_view inject_key = "sidecar.istio.io/inject";
inline constexpr std::string_view injection_key = "istio-injection";  ///< of Namespaces alone
inline constexpr std::string_view revision_key = "istio.io/rev";
inline constexpr std::string_view dataplane_key = "istio.io/dataplane-mode";
inline constexpr std::string_view redirection_key = "ambient.istio.io/redirection";

/// Pods as far as injection looks at them.
struct Pods {
  std::string_view name_space;
  const k8s::Object* workload = nullptr;  ///< null: only the namespace is known
  yaml::Node labels{};
  yaml::Node annotations{};
  yaml::Node spec{};
};
Pods pods_of(const k8s::Object& workload);

/// Whether a word of `sidecar.istio.io/inject` is a yes, as injection read it up to 1.26.
bool is_yes(std::string_view word);

/// The versions on which a revision's name, on a Namespace or on pods, is one that injects.
mesh::VersionRange served_by_revision(std::string_view name);

/// The versions on which a label of the pods asks for a sidecar by itself: where their Namespace
/// has no label for injection.
mesh::VersionRange asked_by_label(const Pods& pods);
/// That label; missing if there is none.
yaml::Node asking_label(const Pods& pods);

/// The versions on which the pods' own words keep the sidecar away, whatever asks for it.
mesh::VersionRange refused(const Pods& pods);
/// The label or annotation that does; missing if none does.
yaml::Node refusing_word(const Pods& pods);

/// The versions on which the pods stay out of ambient mode, whatever asks for it.
mesh::VersionRange outside_of_ambient(const Pods& pods);

/// The name of a container `istio-proxy` that runs a sidecar, as `istioctl kube-inject` leaves it
/// behind; missing if there is none. One that only changes what the injector makes of it (its image
/// is `auto` or left out) is none.
yaml::Node sidecar_in_template(const k8s::Object& workload);

}  // namespace cassmesh::engine
