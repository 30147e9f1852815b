#include <algorithm>

#include "../engine/model.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// A Service that is for JMX and nothing else.
bool is_for_jmx(const engine::Service& service, int port) {
  return service.object != nullptr && !service.ports.empty() &&
         std::ranges::all_of(service.ports,
                             [&](const engine::Port& each) { return each.target == port; });
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& model = report.scope().engine.model(ring);
  const auto& node = model.nodes.front();
  const auto& jmx = node.sockets.jmx;
  const int port = node.sockets.jmx_port;
  if (!jmx.is_known || jmx.on_pod_ip) return;
  const auto say = [&](const k8s::Object& object, const yaml::Node& at) {
    const auto said =
        report(object, at, "JMX of ring '{}' is for its own pod alone: {}", ring.name, jmx.why);
    said.ring(ring);
    if (jmx.by.object != nullptr && jmx.by.at) said.related(*jmx.by.object, jmx.by.at, "here");
  };
  for (const auto& service : model.services) {
    if (is_for_jmx(service, port)) say(*service.object, service.ports.front().node["port"]);
  }
  for (const auto& client : ring.jmx_clients) say(*client.workload, client.evidence);
}

}  // namespace

extern const Rule remote_jmx_unreachable{
    .name = "remote-jmx-unreachable",
    .severity = Severity::info,
    .kinds = {"Service", "StatefulSet", "Deployment"},
    .summary = "Who uses JMX from another pod finds it open there.",
    .why =
        "By default (LOCAL_JMX) Cassandra's JMX listens at 127.0.0.1, at a second port that "
        "changes, and tells clients to go on at 127.0.0.1. A Service for it leads nowhere: from "
        "Istio 1.10 on the connection is refused, before that it ends at the client itself. "
        "nodetool within the pod is not concerned.",
    .fix =
        "run nodetool in the pod, or open JMX: LOCAL_JMX=no with a password file (google-samples: "
        "CASSANDRA_OPEN_JMX=true) and an AuthorizationPolicy",
    .versions = "",
    .source = "apache/cassandra JMXServerUtils.createJMXServer; istio/istio#15293",
    .check = check,
};

}  // namespace cassmesh::rules
