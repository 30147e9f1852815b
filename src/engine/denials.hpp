#pragma once

#include <string>
#include <vector>

#include "cassmesh/engine.hpp"
#include "model.hpp"

/// What AuthorizationPolicies deny of a ring's connections, and for what.
namespace cassmesh::engine {

struct Denial {
  enum class Cause {
    left_out,     ///< no rule of those that allow means the caller
    denied,       ///< a rule that denies does
    http,         ///< a field for HTTP spoils a rule that allows, or widens one that denies
    no_identity,  ///< the rule names identities, and the caller has none
  };
  Cause cause;
  const k8s::Object* policy = nullptr;
  yaml::Node at{};  ///< the word that shows it best
  Effect effect;
  std::vector<std::string> callers{};  ///< the principals that are denied, each once
};

/// One for each cause and policy; of rules that deny, one for each rule. Of several policies that
/// allow, all of them together deny: the denial is that of the one that comes nearest.
std::vector<Denial> denials(const mesh::Ring& ring, Engine& engine);

/// Where the policy would have let in those who are left out: the word for the namespace of one of
/// them, or for another account there; else what shows the denial best.
yaml::Node place_of_remedy(const Denial& denial);

/// The rules that a policy lacks to allow those who are denied, as it would write them; empty if
/// nobody can be named.
std::string missing_rules(const Denial& denial);

/// Whether a policy's rule is for a ring's ports alone: by its words, or as the pods have no
/// others.
bool is_for_ports_of(const Workload& node, const yaml::Node& rule, const k8s::Object& policy);

}  // namespace cassmesh::engine
