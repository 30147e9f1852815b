#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"

namespace cassmesh::mesh {

/// A host in an object that no service can have.
struct DeadHost {
  const k8s::Object* object = nullptr;
  yaml::Node at{};
  std::string_view host{};       ///< as written; of a Sidecar the part behind the `/`
  std::string_view reason{};     ///< a sentence without a full stop
  std::string meant{};           ///< the host that would be one
  const k8s::Object* service{};  ///< that was meant; null if it is not among the objects
  std::string_view remedy{};     ///< where writing `meant` is none; else empty
};

/// In DestinationRules, in what VirtualServices route to, in hosts of those that are for the mesh
/// alone, and in the egress of Sidecars. Silent where a ServiceEntry (`everywhere`) may define the
/// name, and where it can be one from outside of the cluster.
std::vector<DeadHost> dead_hosts(const k8s::ObjectSet& objects, const Settings& settings,
                                 std::span<const k8s::ObjectSet* const> everywhere);

}  // namespace cassmesh::mesh
