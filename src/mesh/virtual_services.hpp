#pragma once

#include <vector>

#include "cassmesh/k8s.hpp"

/// What Istio reads of a VirtualService, whoever asks.
namespace cassmesh::mesh {

/// Whether a list of gateways, of a VirtualService or of a match in it, holds for sidecars: it is
/// empty or has `mesh`.
bool names_sidecars(const yaml::Node& gateways);
/// Whether some of them are gateways indeed.
bool names_gateways(const yaml::Node& gateways);

/// Whether a VirtualService is bound to the sidecars.
bool is_for_sidecars(const k8s::Object& virtual_service);
/// Whether it is bound to some gateway.
bool is_for_gateways(const k8s::Object& virtual_service);

/// Where a route sends connections or requests to: without those of weight 0, which get none if
/// there are others.
std::vector<yaml::Node> destinations_of(const yaml::Node& route);

/// Where an HTTP route sends copies to: without those that get none of them.
std::vector<yaml::Node> mirrors_of(const yaml::Node& http_route);

}  // namespace cassmesh::mesh
