#include "gateway_routes.hpp"

#include <algorithm>

#include "virtual_services.hpp"

namespace cassmesh::mesh {
namespace {

bool is_for_sidecars_alone(const yaml::Node& match) {
  return match["gateways"].size() > 0 && !names_gateways(match["gateways"]);
}

void add_route(const yaml::Node& route, std::vector<GatewayRoute>& all) {
  const auto matches = route["match"];
  if (matches.size() > 0 && std::ranges::all_of(matches, is_for_sidecars_alone)) return;
  const auto dialled = matches.size() == 1 ? (*matches.begin())["port"].text() : "";
  for (const auto& to : destinations_of(route)) {
    const auto port = to["port"]["number"].text();
    all.push_back({.destination = to, .port = port.empty() ? dialled : port});
  }
}

}  // namespace

std::vector<GatewayRoute> gateway_routes(const k8s::Object& virtual_service) {
  std::vector<GatewayRoute> all;
  if (!is_for_gateways(virtual_service)) return all;
  for (const auto* protocol : {"tcp", "tls", "http"}) {
    for (const auto& route : virtual_service["spec"][protocol]) add_route(route, all);
  }
  return all;
}

}  // namespace cassmesh::mesh
