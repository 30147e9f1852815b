#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "model.hpp"

namespace cassmesh::engine {

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
