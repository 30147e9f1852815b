#include "mesh_routes.hpp"

#include <algorithm>
#include <array>

#include "cassmesh/hosts.hpp"

namespace cassmesh::mesh {
yaml::Node route_for_sidecars(const k8s::Object& virtual_service, std::string_view protocol) {
  for (const auto& route : virtual_service["spec"][protocol]) {
    const auto matches = route["match"];
    if (matches.size() == 0 || std::ranges::any_of(matches, [](const yaml::Node& match) {
          return names_sidecars(match["gateways"]);
        }))
      return route;
  }
  return {};
}

yaml::Node destination_besides(std::string_view host, const yaml::Node& route,
                               const k8s::Object& virtual_service,
                               std::string_view cluster_domain) {
  for (const auto& to : destinations_of(route)) {
    const auto full = full_host(to["host"].text(), virtual_service.name_space(), cluster_domain);
    if (full != host || to["subset"]) return to;
  }
  return {};
}

bool leads_gateway_to(const k8s::Object& virtual_service, std::string_view host,
                      std::string_view cluster_domain) {
  if (!is_for_gateways(virtual_service)) return false;
  constexpr std::array protocols{"tcp", "tls", "http"};
  const auto leads = [&](const yaml::Node& to) {
    return full_host(to["host"].text(), virtual_service.name_space(), cluster_domain) == host;
  };
  return std::ranges::any_of(protocols, [&](const char* protocol) {
    return std::ranges::any_of(virtual_service["spec"][protocol], [&](const yaml::Node& route) {
      return std::ranges::any_of(destinations_of(route), leads);
    });
  });
}

}  // namespace cassmesh::mesh
