#include "gateway_pods.hpp"

#include <algorithm>

#include "cassmesh/hosts.hpp"
#include "gateways.hpp"
#include "mesh_routes.hpp"

namespace cassmesh::mesh {
namespace {

using Sets = std::span<const k8s::ObjectSet* const>;

/// Whether some pod is there.
bool add_pods(const yaml::Node& selector, Sets everywhere, GatewayHomes& homes) {
  if (selector.size() == 0) return false;
  bool found = false;
  for (const auto* set : everywhere) {
    for (const auto* workload : set->workloads()) {
      if (!k8s::selects(selector, *workload)) continue;
      homes.namespaces.emplace(workload->name_space());
      found = true;
    }
  }
  return found;
}

bool add_pods_of(const GatewayName& name, Sets everywhere, GatewayHomes& homes) {
  return std::ranges::any_of(everywhere, [&](const k8s::ObjectSet* set) {
    const auto* gateway = set->find("Gateway", name.name_space, name.name);
    return gateway != nullptr && add_pods((*gateway)["spec"]["selector"], everywhere, homes);
  });
}

}  // namespace

GatewayHomes gateway_homes(const k8s::Object& virtual_service, Sets everywhere) {
  GatewayHomes homes;
  if (!is_for_gateways(virtual_service) || is_for_sidecars(virtual_service)) return homes;
  homes.are_all_clients = true;
  homes.are_known = true;
  for (const auto& written : virtual_service["spec"]["gateways"]) {
    const auto full = full_gateway(written.text(), virtual_service.name_space());
    const auto name = split_gateway(full);
    if (add_pods_of(name, everywhere, homes)) continue;
    homes.are_known = false;
    homes.namespaces.emplace(name.name_space);
  }
  return homes;
}

}  // namespace cassmesh::mesh
