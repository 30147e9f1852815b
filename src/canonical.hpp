#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cassmesh/yaml.hpp"

namespace cassmesh::yaml {

/// A text that is the same for values that say the same: the order of keys, the style of scalars
/// and what is null or empty make no difference. `but`: keys at the top that are left out.
std::string canonical(const Node& value, std::span<const std::string_view> but = {});

}  // namespace cassmesh::yaml
