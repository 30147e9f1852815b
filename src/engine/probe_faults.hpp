#pragma once

#include <vector>

#include "model.hpp"

namespace cassmesh::engine {

/// A probe that tells the kubelet something else than how Cassandra is.
struct ProbeFault {
  const Workload* node = nullptr;
  yaml::Node at{};  ///< `tcpSocket`, `httpGet`, `grpc`, `exec`
  mesh::VersionRange istio{};
  bool is_always_green = false;  ///< the sidecar answers it; else it fails whatever Cassandra does
  Break broken{};                ///< of one that fails
};

/// All of a ring's, without those of which its listen address is the cause.
std::vector<ProbeFault> probe_faults(Engine& engine, const mesh::Ring& ring);

}  // namespace cassmesh::engine
