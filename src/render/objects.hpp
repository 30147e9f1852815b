#pragma once

#include <string>
#include <vector>

#include "cassmesh/spec.hpp"
#include "plan.hpp"
#include "templates.hpp"

namespace cassmesh::render {

/// The objects of a ring, filled in, in the order in which they are applied.
std::vector<yaml::Value> make_objects(const spec::ClusterSpec& spec, const Plan& plan,
                                      const Templates& templates);

}  // namespace cassmesh::render
