#pragma once

#include <string>

#include "cassmesh/engine.hpp"

/// Whether pods have a proxy before them.
namespace cassmesh::engine {

/// What stands before a workload's pods, by the Istio version.
struct Injection {
  mesh::VersionRange sidecar{};  ///< the versions on which they have a sidecar
  mesh::VersionRange ambient{};  ///< on which ztunnel takes their traffic
  /// False: what decides (mostly the Namespace) is not in the files, and the ranges are what is
  /// assumed: a sidecar where something says that the workload is meant to be in the mesh, else
  /// none.
  bool is_known = true;
  std::string why{};  ///< a clause: `namespace 'data' has the label istio-injection: enabled`
  Evidence by{};
};

enum class Proxy { none, sidecar, ambient };
Proxy proxy_on(const Injection& injection, mesh::IstioVersion version);

/// By the pod template's labels and annotations, `hostNetwork`, a sidecar that stands in the
/// template already, the namespace's labels, and what the settings say of the mesh. `is_meant`:
/// whether something in the scope says that the workload is meant to be in the mesh.
Injection injection_of(const k8s::Object& workload, const k8s::ObjectSet& objects,
                       const mesh::Settings& settings, bool is_meant);

/// The same for pods of which only the namespace is known.
Injection injection_of(std::string_view name_space, const k8s::ObjectSet& objects,
                       const mesh::Settings& settings, bool is_meant);

/// What says that a ring is meant to be in the mesh: the setting of the mesh's mode, a label for
/// injection, or an Istio object of its namespace or one that names its host; nothing if nothing
/// does. The setting has no object.
struct Intent {
  bool is_meant = false;
  Evidence by{};
};
Intent intent_of(const mesh::Ring& ring, const k8s::ObjectSet& objects,
                 const mesh::Settings& settings);

}  // namespace cassmesh::engine
