#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::Object& rule, Report& report) {
  auto& engine = report.scope().engine;
  for (const auto& each : engine.effects(rule)) {
    for (const auto& [by, hop, effect] : engine::blame_for_tls(rule, *each.ring, engine)) {
      const auto mode = by.at.text();
      if (by.at.key() != "mode" || (mode != "SIMPLE" && mode != "MUTUAL")) continue;
      const auto said =
          report(rule, by.at,
                 "'{}' makes sidecars speak TLS without the mesh's certificates to ring '{}': {}",
                 mode, each.ring->name, engine::fate(effect));
      engine::tell_conflict(said, effect, rule)
          .fix(engine::tls_remedy(rule, *each.ring, report.scope().settings));
    }
  }
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
