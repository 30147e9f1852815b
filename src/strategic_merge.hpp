#pragma once

#include <string>
#include <vector>

#include "cassmesh/source.hpp"
#include "cassmesh/value.hpp"

/// Patches that look like a part of the object.
namespace cassmesh {

/// Who merges: they do not agree on lists.
enum class MergeStyle {
  api_server,  ///< lists with a merge key item by item, what is new goes to the end
  kustomize,   ///< the same, but what the patch has stands first, and ports go by protocol too
  json,        ///< lists are replaced: kinds that Kubernetes knows no schema of (RFC 7386)
};

/// What is wrong with a patch.
struct PatchProblem {
  Place place;
  std::string message;
  std::string fix;
};

/// Merges mappings key by key, the lists that Kubernetes keys (containers, env, ports, volumes …)
/// item by item, replaces all else; null removes, and `$patch: delete` or `$patch: replace` stand
/// for what they say. What only takes away adds nothing. Values keep their origins, so that each
/// stands where it was written, in the object or in the patch.
std::vector<PatchProblem> strategic_merge(yaml::Value& object, const yaml::Value& patch,
                                          MergeStyle style);

}  // namespace cassmesh
