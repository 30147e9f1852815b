#include <algorithm>

#include "../place.hpp"
#include "cassandra/seeds.hpp"
#include "cassmesh/rule.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto effect =
      part(scope.engine.effect(engine::Aspect::seeds, ring), [](const engine::Break& each) {
        return each.hop.step == engine::Step::name && each.outcome == engine::Outcome::misrouted;
      });
  if (!effect) return;
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto& [seeds, by] = std::pair(node.sockets.seeds, node.sockets.seeds_by);
    if (seeds.empty() || by.object == nullptr || !std::ranges::all_of(seeds, engine::is_loopback))
      continue;
    const auto said = report(*by.object, place_of(by.at, seeds.front()),
                             "'{}' is all that nodes are given as seeds, so that each asks only "
                             "itself",
                             seeds.front());
    tell(said, effect);
    if (const auto pod = cassandra::first_pod(ring, scope.settings); !pod.empty())
      said.fix(fmt::format("write '{}'", pod));
    return;
  }
}

}  // namespace

extern const Rule seed_is_loopback{
    .name = "seed-is-loopback",
    .severity = Severity::error,
    .kinds = {"StatefulSet"},
    .summary = "Seeds are nodes by the address that they tell the others.",
    .why =
        "A node that is given 127.0.0.1 or localhost as its only seed finds nobody there, and is "
        "no seed itself either, as it knows itself by its broadcast address, the pod IP. It "
        "stops with \"Unable to gossip with any peers\".",
    .fix = "name pods of this ring, as `cassandra-0.cassandra.NAMESPACE.svc.cluster.local`",
    .versions = "",
    .source =
        "apache/cassandra SimpleSeedProvider, Gossiper.doShadowRound and "
        "StorageService.isSeed at cassandra-3.11.9, 4.0.14, 5.0.1",
    .check = check,
};

}  // namespace cassmesh::rules
