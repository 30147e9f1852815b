#pragma once

#include <string_view>

#include "cassmesh/k8s.hpp"
#include "virtual_services.hpp"

/// What of a VirtualService holds for sidecars, and what for gateways.
namespace cassmesh::mesh {

/// The first route under `tcp`, `tls` or `http` that holds for sidecars; missing if there is none.
yaml::Node route_for_sidecars(const k8s::Object& virtual_service, std::string_view protocol);

/// The first destination of a route that is another one than a full host, or a subset of it;
/// missing if there is none.
yaml::Node destination_besides(std::string_view host, const yaml::Node& route,
                               const k8s::Object& virtual_service, std::string_view cluster_domain);

/// Whether a gateway's routes lead to a full host.
bool leads_gateway_to(const k8s::Object& virtual_service, std::string_view host,
                      std::string_view cluster_domain);

}  // namespace cassmesh::mesh
