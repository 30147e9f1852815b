#include "cassmesh/rule.hpp"
#include "engine/listening.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Address;
using engine::Outcome;

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto alone = versions_with_lone_listeners(scope.engine, ring, scope.objects);
  const auto effect =
      within(scope.engine.effect(engine::Aspect::self_dialling, ring), scope.istio - alone);
  if (!effect) return;
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto container = mesh::cassandra_container(*node.object);
    if (!container || node.sockets.self != Address::pod_ip) continue;
    const cassandra::Setup setup(*container, scope.objects);
    const auto image = engine::word_for(setup, {}, {});
    const auto& worst = effect.worst();
    const auto said = report(*image.object, image.place,
                             "this release of Cassandra dials itself at the pod IP, which is {}: "
                             "range reads and repairs fail",
                             to_string(worst.outcome));
    tell(said, effect);
    const auto& by = worst.hop.by;
    if (by.object == nullptr || !by.at) return;
    const bool is_refused = worst.outcome == Outcome::refused;
    const auto other = is_refused ? engine::word_for(setup, by, "listen_address")
                                  : engine::Word{.object = by.object, .place = by.at.place()};
    said.related(*other.object, other.place,
                 is_refused ? "it listens elsewhere" : "what its own sidecar takes");
    return;
  }
}

}  // namespace

extern const Rule self_connection_broken{
    .name = "self-connection-broken",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "A node reaches itself.",
    .why =
        "Repairs, range reads and, up to 3.11, lightweight transactions go to the node itself by "
        "TCP. Cassandra 4.0.0 to 4.0.7 and 4.1.0 dial their own broadcast address for that, the "
        "pod IP. If they listen at 127.0.0.1 alone, nobody is there: `nodetool status` says UN of "
        "all nodes, and repairs hang. With Istio up to 1.4 the node meets its own sidecar there, "
        "in plaintext, which a strict policy refuses.",
    .fix = "use Cassandra 4.0.8, 4.1.1 or newer, which dial their listen address",
    .versions = "up to 1.4 by strict mTLS; by the listen address all",
    .source =
        "CASSANDRA-18200; OutboundConnectionSettings.connectTo of Cassandra 4.0.1; "
        "istio/istio#12551, until istio/istio#19308",
    .check = check,
};

}  // namespace cassmesh::rules
