#pragma once

#include <string>

#include "cassmesh/engine.hpp"
#include "moment.hpp"

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
  /// What of the pods themselves keeps a sidecar away, on some versions at least: `the pods have
  /// the label sidecar.istio.io/inject: false`.
  std::string refusal{};
  Evidence refused_by{};
};

enum class Proxy { none, sidecar, ambient };
Proxy proxy_on(const Injection& injection, const Moment& version);

/// Why there is a proxy, or none, on a version.
struct Grounds {
  std::string why{};  ///< a clause
  Evidence by{};
};
Grounds grounds_on(const Injection& injection, const Moment& version);

/// By the pod template's labels and annotations, `hostNetwork`, a sidecar that stands in the
/// template already, the namespace's labels, and what the settings say of the mesh. `is_meant`:
/// whether something in the scope says that the workload is meant to be in the mesh.
Injection injection_of(const k8s::Object& workload, const k8s::ObjectSet& objects,
                       const mesh::Settings& settings, bool is_meant);

/// The same for pods of which only the namespace is known.
Injection injection_of(std::string_view name_space, const k8s::ObjectSet& objects,
                       const mesh::Settings& settings, bool is_meant);

/// What on a workload asks for a proxy before its pods: a label or an annotation for injection, at
/// the template or (where it does nothing) at the workload itself, a sidecar in the template, or
/// settings of a sidecar; missing if nothing does.
yaml::Node asks_for_proxy(const k8s::Object& workload);

/// The label by which a Namespace asks for proxies; missing if none does.
yaml::Node asks_for_proxies(const k8s::Object& name_space);

/// What says that a ring is meant to be in the mesh; nothing if nothing does. The setting of the
/// mesh's mode has no object.
///
/// These say it: the setting; what asks for a proxy on the ring's own pods, on their Namespace, on
/// another workload there; a policy or a Sidecar of that namespace that selects the ring; a
/// DestinationRule, a ServiceEntry or a VirtualService for sidecars that stands there, or elsewhere
/// with a host of the ring where the ring or its clients hear of it. These do not: what counts for
/// the mesh as a whole (policies of the root namespace, hosts with wildcards elsewhere), as it says
/// nothing of this namespace; routes of gateways; a DestinationRule with DISABLE, which is what
/// servers without a sidecar need; and `inject: "false"`, which is no wish either way.
struct Intent {
  bool is_meant = false;
  Evidence by{};
};
Intent intent_of(const mesh::Ring& ring, const k8s::ObjectSet& objects,
                 const mesh::Settings& settings);

/// What says it of this very ring, though its pods or its Namespace say in so many words that they
/// stay out of the mesh: the setting, its own pods, a policy or a Sidecar that selects them by
/// labels, a DestinationRule for its host with ISTIO_MUTUAL.
Intent intent_despite_refusal(const mesh::Ring& ring, const k8s::ObjectSet& objects,
                              const mesh::Settings& settings);

}  // namespace cassmesh::engine
