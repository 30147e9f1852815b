#include "authorization.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "../mesh/policies.hpp"
#include "peer_authentication.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

bool is_dry_run(const k8s::Object& policy, const Reader& reader) {
  return mesh::is_dry_run(policy) &&
         reader.version.has(reader.is_ztunnel ? Capability::authorization_dry_run_in_ambient
                                              : Capability::authorization_dry_run);
}

/// A policy that may decide, with what it says of a connection.
struct Vote {
  const k8s::Object* policy = nullptr;
  Verdict verdict{};
};

/// The votes of one action, the nearest one first.
class Votes {
 public:
  void add(const k8s::Object& policy, const Verdict& verdict) {
    ++count_;
    const auto rank = [](const Verdict& it) { return std::pair(it.match, it.miss); };
    if (best_.policy == nullptr || rank(best_.verdict) < rank(verdict)) best_ = {&policy, verdict};
  }
  std::size_t count() const { return count_; }
  const Vote& best() const { return best_; }
  const k8s::Object& policy() const { return *best_.policy; }
  Match match() const { return best_.verdict.match; }
  Evidence rule() const { return {best_.policy, best_.verdict.rule}; }
  Evidence condition() const { return {best_.policy, best_.verdict.at}; }

 private:
  std::size_t count_ = 0;
  Vote best_{};
};

/// Of a rule that denies: `; 'paths' is for HTTP and does not count on TCP`.
std::string without_http(const yaml::Node& rule, const Reader& reader) {
  const auto field = field_for_http(rule, reader);
  if (!field) return {};
  return fmt::format("; '{}' is for HTTP and does not count on TCP",
                     field.is_scalar() ? field.text() : field.key());
}

std::string reason(const Verdict& verdict) {
  switch (verdict.miss) {
    case Miss::http:
      return fmt::format(": '{}' is for HTTP, and a rule with it never matches on TCP",
                         verdict.at.is_scalar() ? verdict.at.text() : verdict.at.key());
    case Miss::no_identity:
      return ": it names identities, which only come by mTLS";
    default:
      return {};
  }
}

/// Where an ALLOW policy shows that it leaves somebody out.
Evidence place(const Vote& vote) {
  const auto& policy = *vote.policy;
  const auto rules = policy["spec"]["rules"];
  if (vote.verdict.miss >= Miss::caller) return {&policy, vote.verdict.at};
  if (rules) return {&policy, rules};
  return {&policy, policy["spec"] ? policy["spec"] : policy.name_node()};
}

class Authorization {
 public:
  explicit Authorization(Flow& flow) : flow_(flow), arrival_(arrival_of(flow)) {
    for (const auto* policy :
         authorization_policies_at(flow.model, flow.route.node, arrival_.reader)) {
      const auto action = *action_of(*policy, arrival_.reader);
      votes_of(action).add(*policy, verdict_of(*policy, action, arrival_));
    }
  }

  void decide() {
    if (arrival_.caller.has_identity) flow_.caller = described(arrival_.caller);
    ask_outside();
    if (deny_.count() > 0) deny();
    if (allow_.count() > 0) allow();
  }

 private:
  Votes& votes_of(Action action) {
    if (action == Action::custom) return custom_;
    return action == Action::deny ? deny_ : allow_;
  }

  void ask_outside() {
    if (custom_.count() == 0 || custom_.match() == Match::no) return;
    flow_.doubt(Step::authorization, custom_.rule(),
                "the authorizer that {} asks lets {} in at port {}",
                k8s::described(custom_.policy()), described(arrival_.caller), arrival_.port);
  }

  void deny() {
    const auto who = described(arrival_.caller);
    if (deny_.match() == Match::yes) {
      flow_.fail(Outcome::denied, Step::authorization, deny_.rule(), "{} denies {} at port {}{}",
                 k8s::described(deny_.policy()), who, arrival_.port,
                 without_http(deny_.best().verdict.rule, arrival_.reader));
    } else if (deny_.match() == Match::unknown) {
      flow_.doubt(Step::authorization, deny_.condition(), "{} does not mean {} at port {}",
                  k8s::described(deny_.policy()), who, arrival_.port);
    } else if (allow_.count() == 0) {
      flow_.hop(Step::authorization, {&deny_.policy(), {}}, "{} does not deny {} at port {}",
                k8s::described(deny_.policy()), who, arrival_.port);
    }
  }

  void allow() {
    const auto who = described(arrival_.caller);
    const auto name = k8s::described(allow_.policy());
    if (allow_.match() == Match::yes) {
      flow_.hop(Step::authorization, allow_.rule(), "{} allows {} at port {}", name, who,
                arrival_.port);
    } else if (allow_.match() == Match::unknown) {
      flow_.doubt(Step::authorization, allow_.condition(), "{} means {} at port {}", name, who,
                  arrival_.port);
    } else if (!allow_.best().verdict.rule) {
      flow_.fail(Outcome::denied, Step::authorization, place(allow_.best()),
                 "{} has no rules, and so allows nobody", name);
    } else {
      flow_.fail(Outcome::denied, Step::authorization, place(allow_.best()),
                 "{} {} no rule that allows {} at port {}{}", allowing(name),
                 allow_.count() == 1 ? "has" : "have", who, arrival_.port,
                 reason(allow_.best().verdict));
      flow_.add_miss(allow_.best().verdict.miss);
    }
  }

  std::string allowing(const std::string& name) const {
    const auto others = allow_.count() - 1;
    if (others == 0) return name;
    return fmt::format("{} and {} other{}", name, others, others == 1 ? "" : "s");
  }

  Flow& flow_;
  Arrival arrival_;
  Votes custom_;
  Votes deny_;
  Votes allow_;
};

}  // namespace

std::optional<Action> action_of(const k8s::Object& policy, const Reader& reader) {
  const auto action = policy["spec"]["action"].text();
  if (mesh::has_targets(policy) || is_dry_run(policy, reader)) return {};
  if (action.empty() || action == "ALLOW") return Action::allow;
  if (action == "DENY" && reader.version.has(Capability::authorization_actions))
    return Action::deny;
  if (action == "CUSTOM" && reader.version.has(Capability::authorization_custom) &&
      !reader.is_ztunnel)
    return Action::custom;
  return {};
}

std::vector<const k8s::Object*> authorization_policies_at(const Model& model, std::size_t node,
                                                          const Reader& reader) {
  std::vector<const k8s::Object*> policies;
  if (!reader.version.has(Capability::authorization_policy)) return policies;
  const auto& workload = model.nodes[node];
  for (const auto* policy : model.objects.authorization_policies) {
    const bool is_near = policy->name_space() == workload.name_space ||
                         policy->name_space() == model.settings->root_namespace;
    if (is_near && action_of(*policy, reader) &&
        k8s::selects((*policy)["spec"]["selector"]["matchLabels"], *workload.object))
      policies.push_back(policy);
  }
  return policies;
}

Arrival arrival_of(const Flow& flow) {
  Arrival arrival{.port = flow.route.port,
                  .reader = Reader(flow.version, flow.server == Proxy::ambient)};
  if (flow.has_identity && flow.route.source != nullptr) {
    arrival.caller = {.has_identity = true,
                      .trust_domain = flow.model.settings->trust_domain,
                      .name_space = flow.route.source->name_space,
                      .service_account = flow.route.source->service_account};
  }
  return arrival;
}

void check_authorization(Flow& flow) {
  if (flow.server == Proxy::none) return;
  Authorization(flow).decide();
}

}  // namespace cassmesh::engine
