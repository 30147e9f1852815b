#pragma once

#include <string_view>

#include "cassmesh/mesh.hpp"

namespace cassmesh::mesh {

/// The name of the account that a workload's pods run under.
std::string_view service_account_of(const k8s::Object& workload);

/// Adds the accounts and namespaces that an AuthorizationPolicy lets in to the ring's CQL port to
/// its clients, but not its own.
void add_admitted(const k8s::ObjectSet& objects, const Settings& settings, Ring& ring);

}  // namespace cassmesh::mesh
