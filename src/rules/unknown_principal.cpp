#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/denials.hpp"
#include "mesh/unknown_accounts.hpp"
#include "mesh/unseen.hpp"

namespace cassmesh::rules {
namespace {

/// What a policy denies to the account that a word was meant for; nothing if it denies it nothing.
engine::Effect denied(const k8s::Object& policy, const mesh::Account& account,
                      const mesh::Ring& ring, engine::Engine& engine) {
  if (account.name.empty()) return {};
  for (const auto& denial : engine::denials(ring, engine)) {
    const bool means = std::ranges::any_of(denial.callers, [&](const std::string& caller) {
      return mesh::account_of(caller) == account;
    });
    if (denial.policy == &policy && means && denial.cause == engine::Denial::Cause::left_out)
      return denial.effect;
  }
  return {};
}

void say_scheme(const k8s::Object& policy, const mesh::UnknownAccount& unknown,
                const mesh::Ring& ring, Report& report) {
  const auto effect = denied(policy, unknown.meant, ring, report.scope().engine);
  const auto said =
      report(policy, unknown.at, "principal '{}' means nobody: Istio's have no scheme{}{}",
             unknown.at.text(), effect ? "; " : "", engine::fate(effect));
  said.ring(ring).fix(fmt::format("write '{}'", unknown.written));
  if (effect) engine::tell_conflict(said, effect, policy);
}

void say(const k8s::Object& policy, const mesh::UnknownAccount& unknown, const mesh::Ring& ring,
         mesh::Unseen& unseen, Report& report) {
  if (unknown.has_scheme) return say_scheme(policy, unknown, ring, report);
  const auto& scope = report.scope();
  const auto name_space = unknown.account.name_space;
  const bool is_slip = !unknown.written.empty();
  const bool is_own = name_space == ring.name_space || scope.settings.closed_world;
  // Those of the root namespace are made by Istio's installation, others by operators; and who is
  // of a namespace that is not here is known there.
  const bool may_be =
      name_space == scope.settings.root_namespace || !scope.objects.covers(name_space);
  if (!is_slip && !is_own && may_be) return;
  const bool is_judged = is_slip || is_own || !unseen.in(name_space);
  const auto severity = is_judged ? scope.severity_of_missing(name_space) : Severity::info;
  const auto effect = denied(policy, unknown.meant, ring, scope.engine);
  const auto alike =
      unknown.alike.empty() ? std::string() : fmt::format(", did you mean '{}'?", unknown.alike);
  const auto said = report(policy, unknown.at, "there is no account '{}/{}' in the files{}{}{}",
                           unknown.account.name_space, unknown.account.name, alike,
                           effect ? ": " : "", engine::fate(effect));
  said.severity(severity).ring(ring);
  if (is_slip) said.fix(fmt::format("write '{}'", unknown.written));
  if (effect) engine::tell_conflict(said, effect, policy);
}

void check(const k8s::Object& policy, Report& report) {
  const auto& scope = report.scope();
  const auto is_on = [&](const mesh::Ring& ring) {
    const auto labels = policy["spec"]["selector"]["matchLabels"];
    const bool is_near = policy.name_space() == ring.name_space ||
                         policy.name_space() == scope.settings.root_namespace;
    return is_near && std::ranges::any_of(ring.stateful_sets, [&](const k8s::Object* set) {
             return k8s::selects(labels, *set);
           });
  };
  const auto ring = std::ranges::find_if(scope.rings, is_on);
  if (ring == scope.rings.end()) return;
  mesh::Unseen unseen(scope.everywhere);
  for (const auto& unknown : mesh::unknown_accounts(policy, scope.everywhere))
    say(policy, unknown, *ring, unseen, report);
}

}  // namespace

extern const Rule unknown_principal{
    .name = "unknown-principal",
    .severity = Severity::warning,
    .kinds = {"AuthorizationPolicy"},
    .summary = "The accounts that policies on a ring name exist.",
    .why =
        "A principal is compared with the client's certificate letter by letter, and nobody "
        "complains about one that no account has: whoever was meant is left out. Istio puts "
        "'spiffe://' before it by itself, so that one that has it already means nobody.",
    .fix = "write the name of a ServiceAccount that is there, or add it to the files",
    .versions = "1.4 and newer",
    .source =
        "istio.io/latest/docs/reference/config/security/authorization-policy/#Source; istio/istio "
        "1.24.0 pilot/pkg/security/authz/matcher/string.go, and srcPrincipalGenerator in "
        "authz/model/generator.go (1.4.0: authz/model/principal.go); istio/ztunnel 1.24.0 "
        "src/rbac.rs (matches_principal)",
    .check = check,
};

}  // namespace cassmesh::rules
