#pragma once

#include <optional>
#include <string_view>

#include "cassmesh/yaml.hpp"
#include "resource.hpp"

namespace cassmesh::lint::kustomize {

/// Whether the `target` of a patch means an object: its group, version, kind, name and namespace
/// are regular expressions. Nothing if the target holds something that is not known here.
std::optional<bool> targets(const yaml::Node& target, const Resource& resource);

/// Whether labels or annotations are as a selector says: `a=b, c!=d, e in (f, g), !h`. Nothing if
/// the text is none. `pairs`: a mapping, or null for none.
std::optional<bool> selects(std::string_view selector, const yaml::Value& pairs);

}  // namespace cassmesh::lint::kustomize
