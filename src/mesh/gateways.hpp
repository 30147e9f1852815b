#pragma once

#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "registry.hpp"

/// The gateways to which VirtualServices are bound.
namespace cassmesh::mesh {

/// The name of a gateway with its namespace, as full_gateway() gives it.
struct GatewayName {
  std::string_view name_space{};
  std::string_view name{};
};
GatewayName split_gateway(std::string_view full);

/// All names as a VirtualService has them: under `gateways`, then in the matches.
std::vector<yaml::Node> gateway_names(const k8s::Object& virtual_service);

/// One that may be meant by the name of a Gateway that is not there: of the Gateway API with this
/// very name, of a similar name, or of the same name in another namespace; null if there is none.
const k8s::Object* gateway_near(const GatewayName& wanted, const k8s::ObjectSet& objects);

/// The ports, as they are written, on which proxies hear for a VirtualService: those of the
/// Services that it is for, and those of the servers of its gateways. A destination without a port
/// is looked for on the same port. Empty if the files do not tell them all.
Ports listener_ports(const k8s::Object& virtual_service, const Registry& registry);

}  // namespace cassmesh::mesh
