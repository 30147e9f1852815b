#pragma once

#include <vector>

#include "cassmesh/mesh.hpp"

namespace cassmesh::mesh {

/// Gives each ring its peers: who joins its cluster without being one of its own nodes.
void find_peers(const k8s::ObjectSet& objects, const Settings& settings, std::vector<Ring>& rings);

}  // namespace cassmesh::mesh
