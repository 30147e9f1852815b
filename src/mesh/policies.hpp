#pragma once

#include "cassmesh/k8s.hpp"

/// What keeps an AuthorizationPolicy from deciding at pods.
namespace cassmesh::mesh {

/// Whether its annotation asks that it be tried only. Up to which version that is not heard is not
/// looked at.
bool is_dry_run(const k8s::Object& policy);

/// Whether it has targets: then it is for gateways and waypoints alone.
bool has_targets(const k8s::Object& policy);

}  // namespace cassmesh::mesh
