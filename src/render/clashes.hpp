#pragma once

#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/spec.hpp"
#include "plan.hpp"

namespace cassmesh::render {

/// Appends to `problems` what can't be: what no choice of ours can make work. Calls the others.
void find_clashes(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems);

/// The part about values in Kubernetes' own shapes: resources, security contexts, variables.
void find_kubernetes_clashes(const spec::ClusterSpec& spec, const Plan& plan,
                             std::vector<Finding>& problems);

/// The part about where the pods run, and from where their image comes.
void find_scheduling_clashes(const spec::ClusterSpec& spec, std::vector<Finding>& problems);

/// The part about the image's start script: values that it would mangle, rights that it needs.
void find_start_script_clashes(const spec::ClusterSpec& spec, const Plan& plan,
                               std::vector<Finding>& problems);

/// The part about variables: those that keys set, and those that do not do what they are set for.
void find_variable_clashes(const spec::ClusterSpec& spec, const Plan& plan,
                           std::vector<Finding>& problems);

}  // namespace cassmesh::render
