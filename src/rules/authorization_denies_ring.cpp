#include <fmt/core.h>

#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/denials.hpp"
#include "mesh/unknown_accounts.hpp"

namespace cassmesh::rules {
namespace {

using engine::Denial;

/// Whether it is for a slip in a policy's words that it does not mean a caller: see
/// `unknown-principal`.
bool is_misspelt(const Denial& denial, const Scope& scope) {
  const auto unknown = mesh::unknown_accounts(*denial.policy, scope.everywhere);
  return !denial.callers.empty() &&
         std::ranges::all_of(denial.callers, [&](const std::string& caller) {
           const auto account = mesh::account_of(caller);
           return account && std::ranges::find(unknown, *account, &mesh::UnknownAccount::meant) !=
                                 unknown.end();
         });
}

/// What the policy does to whom; without an end.
std::string what(const Denial& denial) {
  const auto& callers = denial.callers;
  const auto who = callers.empty() ? std::string("callers without identity")
                   : callers.size() == 1
                       ? fmt::format("'{}'", callers.front())
                       : fmt::format("'{}' and {} more", callers.front(), callers.size() - 1);
  if (denial.cause == Denial::Cause::denied) return fmt::format("this rule keeps {} out of", who);
  const bool is_empty = (*denial.policy)["spec"]["rules"].size() == 0;
  return is_empty ? "without rules it lets nobody in to"
                  : fmt::format("no rule lets {} in to", who);
}

std::string remedy(const Denial& denial) {
  if (denial.cause == Denial::Cause::denied)
    return "let the rule name those who are to be denied, or ports that the ring does not use";
  const auto rules = engine::missing_rules(denial);
  return rules.empty() ? "add a rule that allows it" : "add to its rules " + rules;
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto& denial : engine::denials(ring, report.scope().engine)) {
    const bool is_it =
        denial.cause == Denial::Cause::left_out || denial.cause == Denial::Cause::denied;
    if (!is_it || is_misspelt(denial, report.scope())) continue;
    const auto said = report(*denial.policy, engine::place_of_remedy(denial), "{} ring '{}': {}",
                             what(denial), ring.name, engine::fate(denial.effect));
    engine::tell_conflict(said, denial.effect, *denial.policy).fix(remedy(denial));
  }
}

}  // namespace

extern const Rule authorization_denies_ring{
    .name = "authorization-denies-ring",
    .severity = Severity::error,
    .kinds = {"AuthorizationPolicy"},
    .summary = "AuthorizationPolicies on a ring allow its own nodes, and its clients.",
    .why =
        "Once a policy with the action ALLOW selects a pod, everything is denied that no such "
        "policy allows, at all ports: one that lets applications in to 9042 shuts the ring's own "
        "nodes out of 7000, for they are callers like any others, with the account of their "
        "StatefulSet. A policy without rules denies everybody.",
    .fix = "add a rule for the ring's own account at its internode port",
    .versions = "1.4 and newer",
    .source =
        "istio.io/latest/docs/tasks/security/authorization/authz-tcp; "
        "istio.io/latest/docs/concepts/security/#implicit-enablement",
    .check = check,
};

}  // namespace cassmesh::rules
