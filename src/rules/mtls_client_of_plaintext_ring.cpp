#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/model.hpp"
#include "engine/peer_authentication.hpp"
#include "engine/telling.hpp"
#include "engine/unmeshed.hpp"

namespace cassmesh::rules {
namespace {

using engine::Blame;
using engine::Step;

/// Where no node has a proxy, and none should have one: of others `not-injected` speaks, and
/// `ring-partly-injected`.
bool is_outside(const engine::Model& model, const engine::Effect& effect) {
  const auto istio = effect.istio();
  const auto is_meshed = [&](const engine::Workload& node) {
    return (node.injection.sidecar | node.injection.ambient).overlaps(istio);
  };
  return engine::unmeshed(model, istio).empty() && std::ranges::none_of(model.nodes, is_meshed);
}

/// TLS that is not the mesh's is the matter of `destination-rule-wrong-tls-mode`.
bool is_of_another_mode(const engine::Evidence& evidence) {
  return evidence.at.key() == "mode" && evidence.at.text() != "ISTIO_MUTUAL" &&
         evidence.object != nullptr && evidence.object->is("DestinationRule");
}

/// Why the ring takes no mTLS; empty if another rule says it.
std::string reason(const engine::Model& model, const Blame& blame) {
  const auto& hop = blame.effect.worst().hop;
  if (hop.step == Step::server_capture)
    return is_outside(model, blame.effect) ? "has no sidecars" : "";
  // What is said of one port is the matter of `port-level-mtls-ignored-by-clients`.
  const bool is_general = !engine::is_of_one_port(hop.by);
  return hop.step == Step::peer_authentication && is_general ? "takes none" : "";
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto& model = scope.engine.model(ring);
  // What goes wrong for want of a declared port is said where it is not declared.
  const auto effect =
      engine::without(scope.engine.effect(engine::Aspect::plaintext_of_clients, ring),
                      scope.engine.effect(engine::Aspect::declared_ports, ring));
  const auto speaks = [](const engine::Hop& hop) { return hop.step == Step::client_tls; };
  for (const auto& each : engine::blame(effect, speaks)) {
    const auto why = reason(model, each);
    if (why.empty() || is_of_another_mode(each.by)) continue;
    const auto& culprit = each.by.object != nullptr ? each.by : each.effect.worst().hop.by;
    const auto& object = culprit.object != nullptr ? *culprit.object : *ring.stateful_sets.front();
    const auto said =
        report(object, culprit.object != nullptr ? engine::place(culprit) : object.name_node(),
               "{} makes sidecars speak mTLS to ring '{}', which {}: {}",
               each.by.object != nullptr ? "'ISTIO_MUTUAL'" : "auto-mTLS", ring.name, why,
               engine::fate(each.effect));
    engine::tell_conflict(said, each.effect, object);
  }
}

}  // namespace

extern const Rule mtls_client_of_plaintext_ring{
    .name = "mtls-client-of-plaintext-ring",
    .severity = Severity::error,
    .kinds = {"DestinationRule", "PeerAuthentication", "StatefulSet", "Namespace"},
    .summary = "Nobody speaks mTLS to a ring that does not take it.",
    .why =
        "Where a ring has no sidecars, or a policy with DISABLE, Cassandra itself gets the TLS "
        "handshake of the client's sidecar and closes the connection. A DestinationRule with "
        "ISTIO_MUTUAL makes sidecars do so whatever the ring takes. By itself auto-mTLS looks "
        "first, but not at everything: for headless Services it does not see a PeerAuthentication "
        "with a selector, and Istio 1.5.0 to 1.6.5 spoke mTLS even to pods without a sidecar.",
    .fix =
        "give the ring sidecars and a policy that takes mTLS, or write a DestinationRule with "
        "'mode: DISABLE' for its host",
    .versions = "",
    .source =
        "istio/istio#21964, #23673, #29873, #39439; istio/istio 1.24.0 "
        "pilot/pkg/model/push_context.go (BestEffortInferServiceMTLSMode)",
    .check = check,
};

}  // namespace cassmesh::rules
