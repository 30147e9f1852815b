#pragma once

#include <vector>

#include "cassmesh/mesh.hpp"

namespace cassmesh::mesh {

/// Gives each ring its known clients: the workloads whose environment, command or ConfigMaps name
/// one of its hosts, in the order of the files, then the accounts that a policy on it admits.
void find_clients(const k8s::ObjectSet& objects, const Settings& settings,
                  std::vector<Ring>& rings);

}  // namespace cassmesh::mesh
