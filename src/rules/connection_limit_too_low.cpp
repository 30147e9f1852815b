#include <algorithm>
#include <cstdint>

#include "../engine/model.hpp"
#include "../text.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// The nodes of a ring, as far as files say how many. Replicas are numbers of 32 bits.
std::int64_t size_of(const mesh::Ring& ring) {
  std::int64_t nodes = 0;
  for (const auto* set : ring.stateful_sets)
    nodes += whole_number((*set)["spec"]["replicas"].text()).value_or(1);
  return nodes;
}

struct Limit {
  const k8s::Object& rule;
  yaml::Node at;
  int count;
  const engine::Model& model;

  /// Says so if the limit is less than what `who` opens to one port.
  void compare(int port, std::int64_t needed, std::string_view who, Report& report) const {
    if (count <= 0 || count >= needed) return;
    report(rule, at, "{} connections are not enough for port {}: {} opens {} through its sidecar",
           count, port, who, needed)
        .related(*model.nodes.front().object, model.nodes.front().object->name_node(),
                 fmt::format("the ring has {} nodes", size_of(*model.ring)))
        .ring(*model.ring);
  }
};

void check_policy(const k8s::Object& rule, const yaml::Node& policy, int only,
                  const engine::Model& model, Report& report) {
  const auto at = policy["connectionPool"]["tcp"]["maxConnections"];
  const Limit limit{rule, at, whole_number(at.text()).value_or(0), model};
  const auto nodes = size_of(*model.ring);
  const auto& sockets = model.nodes.front().sockets;
  if (!limit.at || nodes < 2) return;
  const bool internode = only == 0 || only == sockets.internode_port;
  if (internode && limit.count < 3 * (nodes - 1))
    return limit.compare(sockets.internode_port, 3 * (nodes - 1), "a node", report);
  if (only == 0 || only == sockets.cql_port)
    limit.compare(sockets.cql_port, nodes + 1, "a driver", report);
}

void check(const k8s::Object& rule, Report& report) {
  const auto& scope = report.scope();
  for (const auto& ring : scope.rings) {
    const auto& model = scope.engine.model(ring);
    const auto& rules = model.objects.destination_rules;
    const auto& sidecar = model.nodes.front().injection.sidecar;
    if (std::ranges::find(rules, &rule) == rules.end() || !sidecar.overlaps(scope.istio)) continue;
    const auto policy = rule["spec"]["trafficPolicy"];
    check_policy(rule, policy, 0, model, report);
    for (const auto& level : policy["portLevelSettings"])
      check_policy(rule, level, whole_number(level["port"]["number"].text()).value_or(-1), model,
                   report);
  }
}

}  // namespace

extern const Rule connection_limit_too_low{
    .name = "connection-limit-too-low",
    .severity = Severity::warning,
    .kinds = {"DestinationRule"},
    .summary = "A limit on connections to a ring leaves room for the ring's own.",
    .why =
        "A sidecar counts `maxConnections` for all pods behind a port together, and closes what is "
        "beyond at once. Each node keeps three connections to each of its peers (gossip or urgent, "
        "small and large messages), and opens more to stream; a driver keeps at least one to each "
        "node, and one to control. Below that some nodes are always down for others.",
    .fix = "take the limit out, or raise it: three connections for each peer, and room to stream",
    .versions = "",
    .source =
        "apache/cassandra OutboundConnections (4.0), OutboundTcpConnectionPool (3.11); "
        "istio.io/latest/docs/reference/config/networking/destination-rule/"
        "#ConnectionPoolSettings-TCPSettings",
    .check = check,
};

}  // namespace cassmesh::rules
