#include "../engine/probe_faults.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  for (const auto& fault : engine::probe_faults(report.scope().engine, ring)) {
    const auto& set = *fault.node->object;
    if (fault.is_always_green) {
      const auto said = report(
          set, fault.at,
          "the sidecar answers this probe whatever Cassandra does, so that it always succeeds");
      said.on(fault.istio).ring(ring);
      // Nobody who says nothing of versions asks about such old ones.
      if (!report.scope().istio_is_given) said.severity(Severity::info);
      continue;
    }
    const auto& hop = fault.broken.hop;
    const auto said = report(set, fault.at, "this probe always fails: {}", hop.in_words());
    said.severity(Severity::error)
        .breaks({to_string(engine::Connection::Kind::probe)})
        .on(fault.istio)
        .ring(ring);
    if (hop.by.object != nullptr && hop.by.at)
      said.related(*hop.by.object, hop.by.at, "this decides it");
  }
}

}  // namespace

extern const Rule probe_through_sidecar{
    .name = "probe-through-sidecar",
    .severity = Severity::warning,
    .kinds = {"StatefulSet"},
    .summary = "A probe meets Cassandra, not its sidecar.",
    .why =
        "The kubelet's probe of a TCP port comes in like any connection: up to 1.11 the sidecar "
        "accepts it, whether Cassandra is there or not. From then on the sidecar's agent dials the "
        "pod's own address in the kubelet's place, where nobody listens if the port is bound to "
        "127.0.0.1 alone, as JMX is by default. A command in the container, which is how Cassandra "
        "is best asked, passes the mesh by; but `nodetool -h` with the pod's address meets nobody "
        "while LOCAL_JMX is yes, nor does `cqlsh` at 127.0.0.1 where rpc_address is the pod's.",
    .fix =
        "ask Cassandra itself: 'exec: {command: [/bin/sh, -c, \"nodetool info | grep -q "
        "'Native Transport active *: true'\"]}'",
    .versions = "TCP probes are rewritten from 1.12 on, gRPC from 1.13, HTTP from 1.6",
    .source =
        "istio/istio 1.12.0 releasenotes/notes/33734.yaml; pkg/kube/inject/app_probe.go; "
        "istio/istio#31121",
    .check = check,
};

}  // namespace cassmesh::rules
