#include "../engine/telling.hpp"
#include "../engine/unmeshed.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  for (const auto& found : engine::unmeshed(scope.engine.model(ring), scope.istio)) {
    if (found.sibling == nullptr) continue;
    const auto& by = found.grounds.by;
    const auto& set = *found.node->object;
    const bool has_place = by.object != nullptr && by.at;
    const auto effect = scope.engine.effect(engine::Aspect::injection_of_nodes, ring);
    const auto does =
        effect ? engine::told(effect.worst()) : "what they send each other is no mTLS";
    const auto said = report(has_place ? *by.object : set, has_place ? by.at : set.name_node(),
                             "{} has no proxy, and {} of the same ring has one: {}",
                             k8s::described(set), found.sibling->described, does);
    said.on(found.istio).ring(ring);
    said.related(*found.sibling->object, found.sibling->object->name_node(),
                 "this one has a proxy");
    engine::tell_why(said, effect);
  }
}

}  // namespace

extern const Rule ring_partly_injected{
    .name = "ring-partly-injected",
    .severity = Severity::warning,
    .kinds = {"StatefulSet"},
    .summary = "All racks of a ring are in the mesh, or none is.",
    .why =
        "Nodes of a ring are each other's clients. Where some have a sidecar and others have none, "
        "a STRICT policy or a DestinationRule with ISTIO_MUTUAL cuts the ring in two; without "
        "them one pod without a sidecar makes all connections to the ring's Service plaintext.",
    .fix = "give all StatefulSets of the ring the same labels and annotations for injection",
    .versions = "",
    .source = "istio/istio#27105, #27376; 1.24.0 pilot/pkg/model/push_context.go:2411",
    .check = check,
};

}  // namespace cassmesh::rules
