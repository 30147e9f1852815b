#pragma once

#include <string>
#include <vector>

#include "../cassandra/setup.hpp"
#include "cassmesh/rule.hpp"
#include "sockets.hpp"

/// Where nodes are told to listen, and what that breaks.
namespace cassmesh::engine {

/// A word that something of a node's sockets rests on.
struct Word {
  const k8s::Object* object = nullptr;
  Place place{};
};

/// The very word that sets a key by which something was decided; where it is a default, the image.
Word word_for(const cassandra::Setup& setup, const Evidence& by, std::string_view key);

/// Nodes that listen for their peers at one of the two addresses alone, where that breaks
/// something.
struct LoneListener {
  const k8s::Object* set = nullptr;  ///< of several alike the first
  Word word{};
  Effect effect{};
  std::string fix{};
};

/// `where`: loopback or pod_ip. Without what a Sidecar does that has the mesh deliver elsewhere,
/// and without nodes that reach everybody but themselves: see `self-connection-broken`.
std::vector<LoneListener> lone_listeners(Engine& engine, const mesh::Ring& ring,
                                         const k8s::ObjectSet& objects, Address where);
/// Reports them.
void tell_lone_listeners(const mesh::Ring& ring, Report& report, Address where);

/// The versions on which one of these breaks something.
mesh::VersionRange versions_with_lone_listeners(Engine& engine, const mesh::Ring& ring,
                                                const k8s::ObjectSet& objects);

}  // namespace cassmesh::engine
