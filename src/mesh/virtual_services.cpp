#include "virtual_services.hpp"

#include <algorithm>

// Sources: istio/istio 1.24.0 pilot/pkg/networking/core/route/route.go (applyHTTPRouteDestination,
// MirrorPercent), pilot/pkg/networking/core/networkfilter.go (buildOutboundNetworkFilters).
namespace cassmesh::mesh {
namespace {

bool is_mesh(const yaml::Node& gateway) {
  return gateway.text() == "mesh";
}

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

}  // namespace

bool names_sidecars(const yaml::Node& gateways) {
  return gateways.size() == 0 || std::ranges::any_of(gateways, is_mesh);
}

bool names_gateways(const yaml::Node& gateways) {
  return !std::ranges::all_of(gateways, is_mesh);
}

bool is_for_sidecars(const k8s::Object& virtual_service) {
  return names_sidecars(virtual_service["spec"]["gateways"]);
}

bool is_for_gateways(const k8s::Object& virtual_service) {
  return names_gateways(virtual_service["spec"]["gateways"]);
}

std::vector<yaml::Node> destinations_of(const yaml::Node& route) {
  std::vector<yaml::Node> all;
  const auto weighted = items(route["route"]);
  for (const auto& each : weighted) {
    if (weighted.size() == 1 || !is_zero(each["weight"])) all.push_back(each["destination"]);
  }
  return all;
}

std::vector<yaml::Node> mirrors_of(const yaml::Node& http_route) {
  std::vector<yaml::Node> all;
  if (http_route["mirror"] && !is_zero(http_route["mirrorPercent"]) &&
      !is_zero(http_route["mirrorPercentage"]["value"]))
    all.push_back(http_route["mirror"]);
  for (const auto& mirror : items(http_route["mirrors"])) {
    if (!is_zero(mirror["percentage"]["value"])) all.push_back(mirror["destination"]);
  }
  return all;
}

}  // namespace cassmesh::mesh
