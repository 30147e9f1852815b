#pragma once

#include <optional>
#include <vector>

#include "callers.hpp"
#include "flow.hpp"
#include "match.hpp"

/// What AuthorizationPolicies say of TCP connections, as the control plane hands them to proxies.
/// Source: istio/istio 1.24.0 pilot/pkg/security/authz/model/model.go (New, Generate) and
/// builder/builder.go, pilot/pkg/model/authorization.go, policyattachment.go; the same in 1.30;
/// 1.5.0 model/model.go and principal.go; of ztunnel istio/ztunnel 1.24.0 src/rbac.rs (matches).
namespace cassmesh::engine {

enum class Action { allow, deny, custom };

/// What a policy decides at a proxy; nothing if nothing: AUDIT, dry runs, what is for waypoints,
/// and what that version or ztunnel does not know.
std::optional<Action> action_of(const k8s::Object& policy, const Reader& reader);

/// The policies that decide at a node's proxy, the oldest first.
std::vector<const k8s::Object*> authorization_policies_at(const Model& model, std::size_t node,
                                                          const Reader& reader);

/// A connection as it arrives at a proxy.
struct Arrival {
  Caller caller{};
  int port = 0;  ///< the pods' own
  Reader reader;
};
Arrival arrival_of(const Flow& flow);

struct Verdict {
  Match match = Match::no;
  Miss miss = Miss::none;
  yaml::Node rule{};
  yaml::Node at{};  ///< what it fails of, or hangs on; of a rule that matches the rule itself
};

/// Whether one rule of a policy matches.
Verdict verdict_of(const yaml::Node& rule, Action action, std::string_view policy_namespace,
                   const Arrival& arrival);

/// The first field or key of `when` in a rule that is for HTTP alone; missing if there is none.
yaml::Node field_for_http(const yaml::Node& rule, const Reader& reader);

/// Whether some rule of a policy that has this action does: of the rule that does, or comes
/// nearest. Without a rule, a verdict without one.
Verdict verdict_of(const k8s::Object& policy, Action action, const Arrival& arrival);

}  // namespace cassmesh::engine
