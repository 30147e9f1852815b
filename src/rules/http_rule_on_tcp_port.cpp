#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/authorization.hpp"
#include "engine/blame.hpp"
#include "engine/denials.hpp"

namespace cassmesh::rules {
namespace {

using Denials = std::vector<engine::Denial>;

std::string_view word(const yaml::Node& at) {
  return at.is_scalar() ? at.text() : at.key();
}

std::string_view does(const k8s::Object& policy) {
  return policy["spec"]["action"].text() == "DENY"
             ? "is for HTTP and does not count on TCP, so that the rule denies without it"
             : "is for HTTP, and a rule with it never matches on TCP";
}

void warn(const k8s::Object& policy, const Denials& denials, const mesh::Ring& ring,
          Report& report) {
  const auto& scope = report.scope();
  const auto& model = scope.engine.model(ring);
  const engine::Moment newest(scope.istio.intervals().back().first);
  const engine::Reader reader(newest);
  const auto decide = engine::authorization_policies_at(model, 0, reader);
  if (std::ranges::find(decide, &policy) == decide.end()) return;
  for (const auto& rule : policy["spec"]["rules"]) {
    const auto at = engine::field_for_http(rule, reader);
    const bool is_said = std::ranges::any_of(denials, [&](const engine::Denial& each) {
      return each.policy == &policy && each.at == at;
    });
    if (!at || is_said || !engine::is_for_ports_of(model.nodes.front(), rule, policy)) continue;
    report(policy, at, "'{}' {}", word(at), does(policy)).ring(ring).severity(Severity::warning);
  }
}

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  const auto denials = engine::denials(ring, engine);
  for (const auto& denial : denials) {
    if (denial.cause != engine::Denial::Cause::http) continue;
    const auto said = report(*denial.policy, denial.at, "'{}' {}: {}", word(denial.at),
                             does(*denial.policy), engine::fate(denial.effect));
    engine::tell_conflict(said, denial.effect, *denial.policy);
  }
  for (const auto* policy : engine.model(ring).objects.authorization_policies)
    warn(*policy, denials, ring, report);
}

}  // namespace

extern const Rule http_rule_on_tcp_port{
    .name = "http-rule-on-tcp-port",
    .severity = Severity::error,
    .kinds = {"AuthorizationPolicy"},
    .summary = "Policies on a ring decide by what a TCP connection has.",
    .why =
        "Cassandra speaks TCP, so that nobody sees a method, a path, a host or a token. A rule "
        "that allows by one of them never matches, and what it was to let in is denied; a rule "
        "that denies loses the field and denies everything else that it says, which may be every "
        "connection to the port.",
    .fix = "delete the field: decide by principals, namespaces, addresses and ports",
    .versions = "1.4 and newer",
    .source =
        "istio.io/latest/docs/tasks/security/authorization/authz-tcp; istio/istio 1.24.0 "
        "pilot/pkg/security/authz/model/model.go (Generate)",
    .check = check,
};

}  // namespace cassmesh::rules
