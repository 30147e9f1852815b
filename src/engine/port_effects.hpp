#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model.hpp"

/// What single ports of a ring's Services do to it.
namespace cassmesh::engine {

/// What the name or the appProtocol of a Service's port does; empty for what is no port of the
/// ring.
Effect effect_of_protocol(Engine& engine, const mesh::Ring& ring, const yaml::Node& port);

/// The ports at which the nodes listen for peers and clients, and for JMX; each once.
std::vector<int> ports_of(const Model& model);

/// Whether a Service's port is one of Cassandra's own: one at which a node listens, or would by
/// default, and not that of a sidecar, an agent or an exporter beside it.
bool is_of_cassandra(const Model& model, const yaml::Node& port);

/// What it does that no Service declares a port of the ring, or declares it as another one.
Effect effect_of_declaration(Engine& engine, const mesh::Ring& ring, int port);

/// Whether a Service declares a port of the pods by the number that peers and clients dial.
bool is_declared(const Model& model, int port);

/// Whether a sidecar stands before some node on one of these versions, or may.
bool may_have_sidecar(const Model& model, const mesh::VersionRange& istio);

/// Whether anything in the files says that there is a mesh: an object of Istio's, an injection, the
/// setting. Else nobody knows whether a ring is in one, and few are that say nothing of it.
bool speak_of_mesh(const Model& model);

/// A word of a port by which sidecars take what Cassandra sends for something else.
struct Misreading {
  yaml::Node at{};             ///< the name, or the appProtocol where that counts
  std::string_view what{};     ///< `port name`, `appProtocol`
  std::string_view as{};       ///< `HTTP`
  mesh::VersionRange istio{};  ///< on which the word counts
  Effect effect{};             ///< what it breaks; may be nothing
  std::string fix{};
};
/// Nothing for a port of another protocol that breaks nothing, and for one whose two words
/// contradict each other: see `app-protocol-overrides-name`.
std::optional<Misreading> misreading_of(Engine& engine, const mesh::Ring& ring,
                                        const yaml::Node& port);

/// A Service's port in a model, with the Service; null if there is none there.
struct PortOf {
  const Service* service = nullptr;
  const Port* port = nullptr;
};
PortOf find_port(const Model& model, const yaml::Node& port);

/// Another headless Service of the ring that has the same port of the same pods, and whose words
/// break nothing: which of the two counts turns on their age. Null if there is none.
PortOf rival_of(const Model& model, const yaml::Node& port);

}  // namespace cassmesh::engine
