#pragma once

#include "flow.hpp"

/// What a server takes: mTLS, plaintext, or both.
/// Source: istio/istio 1.24.0 pilot/pkg/security/authn/policy_applier.go
/// (ComposePeerAuthentication) and pilot/pkg/model/authentication.go; 1.5.0
/// pilot/pkg/security/authn/v1beta1/policy_applier.go; 1.4.0 pilot/pkg/model/push_context.go
/// (initAuthnPolicies, AuthenticationPolicyForWorkload).
namespace cassmesh::engine {

/// What a server's sidecar takes.
enum class MtlsMode { disable, permissive, strict };

/// `STRICT`: as policies write it.
std::string_view to_string(MtlsMode mode);

struct PeerPolicy {
  MtlsMode mode = MtlsMode::permissive;
  Evidence by{};      ///< the policy's word; nothing for the default of that version
  std::string why{};  ///< a clause: `PeerAuthentication 'data/default' asks for STRICT`
};

/// Whether a policy's word is that of a single port.
bool is_of_one_port(const Evidence& by);

/// What a node's sidecar (or ztunnel) takes at a port of its pods, on one version: by the port, the
/// workload, the namespace, the mesh; up to 1.5 by Policy and MeshPolicy. On 1.5, which has both,
/// these count only where no PeerAuthentication does.
PeerPolicy peer_policy(const Model& model, std::size_t node, int port, const Moment& version);

/// What a client's sidecar believes of it for a headless Service: it looks only at the namespace
/// and the mesh. On 1.5, where no PeerAuthentication is for these, it looks at the Policy for the
/// Service and its port too.
PeerPolicy peer_policy_for_headless(const Model& model, const Moment& version,
                                    const Service* service = nullptr, const Port* port = nullptr);

}  // namespace cassmesh::engine
