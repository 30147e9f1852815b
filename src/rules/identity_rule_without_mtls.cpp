#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/denials.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Step;

const engine::Hop* find(const engine::Break& each, Step step) {
  const auto found = std::ranges::find(each.hops, step, &engine::Hop::step);
  return found == each.hops.end() ? nullptr : &*found;
}

/// Whether nothing else is wrong with the mTLS of a connection: no rule of another name says that
/// the client's sidecar passes it through.
bool is_plaintext_by_itself(const engine::Break& each) {
  return each.connection.kind != engine::Connection::Kind::self &&
         (find(each, Step::client_tls) != nullptr || find(each, Step::listener) == nullptr);
}

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  for (const auto& denial : engine::denials(ring, engine)) {
    if (denial.cause != engine::Denial::Cause::no_identity) continue;
    const auto told = engine.effect(engine::Aspect::mtls_of_clients, ring);
    const auto effect = engine::part(engine::without(denial.effect, told), is_plaintext_by_itself);
    if (!effect) continue;
    const auto& policy = *denial.policy;
    const auto& first = effect.worst();
    const auto said =
        report(policy, denial.at, "{} comes without mTLS, and so without identity: {}",
               first.connection.from, engine::fate(effect));
    const auto* spoken = find(first, Step::client_tls);
    const auto* hop = spoken != nullptr ? spoken : find(first, Step::client_capture);
    if (hop != nullptr && hop->by.object != nullptr)
      said.related(*hop->by.object, engine::place(hop->by), hop->in_words());
    engine::tell_conflict(said, effect, policy);
  }
}

}  // namespace

extern const Rule identity_rule_without_mtls{
    .name = "identity-rule-without-mtls",
    .severity = Severity::error,
    .kinds = {"AuthorizationPolicy"},
    .summary = "Who is let in to a ring by principal or namespace comes by mTLS.",
    .why =
        "`principals`, `namespaces` and `serviceAccounts` are read from the client's certificate. "
        "A connection without mTLS has none, so that no rule with them ever means it: what an "
        "ALLOW policy wants to let in is denied.",
    .fix =
        "let the client have a sidecar, and the port take mTLS; or allow its addresses by "
        "'ipBlocks'",
    .versions = "1.4 and newer",
    .source =
        "istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls; istio/istio 1.24.0 "
        "pilot/pkg/security/authz/model/generator.go",
    .check = check,
};

}  // namespace cassmesh::rules
