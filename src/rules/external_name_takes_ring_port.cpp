#include <algorithm>
#include <array>

#include "../cassandra/setup.hpp"
#include "cassmesh/rule.hpp"
#include "engine/telling.hpp"
#include "mesh/precedence.hpp"

namespace cassmesh::rules {
namespace {

using mesh::Capability;
using mesh::versions_with;

std::string_view protocol_of(const yaml::Node& port) {
  const auto name = port["name"].text();
  return port["appProtocol"] ? port["appProtocol"].text() : name.substr(0, name.find('-'));
}

/// Whether a sidecar hands everything that comes to this port number to the one destination.
bool takes_all(const yaml::Node& port) {
  constexpr std::array others{"grpc", "http", "http2", "https", "kubernetes.io/h2c", "tls"};
  return (!port["protocol"] || port["protocol"].text() == "TCP") &&
         std::ranges::find(others, protocol_of(port)) == others.end();
}

/// The versions in which the ring's pods have no listener of their own at a port.
mesh::VersionRange unguarded(const mesh::Ring& ring, std::string_view number) {
  constexpr auto tcp_ports = Capability::headless_pod_listeners;
  constexpr auto any_port = Capability::headless_pod_listeners_any_port;
  auto versions = mesh::VersionRange::any();
  for (const auto* service : ring.services) {
    if (!mesh::is_headless(*service)) continue;
    for (const auto& port : (*service)["spec"]["ports"]) {
      if (port["port"].text() != number) continue;
      versions = versions - versions_with(protocol_of(port) == "tcp" ? tcp_ports : any_port);
    }
  }
  return versions;
}

/// Whether it is known to be younger than what the ring has.
bool is_younger(const k8s::Object& service, const mesh::Ring& ring) {
  return std::ranges::all_of(ring.services, [&](const k8s::Object* own) {
    const auto order = mesh::precedence(service, *own);
    return order.known && order.first == own;
  });
}

void look_at(const k8s::Object& service, const yaml::Node& port, const mesh::Ring& ring,
             Report& report) {
  const auto number = port["port"].text();
  auto& engine = report.scope().engine;
  if (is_younger(service, ring) && !engine.matters(service, ring)) return;
  const auto said = report(service, port["port"],
                           "port {} of ExternalName Service '{}' takes what ring '{}' sends to "
                           "this port",
                           number, service.name(), ring.name);
  const auto& set = *ring.stateful_sets.front();
  said.related(set, set.name_node(), "the ring")
      .on(versions_with(Capability::external_name_takes_port) & unguarded(ring, number))
      .ring(ring);
  const auto effect = part(engine.effect(service, ring), [&](const engine::Break& each) {
    return std::to_string(each.connection.port) == number;
  });
  if (effect) tell(said, effect);
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto container = mesh::cassandra_container(*ring.stateful_sets.front());
  if (!container) return;
  const cassandra::Setup setup(*container, scope.objects);
  const std::array numbers{setup.setting("storage_port", "7000"),
                           setup.setting("native_transport_port", "9042")};
  for (const auto* service : scope.objects.of("Service")) {
    if ((*service)["spec"]["type"].text() != "ExternalName") continue;
    if (!mesh::audience(*service, scope.settings).includes(ring.name_space)) continue;
    for (const auto& port : (*service)["spec"]["ports"]) {
      const auto number = std::ranges::find(numbers, port["port"].text());
      if (number != numbers.end() && takes_all(port)) look_at(*service, port, ring, report);
    }
  }
}

}  // namespace

extern const Rule external_name_takes_ring_port{
    .name = "external-name-takes-ring-port",
    .severity = Severity::warning,
    .kinds = {"Service", "StatefulSet"},
    .summary = "No ExternalName Service declares a TCP port of a ring.",
    .why =
        "A TCP port of an ExternalName Service has no address of its own, so sidecars send what "
        "goes to that port number to the external name. Only the listener of a pod is there "
        "first, and that needs a headless Service which declares the port.",
    .fix = "delete the ports of the ExternalName Service, which Kubernetes does not need",
    .versions =
        "up to 1.20; where a headless Service declares the port, up to 1.3, or up to 1.7 if "
        "that port's name does not say tcp",
    .source = "istio/istio 1.20.0 pilot/pkg/features/pilot.go:657 (ENABLE_EXTERNAL_NAME_ALIAS)",
    .check = check,
};

}  // namespace cassmesh::rules
