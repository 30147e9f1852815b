#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/engine.hpp"
#include "cassmesh/rule.hpp"

/// How rules tell what the engine found.
namespace cassmesh::engine {

/// A part of an effect: the breaks of which something holds.
template <typename Wanted>
Effect part(Effect effect, const Wanted& wanted) {
  std::erase_if(effect.breaks, [&](const Break& each) { return !wanted(each); });
  return effect;
}

/// What of an effect is on some versions.
Effect within(Effect effect, const mesh::VersionRange& istio);

/// What of an effect another one does not do to the same connection on the same versions.
Effect without(Effect effect, const Effect& other);

/// What becomes of a connection, `is refused`, or of several: `are refused`.
struct Verb {
  std::string_view one{};
  std::string_view several{};
};
Verb verb(Outcome outcome);

/// What becomes of a connection, with its name: `gossip is refused`, `cql goes without mTLS`.
std::string told(const Break& broken);

/// Says of a finding that it breaks something, what, on which versions, of which ring.
const Report::Said& tell(const Report::Said& said, const Effect& effect);

/// The same with the place that decides as the other half of the conflict. Leaves the finding alone
/// where nothing breaks.
const Report::Said& tell_why(const Report::Said& said, const Effect& effect);

}  // namespace cassmesh::engine
