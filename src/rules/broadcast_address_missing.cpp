#include <fmt/core.h>

#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/listening.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Address;
using engine::Evidence;

std::string fix(const cassandra::Setup& setup, bool is_of_drivers, bool is_told_by_file) {
  const auto& names = setup.image().addresses;
  const auto variable = is_of_drivers ? names.broadcast_rpc : names.broadcast;
  if (variable.empty() || is_told_by_file)
    return fmt::format("set {} to the pod's IP",
                       is_of_drivers ? "broadcast_rpc_address" : "broadcast_address");
  return fmt::format("set {} to the pod's IP, by 'fieldRef: {{fieldPath: status.podIP}}'",
                     variable);
}

/// What one of the two addresses of a node does; empty if it is right.
engine::Effect effect_of(const engine::Effect& effect, const Evidence& by) {
  return part(effect, [&](const engine::Break& each) {
    return each.outcome == engine::Outcome::misrouted && each.hop.by == by;
  });
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto all = scope.engine.effect(engine::Aspect::broadcast_address, ring);
  std::vector<Place> told;
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto container = mesh::cassandra_container(*node.object);
    if (!container || !all) continue;
    const cassandra::Setup setup(*container, scope.objects);
    const auto& sockets = node.sockets;
    const auto look_at = [&](Address address, const Evidence& by, bool is_of_drivers) {
      const auto effect = effect_of(all, by);
      const auto word = engine::word_for(
          setup, by, is_of_drivers ? "broadcast_rpc_address" : "broadcast_address");
      if (address != Address::loopback || !effect ||
          std::ranges::find(told, word.place) != told.end())
        return;
      told.push_back(word.place);
      const bool is_file = word.object != node.object;
      const auto said = report(*word.object, word.place, "{}", effect.worst().hop.in_words());
      tell(said, effect).fix(fix(setup, is_of_drivers, is_file));
      if (is_file) said.related(*node.object, node.object->name_node(), "the ring that reads it");
    };
    look_at(sockets.broadcast, sockets.broadcast_by, false);
    look_at(sockets.broadcast_rpc, sockets.broadcast_rpc_by, true);
  }
}

}  // namespace

extern const Rule broadcast_address_missing{
    .name = "broadcast-address-missing",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "A node that listens at 127.0.0.1 tells the others its pod IP.",
    .why =
        "Nodes know each other by their broadcast address, which is the listen address where "
        "nothing else is said. Who broadcasts 127.0.0.1 is his own seed, and the others dial "
        "themselves instead of him: each pod becomes a ring of one node. Drivers go on to "
        "broadcast_rpc_address in the same way.",
    .fix = "set broadcast_address to the pod's IP",
    .versions = "",
    .source =
        "apache/cassandra FBUtilities.getBroadcastAddress at cassandra-3.11.9 and 4.0.14; "
        "docker-library/cassandra docker-entrypoint.sh at 7b9da8f4f58f",
    .check = check,
};

}  // namespace cassmesh::rules
