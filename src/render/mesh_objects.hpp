#pragma once

#include "cassmesh/spec.hpp"
#include "complaints.hpp"
#include "plan.hpp"

namespace cassmesh::render {

/// Decides which of Istio's objects the manifest has, in which API version, so that every version
/// of `plan.istio` reads them; narrows that range if none was asked for.
void choose_mesh_objects(const spec::ClusterSpec& spec, Plan& plan, Complaints& complain);

}  // namespace cassmesh::render
