#pragma once

#include "cassmesh/spec.hpp"
#include "plan.hpp"

/// Where the ring's pods run, and how many of them at least.
namespace cassmesh::render {

/// The labels of the nodes that a StatefulSet's pods may run on; absent if any will do.
yaml::Value node_selector(const spec::ClusterSpec& spec, const StatefulSetPlan& set);

/// The constraints that spread the pods, which count the ring's unless they say otherwise.
yaml::Value spread_constraints(const spec::ClusterSpec& spec);

/// The spec of the PodDisruptionBudget, which counts the ring's pods unless it says otherwise.
yaml::Value disruption_budget(const spec::ClusterSpec& spec);

}  // namespace cassmesh::render
