#pragma once

#include <cstddef>

#include "cassmesh/spec.hpp"
#include "check.hpp"

namespace cassmesh::spec {

/// Reads a `--set a.b=value`, whose `=` is at byte `equals` and whose value has been parsed: what
/// it says as a tree of its own, absent if it is wrong.
yaml::Value read_set(const Source& source, const yaml::Node& value, std::size_t equals,
                     Checker& checker);

}  // namespace cassmesh::spec
