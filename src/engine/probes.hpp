#pragma once

#include "flow.hpp"

namespace cassmesh::engine {

/// Where the kubelet's probe arrives: at Cassandra, at the sidecar, or at the sidecar's agent,
/// which then dials for it. The agent and ambient mode bypass all policies.
void arrive_with_probe(Flow& flow);

}  // namespace cassmesh::engine
