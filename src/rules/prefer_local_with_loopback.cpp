#include "cassmesh/rule.hpp"
#include "engine/listening.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto effect = scope.engine.effect(engine::Aspect::local_preference, ring);
  if (!effect) return;
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto container = mesh::cassandra_container(*node.object);
    const auto& prefers = node.sockets.prefers_local;
    if (!container || !prefers.holds) continue;
    const cassandra::Setup setup(*container, scope.objects);
    const auto word = engine::word_for(setup, prefers.by, "prefer_local");
    const auto listen = engine::word_for(setup, node.sockets.internode.by, "listen_address");
    const auto said = report(*word.object, word.place,
                             "with prefer_local nodes go over to each other's listen address, "
                             "127.0.0.1, where each meets itself");
    tell(said, effect).related(*listen.object, listen.place, "they listen here");
    return;
  }
}

}  // namespace

extern const Rule prefer_local_with_loopback{
    .name = "prefer-local-with-loopback",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "Nodes that listen at 127.0.0.1 do not prefer each other's listen address.",
    .why =
        "GossipingPropertyFileSnitch tells the listen address to the others, which go over to it "
        "with prefer_local=true: to 127.0.0.1, which is themselves. The second node stops with "
        "\"Unable to contact any seeds!\".",
    .fix = "set prefer_local to false, or listen at the pod's IP alone",
    .versions = "",
    .source = "apache/cassandra ReconnectableSnitchHelper and GossipingPropertyFileSnitch",
    .check = check,
};

}  // namespace cassmesh::rules
