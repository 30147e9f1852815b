#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/peer_authentication.hpp"

namespace cassmesh::rules {
namespace {

using engine::Step;

void check(const k8s::Object& policy, Report& report) {
  auto& engine = report.scope().engine;
  for (const auto& all : engine.effects(policy)) {
    const auto parts = engine::blame(all, [&](const engine::Hop& hop) {
      return hop.step == Step::peer_authentication && hop.fails() && hop.by.object == &policy &&
             hop.by.at.text() == "DISABLE" && engine::is_of_one_port(hop.by);
    });
    for (const auto& [by, hop, effect] : parts) {
      const auto& worst = effect.worst();
      const auto said = report(policy, by.at,
                               "clients of ring '{}' do not see that its port {} takes no mTLS: {}",
                               all.ring->name, worst.connection.port, engine::fate(effect));
      for (const auto& each : worst.hops) {
        if (each.step == Step::client_tls && each.by.object != nullptr)
          said.related(*each.by.object, engine::place(each.by), each.in_words());
      }
      engine::tell_conflict(said, effect, policy)
          .fix(fmt::format(
              "write 'mode: PERMISSIVE', or add a DestinationRule for the ring's host "
              "with portLevelSettings: [{{port: {{number: {}}}, tls: {{mode: DISABLE}}}}]",
              worst.connection.port));
    }
  }
}

}  // namespace

extern const Rule port_level_mtls_ignored_by_clients{
    .name = "port-level-mtls-ignored-by-clients",
    .severity = Severity::error,
    .kinds = {"PeerAuthentication"},
    .summary = "Where a port of a ring takes no mTLS, a DestinationRule tells its clients.",
    .why =
        "Auto-mTLS towards a headless Service looks only at the policies of the namespace and the "
        "mesh. It does not see `portLevelMtls`, so that clients go on to speak mTLS to a port with "
        "DISABLE, where Cassandra gets their TLS handshake. A DestinationRule with ISTIO_MUTUAL "
        "for the host does the same.",
    .fix =
        "write 'mode: PERMISSIVE', or add a DestinationRule with portLevelSettings that say "
        "DISABLE for the port",
    .versions = "1.5 and newer",
    .source =
        "istio/istio#39439, #29873; istio/istio 1.24.0 pilot/pkg/model/push_context.go "
        "(BestEffortInferServiceMTLSMode)",
    .check = check,
};

}  // namespace cassmesh::rules
