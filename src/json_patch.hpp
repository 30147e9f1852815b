#pragma once

#include <optional>
#include <string>

#include "cassmesh/value.hpp"

namespace cassmesh {

/// What keeps a JSON patch from being applied.
struct JsonPatchProblem {
  yaml::Node at;        ///< the operation, or the part of it that is wrong
  std::string message;  ///< one line
};

/// Applies a JSON patch (RFC 6902), a list of operations as nodes, wholly or not at all. What it
/// adds stands where the patch says it, what it moves or copies where it came from.
std::optional<JsonPatchProblem> apply_json_patch(yaml::Value& object, const yaml::Node& patch);

}  // namespace cassmesh
