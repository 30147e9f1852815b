#include "../engine/model.hpp"
#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Workload;

/// On which versions one has a sidecar and the other is in ambient mode.
mesh::VersionRange differ(const Workload& one, const Workload& other) {
  const auto& left = one.injection;
  const auto& right = other.injection;
  if (!left.is_known || !right.is_known) return {};
  return (left.sidecar & right.ambient) | (left.ambient & right.sidecar);
}

/// `all`: what becomes of connections by the modes of nodes, or of clients.
void say(const Workload& one, const Workload& first, const engine::Effect& all, Report& report,
         bool is_node) {
  const auto istio = differ(one, first) & report.scope().istio;
  if (one.object == nullptr || istio.empty()) return;
  const bool sidecar = one.injection.sidecar.overlaps(istio);
  const auto& by = one.injection.by;
  const bool has_place = by.object != nullptr && by.at;
  const auto effect = engine::within(all, istio);
  const auto said = report(
      has_place ? *by.object : *one.object, has_place ? by.at : one.object->name_node(),
      "{} {}, and {} {}: {}", one.described, sidecar ? "has a sidecar" : "is in ambient mode",
      is_node ? first.described : "the ring", sidecar ? "is in ambient mode" : "has a sidecar",
      effect ? engine::fate(effect)
             : "what they say to each other may be plaintext, which STRICT refuses");
  said.related(*first.object, first.object->name_node(), is_node ? "the other rack" : "the ring");
  said.on(istio).ring(all.ring);
  if (effect) engine::tell_conflict(said, effect, *one.object);
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& model = report.scope().engine.model(ring);
  const auto& first = model.nodes.front();
  const auto of_nodes = report.scope().engine.effect(engine::Aspect::injection_of_nodes, ring);
  for (const auto& node : model.nodes) say(node, first, of_nodes, report, true);
  const auto all = report.scope().engine.effect(engine::Aspect::injection_of_clients, ring);
  for (std::size_t client = 0; client < model.clients.size(); ++client) {
    const auto refused = engine::part(
        all, [&](const engine::Break& each) { return each.connection.client == client; });
    if (refused) say(model.clients[client], first, refused, report, false);
  }
}

}  // namespace

extern const Rule mixed_modes{
    .name = "mixed-modes",
    .severity = Severity::warning,
    .kinds = {"Namespace", "StatefulSet", "Deployment"},
    .summary = "The nodes of a ring, and the clients of a strict one, are in one mode of the mesh.",
    .why =
        "To pods of a headless Service that are in ambient mode a sidecar speaks no HBONE, but "
        "plaintext, which a STRICT policy at their ztunnel denies. Nodes are each other's clients "
        "and dial single pods, so that a ring with both falls apart; and so does a client in the "
        "other mode.",
    .fix = "move the ring as a whole, together with its clients; until then be PERMISSIVE",
    .versions = "1.21 and newer, which have ambient mode",
    .source = "istio/istio#54921; istio/istio architecture/ambient/ztunnel.md",
    .check = check,
};

}  // namespace cassmesh::rules
