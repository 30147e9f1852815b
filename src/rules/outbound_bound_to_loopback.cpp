#include "cassmesh/rule.hpp"
#include "engine/listening.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  // Where nobody is reached anyway, that is told by the rules for it.
  const auto alone = versions_with_lone_listeners(scope.engine, ring, scope.objects);
  const auto effect =
      within(scope.engine.effect(engine::Aspect::outbound_binding, ring), scope.istio - alone);
  if (!effect) return;
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto container = mesh::cassandra_container(*node.object);
    const auto& binds = node.sockets.binds_outbound;
    if (!container || !binds.holds) continue;
    const cassandra::Setup setup(*container, scope.objects);
    const auto word = engine::word_for(setup, binds.by, "listen_address");
    const auto image = engine::word_for(setup, {}, {});
    const auto said = report(*word.object, word.place,
                             "Cassandra before 3.10 dials out from its listen address, 127.0.0.1, "
                             "from which no other pod is reached");
    tell(said, effect).related(*image.object, image.place, "its version");
    return;
  }
}

}  // namespace

extern const Rule outbound_bound_to_loopback{
    .name = "outbound-bound-to-loopback",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "A node that listens at 127.0.0.1 does not dial out from there.",
    .why =
        "Cassandra up to 3.9, and all of 3.0, bind what they dial to the listen address. From "
        "127.0.0.1 the kernel lets nothing leave the pod (EINVAL), so that such a node reaches "
        "nobody, with or without a mesh.",
    .fix = "use Cassandra 3.10 or newer, or listen at the pod's IP",
    .versions = "",
    .source = "CASSANDRA-12673; OutboundTcpConnectionPool.newSocket of Cassandra 3.9 and 3.11.2",
    .check = check,
};

}  // namespace cassmesh::rules
