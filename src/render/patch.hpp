#pragma once

#include <string>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/value.hpp"

namespace cassmesh::render {

/// Applies `merge` to `object` as Kubernetes' strategic merge does: mappings key by key, the lists
/// that Kubernetes keys (containers, env, ports, volumes …) item by item, all else replaced; null
/// removes, and `$patch: delete` or `$patch: replace` stand for what they say. Istio's kinds are
/// merged the same way, although Kubernetes itself would not. What only takes away adds nothing.
/// Gives the problems found, placed at the patch.
std::vector<Finding> apply_patch(yaml::Value& object, const yaml::Value& merge);

}  // namespace cassmesh::render
