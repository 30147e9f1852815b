#include "../cassandra/management.hpp"
#include "../engine/model.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// The versions on which what comes in for a port goes through a sidecar that hides who sent it.
mesh::VersionRange hidden(const engine::Workload& node, int port, const mesh::VersionRange& istio) {
  const auto mode = node.object->pod_annotations()["sidecar.istio.io/interceptionMode"].text();
  const auto range = node.injection.sidecar & istio;
  if (mode == "TPROXY" || range.empty() || !node.injection.is_known) return {};
  const auto newest = range.intervals().back().first;
  return node.interception.inbound(port, newest).is_captured ? range : mesh::VersionRange();
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto container = mesh::cassandra_container(*node.object);
    if (!container) continue;
    const cassandra::Setup setup(*container, scope.objects);
    for (const auto& setting : cassandra::settings_by_address(setup)) {
      const int port = setting.is_internode ? node.sockets.internode_port : node.sockets.cql_port;
      const auto istio = hidden(node, port, scope.istio);
      if (istio.empty()) continue;
      report(*setting.map, setting.place,
             "behind a sidecar all connections come from 127.0.0.6 (up to Istio 1.9 from "
             "127.0.0.1): {}",
             setting.what)
          .related(*node.object, node.object->name_node(), "the ring")
          .on(istio)
          .ring(ring);
    }
  }
}

}  // namespace

extern const Rule source_address_collapsed{
    .name = "source-address-collapsed",
    .severity = Severity::info,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "Nothing in Cassandra behind a sidecar goes by the address of its clients.",
    .why =
        "The sidecar ends each connection and opens its own to Cassandra, from an address of the "
        "pod. A limit for each address then is one for all clients together, and who is admitted "
        "by address, or whose certificate is compared with it, is admitted or refused with all "
        "others. Ambient mode and TPROXY keep the address.",
    .fix =
        "take the setting out and let an AuthorizationPolicy decide by identity, or keep the "
        "addresses: annotation 'sidecar.istio.io/interceptionMode: TPROXY'",
    .versions = "the address is 127.0.0.6 from 1.10 on, before that 127.0.0.1",
    .source =
        "istio.io blog/2021/statefulsets-made-easier; istio/istio 1.9.0 releasenotes/notes "
        "(preserve-original-src-ip); apache/cassandra 4.0.1 InboundConnectionInitiator:480",
    .check = check,
};

}  // namespace cassmesh::rules
