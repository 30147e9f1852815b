#include <fmt/core.h>

#include "../mesh/mesh_routes.hpp"
#include "../mesh/ring_hosts.hpp"
#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// What the routes do to the connections of a ring: the end of a sentence; empty if none is for
/// sidecars.
std::string effect(const k8s::Object& service, std::string_view host, std::string_view domain) {
  if (const auto route = mesh::route_for_sidecars(service, "tcp")) {
    for (const auto& each : route["route"]) {
      const auto to = each["destination"];
      const auto full = mesh::full_host(to["host"].text(), service.name_space(), domain);
      if (full != host || to["subset"])
        return fmt::format("its tcp routes send what is meant for one pod to '{}'{}",
                           to["host"].text(), to["subset"] ? ", whichever pod that is" : "");
    }
    return "its tcp routes lead where connections go anyway";
  }
  if (mesh::route_for_sidecars(service, "tls")) return "its tls routes see only what sends an SNI";
  if (mesh::route_for_sidecars(service, "http"))
    return "its http routes do nothing, as Cassandra speaks TCP";
  return {};
}

void check(const k8s::Object& service, Report& report) {
  const auto& scope = report.scope();
  const auto& domain = scope.settings.cluster_domain;
  if (!mesh::is_for_sidecars(service)) return;
  for (const auto& host : service["spec"]["hosts"]) {
    if (host.text() == "*") continue;  // Istio takes it for gateways alone
    const auto full = mesh::full_host(host.text(), service.name_space(), domain);
    const auto found = mesh::ring_host(full, scope.rings, scope.settings, true);
    const auto does = found ? effect(service, found->host, domain) : std::string();
    if (does.empty()) continue;
    const auto& ring = *found->ring;
    const auto& owner = ring.service != nullptr ? *ring.service : *ring.stateful_sets.front();
    report(service, host, "host '{}' {}: {}", host.text(), mesh::described(*found), does)
        .related(owner, owner.name_node(), "the ring")
        .ring(ring);
  }
}

}  // namespace

extern const Rule virtual_service_on_ring_host{
    .name = "virtual-service-on-ring-host",
    .severity = Severity::warning,
    .kinds = {"VirtualService"},
    .summary = "No VirtualService routes what a ring's nodes send to each other.",
    .why =
        "A node dials the one pod that it means. TCP routes on the ring's headless host act on "
        "these connections too and lead them somewhere else, so that gossip reaches the wrong "
        "node; HTTP routes do nothing at all. A VirtualService at a gateway that sends CQL to "
        "the ring is another thing, and so is one on the Service for clients.",
    .fix = "delete the VirtualService, or take the host out of it",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/networking/core/tls.go (getConfigsForHost, "
        "buildSidecarOutboundTCPFilterChainOpts)",
    .check = check,
};

}  // namespace cassmesh::rules
