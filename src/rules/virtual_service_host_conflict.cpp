#include <string>

#include "../engine/telling.hpp"
#include "cassmesh/rule.hpp"
#include "mesh/contests.hpp"

namespace cassmesh::rules {
namespace {

std::string_view routes_of(mesh::Layer layer) {
  if (layer == mesh::Layer::http) return "HTTP routes";
  return layer == mesh::Layer::tls ? "TLS routes for the same SNI" : "TCP routes for the same port";
}

/// What is claimed twice: sidecars hear one VirtualService for a host, gateways one route for a
/// match.
std::string claim(const mesh::Contest& contest) {
  if (contest.gateway == "mesh") return std::string(routes_of(contest.layer));
  const bool http = contest.layer == mesh::Layer::http;
  return fmt::format("{} on gateway '{}'", http ? "the same HTTP match" : routes_of(contest.layer),
                     contest.gateway);
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto contests = mesh::contests(objects, report.scope().settings);
  for (const auto* object : contests.left_out) {
    report.leave_out(*object, fmt::format("{} has more routes than can be compared with others",
                                          k8s::described(*object)));
  }
  for (const auto& contest : contests.found) {
    const auto& order = contest.order;
    const auto other = k8s::described(*order.first);
    const auto* ring = contest.gateway == "mesh" ? report.scope().ring_of(contest.host) : nullptr;
    const auto said =
        report(*order.second, contest.second_at, "host '{}' has {} in {} too: {}", contest.host,
               claim(contest), other, mesh::only_the_first_counts(order));
    said.related(*order.first, contest.first_at, "the other VirtualService")
        .ring(report.scope().ring_of(contest.host))
        .fix(fmt::format("move these routes into {}, in the order in which they shall be tried",
                         other));
    if (ring != nullptr) engine::tell_why(said, report.scope().engine.effect(*order.first, *ring));
  }
}

}  // namespace

extern const Rule virtual_service_host_conflict{
    .name = "virtual-service-host-conflict",
    .severity = Severity::warning,
    .kinds = {"VirtualService"},
    .summary = "A request finds its route in one VirtualService.",
    .why =
        "For a host that several VirtualServices have, a sidecar takes the routes of one and drops "
        "all the others, without a word. A gateway puts their routes one behind the other, so that "
        "of two with the same match the second is never reached. The one that was created first "
        "wins (of the same second the first by name, then by namespace): restored from a backup, "
        "or "
        "applied to another cluster, the same files can route otherwise. What a namespace keeps to "
        "itself by exportTo comes before what everybody sees, and is no conflict.",
    .fix = "merge the VirtualServices into one, or let one delegate to the other",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/networking/core/httproute.go (duplicate domains), tls.go, "
        "gateway.go, pilot/pkg/model/config.go (sortConfigByCreationTime); "
        "istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
    .check = check,
};

}  // namespace cassmesh::rules
