#include <algorithm>
#include <string>

#include "../engine/model.hpp"
#include "../mesh/gateway_routes.hpp"
#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// The pods' port that a route leads to: a Service with one port needs no number. 0: not known.
int target_of(const mesh::GatewayRoute& route, const engine::Service& service) {
  if (service.ports.size() == 1) return service.ports.front().target;
  const auto port = std::ranges::find_if(service.ports, [&](const engine::Port& each) {
    return std::to_string(each.number) == route.port;
  });
  return port == service.ports.end() ? 0 : port->target;
}

void say(const k8s::Object& virtual_service, const mesh::GatewayRoute& route, int port,
         const engine::Model& model, Report& report) {
  const auto& sockets = model.nodes.front().sockets;
  const bool is_cql = port == sockets.cql_port;
  const bool is_jmx = port == sockets.jmx_port;
  if (!is_cql && !is_jmx && port != sockets.internode_port && port != 7001) return;
  const auto number = route.destination["port"]["number"];
  const auto& name = model.ring->name;
  const auto said = is_cql
                        ? report(virtual_service, number ? number : route.destination["host"],
                                 "a gateway leads to CQL of ring '{}': drivers connect once and "
                                 "go on to pod IPs, which nobody outside reaches",
                                 name)
                        : report(virtual_service, number ? number : route.destination["host"],
                                 "a gateway leads to port {} of ring '{}', by which {}", port, name,
                                 is_jmx ? "nodes are managed, and code is run"
                                        : "nodes take whoever speaks to them for one of them");
  said.ring(*model.ring);
  if (!is_cql) return;
  said.severity(Severity::info)
      .fix(
          "give each pod a name and a port of its own at the gateway, and the driver an address "
          "translator; or keep the clients in the mesh");
}

void check(const k8s::Object& virtual_service, Report& report) {
  const auto& scope = report.scope();
  for (const auto& route : mesh::gateway_routes(virtual_service)) {
    const auto host = mesh::full_host(route.destination["host"].text(),
                                      virtual_service.name_space(), scope.settings.cluster_domain);
    const auto* ring = scope.ring_of(host);
    if (ring == nullptr) continue;
    const auto& model = scope.engine.model(*ring);
    const auto service = std::ranges::find(model.services, host, &engine::Service::host);
    if (service != model.services.end())
      say(virtual_service, route, target_of(route, *service), model, report);
  }
}

}  // namespace

extern const Rule gateway_exposes_ring{
    .name = "gateway-exposes-ring",
    .severity = Severity::warning,
    .kinds = {"VirtualService"},
    .summary = "No gateway leads to the ports by which nodes speak to each other, or to JMX.",
    .why =
        "Whoever reaches the gateway speaks to the ring with the gateway's identity. On the "
        "internode port Cassandra asks for no password: who knows the protocol reads and writes "
        "everything. JMX runs code. CQL has passwords, but its drivers learn the nodes' own "
        "addresses from the first one and then dial those.",
    .fix =
        "take the route out; other datacentres are reached by the network, or by Cassandra's TLS",
    .versions = "",
    .source =
        "apache/cassandra doc operating/security; "
        "istio.io/latest/docs/reference/config/networking/virtual-service/#TCPRoute",
    .check = check,
};

}  // namespace cassmesh::rules
