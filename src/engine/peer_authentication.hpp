#pragma once

#include "flow.hpp"

namespace cassmesh::engine {

/// What a server's sidecar takes.
enum class MtlsMode { disable, permissive, strict };

struct PeerPolicy {
  MtlsMode mode = MtlsMode::permissive;
  Evidence by{};      ///< the policy's word; nothing for the default of that version
  std::string why{};  ///< a clause: `PeerAuthentication 'data/default' asks for STRICT`
};

/// What a node's sidecar (or ztunnel) takes at a port of its pods, on one version: by the port, the
/// workload, the namespace, the mesh; up to 1.5 by Policy and MeshPolicy.
PeerPolicy peer_policy(const Model& model, std::size_t node, int port, mesh::IstioVersion version);

/// What a client's sidecar believes of it for a headless Service: it looks only at the namespace
/// and the mesh.
PeerPolicy peer_policy_for_headless(const Model& model, mesh::IstioVersion version);

}  // namespace cassmesh::engine
