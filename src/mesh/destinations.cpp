#include "destinations.hpp"

#include <algorithm>
#include <array>

#include "cassmesh/hosts.hpp"
#include "virtual_services.hpp"

namespace cassmesh::mesh {
namespace {

constexpr std::array<std::string_view, 3> protocols{"http", "tcp", "tls"};

void add(const yaml::Node& destination, bool is_mirror, std::vector<Destination>& all) {
  if (destination["host"].is_scalar()) all.push_back({.node = destination, .is_mirror = is_mirror});
}

}  // namespace

std::vector<Destination> destinations(const k8s::Object& virtual_service) {
  std::vector<Destination> all;
  for (const auto protocol : protocols) {
    const auto routes = virtual_service["spec"][protocol];
    if (!routes.is_sequence()) continue;
    for (const auto& route : routes) {
      for (const auto& to : destinations_of(route)) add(to, false, all);
      if (protocol != "http") continue;
      for (const auto& to : mirrors_of(route)) add(to, true, all);
    }
  }
  return all;
}

bool leads_to_subset(const k8s::Object& virtual_service, std::string_view host,
                     std::string_view cluster_domain) {
  return std::ranges::any_of(destinations(virtual_service), [&](const Destination& to) {
    const auto name_space = virtual_service.name_space();
    return to.node["subset"] &&
           full_host(to.node["host"].text(), name_space, cluster_domain) == host;
  });
}

Audience audience_of_routes(const k8s::Object& virtual_service, const Settings& settings) {
  const bool is_delegate = virtual_service["spec"]["hosts"].size() == 0;
  return is_delegate ? Audience::everybody() : audience(virtual_service, settings);
}

}  // namespace cassmesh::mesh
