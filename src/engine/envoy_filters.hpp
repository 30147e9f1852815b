#pragma once

#include <vector>

#include "model.hpp"

namespace cassmesh::engine {

/// A patch that may change what sidecars do with a ring's connections.
struct Patch {
  yaml::Node at{};                ///< its `applyTo`
  const Workload* who = nullptr;  ///< the first of the ring's nodes, or clients, that it is for
  bool is_node = false;
};

/// Those of an EnvoyFilter that change listeners, network filters or clusters for TCP. What Istio
/// installs itself (statistics) is none.
std::vector<Patch> patches_of(const k8s::Object& envoy_filter, const Model& model);

}  // namespace cassmesh::engine
