#pragma once

#include "cassmesh/spec.hpp"
#include "plan.hpp"

namespace cassmesh::render {

/// The rules of the AuthorizationPolicy: the ring itself, `mesh.clients`, the test client; absent
/// if the manifest has none.
yaml::Value authorization_rules(const spec::ClusterSpec& spec, const Plan& plan);

}  // namespace cassmesh::render
