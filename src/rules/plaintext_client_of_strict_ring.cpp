#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/injection.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Step;

/// What of an effect a client has for want of a sidecar: at its end the ring asks for mTLS.
engine::Effect of_client(const engine::Effect& effect, const engine::Model& model,
                         std::size_t client) {
  const auto& injection = model.clients[client].injection;
  const auto proxied = injection.sidecar | injection.ambient;
  return engine::part(effect, [&](const engine::Break& each) {
    return each.connection.client == client && each.hop.step == Step::peer_authentication &&
           !each.istio.overlaps(proxied);
  });
}

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  const auto all = engine.effect(engine::Aspect::injection_of_clients, ring);
  const auto& model = engine.model(ring);
  for (std::size_t i = 0; i < model.clients.size(); ++i) {
    const auto effect = of_client(all, model, i);
    const auto& client = model.clients[i];
    if (!effect || client.object == nullptr) continue;
    const auto& object = *client.object;
    const auto version = effect.istio().intervals().front().first;
    const auto [why, by] = engine::grounds_on(client.injection, version);
    const bool is_own = by.object == &object && by.at;
    const auto said = report(object, is_own ? by.at : object.name_node(),
                             "{} has no sidecar, and ring '{}' refuses plaintext",
                             k8s::described(object), ring.name);
    said.related(object, client.evidence, "it connects to the ring");
    if (by.object != nullptr && !is_own) said.related(*by.object, engine::place(by), why);
    engine::tell_conflict(said, effect, object);
    if (client.is_peer)
      said.fix("let its pods have a sidecar: a cluster is in the mesh as a whole, or not at all");
  }
}

}  // namespace

extern const Rule plaintext_client_of_strict_ring{
    .name = "plaintext-client-of-strict-ring",
    .severity = Severity::error,
    .kinds = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"},
    .summary = "A client of a ring that takes only mTLS has a sidecar.",
    .why =
        "Without a sidecar (its namespace does not ask for one, injection is switched off for its "
        "pods, or they use hostNetwork) a client speaks plaintext. Under STRICT the ring's "
        "sidecars close such a connection before Cassandra sees it, and the driver only says that "
        "no node can be reached.",
    .fix = "let the client have a sidecar, or make an exception for port 9042 in the policy",
    .versions = "",
    .source =
        "istio.io/latest/docs/concepts/security/#peer-authentication; "
        "istio.io/latest/docs/tasks/security/authentication/authn-policy",
    .check = check,
};

}  // namespace cassmesh::rules
