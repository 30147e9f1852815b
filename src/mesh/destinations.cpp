#include "destinations.hpp"

#include <algorithm>
#include <array>

#include "cassmesh/hosts.hpp"

namespace cassmesh::mesh {
namespace {

constexpr std::array<std::string_view, 3> protocols{"http", "tcp", "tls"};

bool is_zero(const yaml::Node& number) {
  const auto text = number.text();
  return !text.empty() && text.find_first_not_of("0.") == std::string_view::npos;
}

/// The items of a list; none of what is no list.
std::vector<yaml::Node> items(const yaml::Node& list) {
  std::vector<yaml::Node> all;
  if (!list.is_sequence()) return all;
  for (const auto& item : list) all.push_back(item);
  return all;
}

void add(const yaml::Node& destination, bool is_mirror, std::vector<Destination>& all) {
  if (destination["host"].is_scalar()) all.push_back({.node = destination, .is_mirror = is_mirror});
}

void add_mirrors(const yaml::Node& http, std::vector<Destination>& all) {
  if (!is_zero(http["mirrorPercent"]) && !is_zero(http["mirrorPercentage"]["value"]))
    add(http["mirror"], true, all);
  for (const auto& mirror : items(http["mirrors"])) {
    if (!is_zero(mirror["percentage"]["value"])) add(mirror["destination"], true, all);
  }
}

}  // namespace

std::vector<Destination> destinations(const k8s::Object& virtual_service) {
  std::vector<Destination> all;
  for (const auto protocol : protocols) {
    for (const auto& rule : items(virtual_service["spec"][protocol])) {
      const auto routes = items(rule["route"]);
      for (const auto& route : routes) {
        if (routes.size() == 1 || !is_zero(route["weight"])) add(route["destination"], false, all);
      }
      if (protocol == "http") add_mirrors(rule, all);
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
