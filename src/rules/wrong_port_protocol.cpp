#include "cassmesh/rule.hpp"
#include "engine/port_effects.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  for (const auto* service : ring.services) {
    for (const auto& port : (*service)["spec"]["ports"]) {
      const auto wrong = engine::misreading_of(engine, ring, port);
      // Where another Service says something else: see `two-services-disagree`.
      if (!wrong || engine::rival_of(engine.model(ring), port).port != nullptr) continue;
      const auto said = report(*service, wrong->at,
                               "{} '{}' makes Istio read what Cassandra sends "
                               "as {}",
                               wrong->what, wrong->at.text(), wrong->as);
      said.fix(wrong->fix).ring(ring);
      if (wrong->effect) {
        tell(said, wrong->effect);
      } else if (wrong->what == "appProtocol") {
        said.on(wrong->istio);
      }
    }
  }
}

}  // namespace

extern const Rule wrong_port_protocol{
    .name = "wrong-port-protocol",
    .severity = Severity::warning,
    .kinds = {"Service"},
    .summary = "No port of a ring is called after a protocol that Cassandra does not speak.",
    .why =
        "Sidecars parse what comes through a port whose name begins with http or grpc. "
        "Cassandra's own protocols, CQL among them, are none of these: the proxy answers with "
        "an HTTP error, and the connection ends. Up to Istio 1.9 sidecars look for the Service's "
        "host in TLS at a headless port whose name begins with tls or https, and pass everything "
        "else on in plaintext; up to 1.2 Envoy rejects a headless port called redis.",
    .fix = "begin the name with 'tcp-'",
    .versions = "",
    .source =
        "istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/; "
        "istio/istio#27677, istio/istio#31098, istio/istio#15429",
    .check = check,
};

}  // namespace cassmesh::rules
