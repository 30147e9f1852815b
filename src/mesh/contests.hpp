#pragma once

#include <string>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "precedence.hpp"
#include "routes.hpp"

namespace cassmesh::mesh {

/// Two VirtualServices that claim the same traffic of a host, of which the control plane hears only
/// the first.
struct Contest {
  Precedence order;
  Layer layer = Layer::http;
  std::string host{};     ///< in full
  std::string gateway{};  ///< `mesh` or `namespace/name`
  yaml::Node first_at{};  ///< in the mesh the host, on a gateway the match
  yaml::Node second_at{};
};

struct Contests {
  std::vector<Contest> found{};  ///< at most one for each VirtualService and host that is not heard
  /// Those of which not all was compared, as there is too much of it.
  std::vector<const k8s::Object*> left_out{};
};
Contests contests(const k8s::ObjectSet& objects, const Settings& settings);

}  // namespace cassmesh::mesh
