#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"

/// When a sidecar starts and stops beside the containers of its pod, as far as files tell.
namespace cassmesh::engine {

/// The versions on which a workload's sidecar is native: it starts before the other init containers
/// and stops after all. A Kubernetes that has them (1.29) is taken for granted.
mesh::VersionRange native_sidecar(const k8s::Object& workload, const k8s::ObjectSet& objects);

/// A key of ProxyConfig that a workload's sidecar is given: by the annotation
/// `proxy.istio.io/config`, else by what the mesh gives all.
std::optional<std::string> proxy_setting(const k8s::Object& workload, const k8s::ObjectSet& objects,
                                         std::string_view key);

/// The same for an environment variable of the sidecar.
std::optional<std::string> proxy_variable(const k8s::Object& workload,
                                          const k8s::ObjectSet& objects,
                                          const mesh::Settings& settings, std::string_view name);

/// The object that says that Istio's CNI plugin redirects the pods' traffic, before any of their
/// containers runs; null if none does.
const k8s::Object* cni_plugin(const k8s::ObjectSet& objects);

}  // namespace cassmesh::engine
