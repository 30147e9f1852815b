#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judged.hpp"

namespace cassmesh::lint {

/// `a, b and 3 more`.
std::string listed(const std::vector<std::string>& names);

/// What is worth saying of a key of the configuration in view of some files: sentences.
std::vector<std::string> remarks_on(std::string_view key, const Inputs& inputs);

}  // namespace cassmesh::lint
