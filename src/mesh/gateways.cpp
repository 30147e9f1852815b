#include "gateways.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "cassmesh/hosts.hpp"
#include "text.hpp"

namespace cassmesh::mesh {
namespace {

/// Whether the files have the port of each server.
bool add_gateway(std::string_view full_name, const k8s::ObjectSet& objects, Ports& ports) {
  const auto name = split_gateway(full_name);
  bool found = false;
  for (const auto* gateway : objects.all_of("Gateway")) {
    if (gateway->name() != name.name || gateway->name_space() != name.name_space) continue;
    found = true;
    for (const auto& server : (*gateway)["spec"]["servers"])
      ports.insert(server["port"]["number"].text());
  }
  return found;
}

/// Whether the files have the ports of each of its hosts.
bool add_hosts(const k8s::Object& virtual_service, const Registry& registry, Ports& ports) {
  return std::ranges::all_of(virtual_service["spec"]["hosts"], [&](const yaml::Node& host) {
    const auto owners = registry.find(
        full_host(host.text(), virtual_service.name_space(), registry.settings().cluster_domain));
    for (const auto* owner : owners) {
      ports.merge(ports_of(*owner));
    }
    return !owners.empty();
  });
}

}  // namespace

GatewayName split_gateway(std::string_view full) {
  const auto slash = full.find('/');
  if (slash == std::string_view::npos) return {.name = full};
  return {.name_space = full.substr(0, slash), .name = full.substr(slash + 1)};
}

std::vector<yaml::Node> gateway_names(const k8s::Object& virtual_service) {
  const auto spec = virtual_service["spec"];
  std::vector<yaml::Node> all;
  const auto add = [&](const yaml::Node& names) {
    for (const auto& name : names) {
      if (names.is_sequence() && !name.text().empty()) all.push_back(name);
    }
  };
  add(spec["gateways"]);
  for (const auto* const protocol : {"http", "tcp", "tls"}) {
    for (const auto& rule : spec[protocol]) {
      for (const auto& match : rule["match"]) add(match["gateways"]);
    }
  }
  return all;
}

const k8s::Object* gateway_near(const GatewayName& wanted, const k8s::ObjectSet& objects) {
  for (const auto& object : objects) {
    if (object.kind() == "Gateway" && object.group() == "gateway.networking.k8s.io" &&
        object.name() == wanted.name && object.name_space() == wanted.name_space)
      return &object;
  }
  std::vector<std::string_view> neighbours;
  const k8s::Object* namesake = nullptr;
  for (const auto* gateway : objects.of("Gateway")) {
    if (gateway->name_space() == wanted.name_space) neighbours.push_back(gateway->name());
    if (gateway->name() == wanted.name && namesake == nullptr) namesake = gateway;
  }
  const auto near = closest(wanted.name, neighbours);
  return near.empty() ? namesake : objects.find("Gateway", wanted.name_space, near);
}

Ports listener_ports(const k8s::Object& virtual_service, const Registry& registry) {
  Ports ports;
  bool complete = virtual_service["spec"]["hosts"].size() > 0;
  const auto gateways = virtual_service["spec"]["gateways"];
  bool in_mesh = gateways.size() == 0;
  for (const auto& gateway : gateways) {
    const auto full = full_gateway(gateway.text(), virtual_service.name_space());
    if (full == "mesh") {
      in_mesh = true;
    } else {
      complete = complete && add_gateway(full, registry.here(), ports);
    }
  }
  if (in_mesh) complete = complete && add_hosts(virtual_service, registry, ports);
  return complete ? ports : Ports();
}

}  // namespace cassmesh::mesh
