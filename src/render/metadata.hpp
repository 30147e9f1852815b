#pragma once

#include <vector>

#include "cassmesh/spec.hpp"
#include "plan.hpp"

/// Labels, annotations and selectors of the objects.
namespace cassmesh::render {

/// `value`, or absent if it has no entries.
yaml::Value or_absent(yaml::Value value);

/// The labels in `own` and the user's; absent if there are none.
yaml::Value labels(const spec::ClusterSpec& spec, std::vector<yaml::Entry> own);

/// The user's annotations; absent if there are none.
yaml::Value annotations(const spec::ClusterSpec& spec);

/// What selects the ring's pods.
yaml::Value selector(const spec::ClusterSpec& spec);

/// The label that asks for the mesh, on a namespace or on a pod.
yaml::Entry mesh_label(const spec::ClusterSpec& spec, const Plan& plan, bool on_pod);

/// Whether pods ask for the mesh themselves.
bool labels_pods(const spec::ClusterSpec& spec, const Plan& plan);

yaml::Value namespace_labels(const spec::ClusterSpec& spec, const Plan& plan);

}  // namespace cassmesh::render
