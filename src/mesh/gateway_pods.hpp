#pragma once

#include <set>
#include <span>
#include <string>

#include "cassmesh/k8s.hpp"

/// The pods of the gateways to which a VirtualService is bound: they are the clients of its routes.
namespace cassmesh::mesh {

struct GatewayHomes {
  bool are_all_clients = false;  ///< it is bound to gateways alone
  bool are_known = false;        ///< the files have pods of each of these gateways
  /// The namespaces in which the pods run; where that is not known, in which the Gateways stand.
  std::set<std::string, std::less<>> namespaces{};
};

/// `everywhere`: all that was read. A gateway selects pods in all namespaces.
/// Source: istio/istio 1.24.0 pilot/pkg/model/push_context.go (mergeGateways).
GatewayHomes gateway_homes(const k8s::Object& virtual_service,
                           std::span<const k8s::ObjectSet* const> everywhere);

}  // namespace cassmesh::mesh
