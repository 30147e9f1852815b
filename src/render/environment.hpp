#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/spec.hpp"
#include "plan.hpp"

namespace cassmesh::render {

/// The environment variables of Cassandra's container, as its image reads them, and the user's.
yaml::Value container_environment(const spec::ClusterSpec& spec, const Plan& plan,
                                  const StatefulSetPlan& set);

/// Appends a variable to a list of them.
void add_variable(yaml::Value& env, std::string_view name, std::string value,
                  std::vector<std::string> comment = {});

/// The size of the heap's young generation, which the collector of Cassandra up to 4.1 asks for
/// besides the heap's.
std::string young_generation(const spec::ClusterSpec& spec);

}  // namespace cassmesh::render
