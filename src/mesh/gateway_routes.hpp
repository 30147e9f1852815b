#pragma once

#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"

/// Where the gateways of a VirtualService send connections to.
namespace cassmesh::mesh {

struct GatewayRoute {
  yaml::Node destination{};
  std::string_view port{};  ///< as it is written: of the destination, else of the match; or empty
};

/// All under `tcp`, `tls` and `http` that hold for gateways.
std::vector<GatewayRoute> gateway_routes(const k8s::Object& virtual_service);

}  // namespace cassmesh::mesh
