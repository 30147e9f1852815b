#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"

namespace cassmesh::rules {
namespace {

std::string makes(const yaml::Node& word) {
  const auto mode = word.text();
  if (word.key() != "mode" || (mode != "SIMPLE" && mode != "MUTUAL")) return {};
  return fmt::format("'{}' makes sidecars speak TLS without the mesh's certificates", mode);
}

void check(const k8s::Object& rule, Report& report) {
  engine::tell_tls_conflicts(rule, makes, report);
}

}  // namespace

extern const Rule destination_rule_wrong_tls_mode{
    .name = "destination-rule-wrong-tls-mode",
    .severity = Severity::error,
    .kinds = {"DestinationRule"},
    .summary = "A DestinationRule for a ring in the mesh has no TLS of its own.",
    .why =
        "`SIMPLE` and `MUTUAL` are for servers outside of the mesh: the client's sidecar puts TLS "
        "around the connection with certificates that are not the mesh's. The ring's sidecar takes "
        "it for the application's own and, under STRICT, closes it; else Cassandra gets a TLS "
        "handshake where it expects a frame of its protocol. Cassandra's own encryption needs no "
        "DestinationRule: its TLS goes through mTLS as any other bytes.",
    .fix = "write 'mode: ISTIO_MUTUAL'",
    .versions = "",
    .source =
        "istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-"
        "TLSmode; istio/istio 1.24.0 pilot/pkg/networking/core/cluster_tls.go",
    .check = check,
};

}  // namespace cassmesh::rules
