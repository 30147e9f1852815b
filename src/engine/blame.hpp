#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cassmesh/engine.hpp"
#include "cassmesh/rule.hpp"

/// What breaks rest on: from an effect to the words that make it, and to sentences about it.
namespace cassmesh::engine {

/// The part of an effect that rests on one word.
struct Blame {
  Evidence by;  ///< without a node: on the object as a whole
  Hop hop;      ///< that says so in the first break
  Effect effect;
};

/// The parts of an effect by what its hops rest on: of those hops that are wanted. A break that
/// rests on several words is in the part of each. `by_object`: of one object together, at the first
/// of its words.
std::vector<Blame> blame(const Effect& effect, const std::function<bool(const Hop&)>& wanted,
                         bool by_object = false);

/// Reports the words of a DestinationRule on TLS that break a ring, compared with the ring without
/// the rule, and with clients that speak what the ring takes. `makes`: what a word makes sidecars
/// do, as the beginning of the message that `to ring 'data/cassandra'` goes on; empty for a word
/// that the rule is not about.
void tell_tls_conflicts(const k8s::Object& destination_rule,
                        const std::function<std::string(const yaml::Node&)>& makes, Report& report);

/// What to do where no DestinationRule says it on some versions: the rule to change, or to add.
std::string missing_tls_remedy(const mesh::Ring& ring, const mesh::VersionRange& istio,
                               const Scope& scope);

/// The hop of a step that rests on an object; null if none does.
const Hop* find_hop(const Break& of, Step step, const k8s::Object* by);

/// What becomes of the connections: `gossip and bootstrap are reset, cql goes without mTLS`.
std::string fate(const Effect& effect);

/// Where an object shows something: at a node of it, or at its name.
yaml::Node place(const Evidence& by);

/// Says of a finding at an object what it breaks, and names the other half of the conflict: what
/// the first broken connection fails of.
const Report::Said& tell_conflict(const Report::Said& said, const Effect& effect,
                                  const k8s::Object& object);

}  // namespace cassmesh::engine
