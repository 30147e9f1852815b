#pragma once

#include "peer_authentication.hpp"

/// Policy and MeshPolicy of `authentication.istio.io`, which said up to 1.5 what servers take.
/// Source: istio/istio 1.4.0 pilot/pkg/model/push_context.go (AuthenticationPolicyForWorkload) and
/// pilot/pkg/security/authn/v1alpha1/policy_applier.go (GetMutualTLS).
namespace cassmesh::engine {

/// The one for a port of a Service, else for the Service, the namespace, the mesh; of each the
/// oldest. Null if there is none. Without a Service and its port only the last two.
const k8s::Object* find_old_policy(const Model& model, const Service* service, const Port* port);

/// What it says.
PeerPolicy read_old_policy(const k8s::Object& policy);

}  // namespace cassmesh::engine
