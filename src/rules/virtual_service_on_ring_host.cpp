#include <fmt/core.h>

#include "../engine/telling.hpp"
#include "../mesh/mesh_routes.hpp"
#include "../mesh/ring_hosts.hpp"
#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// What a tcp route takes along besides the connections of a ring; empty if nothing is known.
std::string_view besides(const yaml::Node& route, const mesh::RingHost& host) {
  // Below a Service's name there are its pods alone.
  if (!host.is_covered || host.is_pod) return {};
  return route["match"].size() == 0 ? "all connections to other TCP Services that it covers"
                                    : "what else they match";
}

std::string effect_of_tcp(const yaml::Node& route, const k8s::Object& service,
                          const mesh::RingHost& host, std::string_view domain) {
  const auto others = besides(route, host);
  if (const auto to = mesh::destination_besides(host.host, route, service, domain)) {
    return fmt::format("its tcp routes send what is meant for one pod to '{}'{}{}{}",
                       to["host"].text(), to["subset"] ? ", whichever pod that is" : "",
                       others.empty() ? "" : ", and with it ", others);
  }
  if (others.empty()) return "its tcp routes lead where connections go anyway";
  return fmt::format(
      "its tcp routes lead where the ring's connections go anyway, but take {} there too", others);
}

/// What the routes do to the connections of a ring: the end of a sentence; empty if none is for
/// sidecars.
std::string effect(const k8s::Object& service, const mesh::RingHost& host,
                   std::string_view domain) {
  if (const auto route = mesh::route_for_sidecars(service, "tcp"))
    return effect_of_tcp(route, service, host, domain);
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
    // The name of a single pod is no host to Istio: see `dead-host`.
    if (!found || (found->is_pod && !found->is_covered)) continue;
    const auto does = effect(service, *found, domain);
    if (does.empty()) continue;
    const auto owner = mesh::owner_of(*found->ring);
    const auto said =
        report(service, host, "host '{}' {}: {}", host.text(), mesh::described(*found), does);
    said.related(*owner.object, owner.object->name_node(), owner.role).ring(*found->ring);
    engine::tell_why(said, scope.engine.effect(service, *found->ring));
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
