#include "cassmesh/rule.hpp"
#include "engine/listening.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  engine::tell_lone_listeners(ring, report, engine::Address::pod_ip);
}

}  // namespace

extern const Rule listen_address_pod_ip_only{
    .name = "listen-address-pod-ip-only",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "Nodes listen for their peers at 127.0.0.1 where sidecars deliver there.",
    .why =
        "Images listen at the pod IP. Up to Istio 1.9, and on newer ones that are set to "
        "LOCALHOST, the server's sidecar dials 127.0.0.1 for each port that a Service declares: "
        "connection refused, and the second node stops with \"Unable to gossip with any peers\". "
        "With listen_on_broadcast_address a node listens at both, which is right everywhere.",
    .fix = "listen at 127.0.0.1 as well",
    .versions = "up to 1.9; newer ones whose mesh delivers to 127.0.0.1",
    .source =
        "istio/istio 1.9.0 pilot/pkg/networking/core/v1alpha3/cluster.go:275, istio/istio#10053; "
        "istio.io blog 2021/statefulsets-made-easier; CASSANDRA-9748",
    .check = check,
};

}  // namespace cassmesh::rules
