#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"
#include "mesh/destinations.hpp"
#include "mesh/gateways.hpp"
#include "mesh/registry.hpp"

namespace cassmesh::rules {
namespace {

using mesh::Ports;

std::string remedy(const k8s::Object& owner, const yaml::Node& wanted, const Ports& ports) {
  for (const auto& port : owner["spec"]["ports"]) {
    if (wanted && port["targetPort"].text() == wanted.text())
      return fmt::format("write {}: {} is its targetPort", port["port"].text(), wanted.text());
  }
  return fmt::format("write one of its ports: {}", fmt::join(ports, ", "));
}

void look_at(const k8s::Object& service, const yaml::Node& destination,
             const mesh::Registry& registry, Report& report) {
  const auto& domain = registry.settings().cluster_domain;
  const auto full = mesh::full_host(destination["host"].text(), service.name_space(), domain);
  const auto owners = registry.find(full);
  const auto ports = mesh::ports_of(owners);
  const auto number = destination["port"]["number"];
  if (ports.empty() || ports.contains(number.text()) || number.is_mapping()) return;
  const auto& owner = *owners.front();
  const auto say = [&](const Report::Said& said) {
    said.related(owner, owner["spec"]["ports"], "its ports")
        .fix(remedy(owner, number, ports))
        .ring(report.scope().ring_of(full));
  };
  if (number) {
    say(report(service, number, "{} has no port {}", k8s::described(owner), number.text()));
  } else if (!destination["port"] && ports.size() > 1) {
    const auto heard = mesh::listener_ports(service, registry);
    const auto is_there = [&](std::string_view port) { return ports.contains(port); };
    if (heard.empty() || std::ranges::any_of(heard, is_there)) return;
    say(report(service, destination["host"], "{} has several ports, and none of them is {}",
               k8s::described(owner), fmt::join(heard, " or ")));
  }
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const mesh::Registry registry(objects, report.scope().everywhere, report.scope().settings);
  for (const auto* service : objects.of("VirtualService")) {
    for (const auto& destination : mesh::destinations(*service))
      look_at(*service, destination.node, registry, report);
  }
}

}  // namespace

extern const Rule virtual_service_port_missing{
    .name = "virtual-service-port-missing",
    .severity = Severity::warning,
    .kinds = {"VirtualService"},
    .summary = "The destination of a route is a port that its host has.",
    .why =
        "Envoy has a cluster for each port of a Service ('port', not 'targetPort'), and none for "
        "others: HTTP requests end in 503, TCP connections are closed. A destination without a "
        "port leads to the only port of its host; where that has several, to the one on which the "
        "request came in, which the host may not have.",
    .fix = "write one of the Service's ports",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/networking/core/route/route.go:334 (GetDestinationCluster), "
        "the same in 1.0.0 pilot/pkg/networking/core/v1alpha3/route/route.go:217",
    .check = check,
};

}  // namespace cassmesh::rules
