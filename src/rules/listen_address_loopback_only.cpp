#include "cassmesh/rule.hpp"
#include "engine/listening.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  engine::tell_lone_listeners(ring, report, engine::Address::loopback);
}

}  // namespace

extern const Rule listen_address_loopback_only{
    .name = "listen-address-loopback-only",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "Nodes listen for their peers at the pod IP, where all but old sidecars deliver.",
    .why =
        "Up to Istio 1.9 the server's sidecar dials 127.0.0.1, so that the recipes of that time "
        "listen there alone. Newer sidecars dial the pod IP, as ztunnel and peers without a mesh "
        "do: connection refused. The first node still starts, being its own seed; the second "
        "one stops with \"Unable to gossip with any peers\". With listen_on_broadcast_address a "
        "node listens at both, which is right everywhere.",
    .fix = "listen at the pod IP as well",
    .versions = "1.10 and newer; all where there is no sidecar",
    .source =
        "istio.io blog 2021/upcoming-networking-changes and reference/config/analysis/ist0143; "
        "istio/istio 1.10.0 pilot/pkg/features/pilot.go:409; CASSANDRA-9748",
    .check = check,
};

}  // namespace cassmesh::rules
