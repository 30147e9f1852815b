#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "model.hpp"

namespace cassmesh::engine {

/// What a port's protocol says on the versions on which it is that: of `appProtocol` where that
/// counts, else of the name. `versions_of(protocol)` are the versions on which it holds.
template <typename VersionsOf>
mesh::VersionRange by_protocol(const Port& port, VersionsOf versions_of) {
  auto named = versions_of(port.by_name);
  if (!port.by_app) return named;
  const auto& heeded = mesh::versions_with(mesh::Capability::app_protocol);
  return (named - heeded) | (versions_of(*port.by_app) & heeded);
}

/// The versions on which a client's sidecar has a listener of its own at this port for each pod of
/// a headless Service.
mesh::VersionRange pod_listeners(const Port& port);

/// All of a scope who take every connection to a port: TCP ServiceEntries without addresses,
/// ExternalName Services up to 1.20, and headless Services where those have no listener for each
/// pod; only those that count on some of the judged versions.
/// Sources: istio/istio#9784, #16233, #27018, #35242; 1.24.0 pilot/pkg/networking/core/listener.go.
class Takers {
 public:
  Takers(const k8s::ObjectSet& objects, const mesh::Settings& settings,
         const mesh::VersionRange& judged);

  /// Those who take a port of the ring, but for its own Services: the oldest first, of each port a
  /// few.
  std::vector<Taker> of(const Model& ring) const;

 private:
  std::vector<Taker> all_;  ///< the oldest first; `port` is not set
  std::map<std::string_view, std::vector<std::size_t>> by_port_;
};

}  // namespace cassmesh::engine
