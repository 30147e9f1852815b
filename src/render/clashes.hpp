#pragma once

#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/spec.hpp"
#include "plan.hpp"

namespace cassmesh::render {

/// Appends to `problems` what can't be: values that the image's start script would mangle, ports that are
/// taken, memory that does not fit, variables that have no effect.
void find_clashes(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems);

}  // namespace cassmesh::render
