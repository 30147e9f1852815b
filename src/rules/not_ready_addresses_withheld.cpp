#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  const auto effect = report.scope().engine.effect(engine::Aspect::readiness, ring);
  if (!effect) return;
  const auto& services = report.scope().engine.model(ring).services;
  const auto service = std::ranges::find_if(services, [](const engine::Service& each) {
    return each.object != nullptr && each.is_headless && !each.has_not_ready;
  });
  if (service == services.end()) return;
  const auto spec = (*service->object)["spec"];
  const auto field = spec["publishNotReadyAddresses"];
  const auto& worst = effect.worst();
  const auto said =
      report(*service->object, field ? field : spec,
             "sidecars are not told of pods that are not Ready, so that what seeds answer to a "
             "node that starts is {}",
             to_string(worst.outcome));
  tell(said, effect);
  const auto& by = worst.hop.by;
  if (by.object != nullptr && by.object != service->object && by.at)
    said.related(*by.object, by.at, "plaintext is refused by this");
}

}  // namespace

extern const Rule not_ready_addresses_withheld{
    .name = "not-ready-addresses-withheld",
    .severity = Severity::error,
    .kinds = {"Service"},
    .summary = "A ring's headless Service publishes the addresses of nodes that are not Ready.",
    .why =
        "A node becomes Ready when it has met the others, and they must dial it for that. Some "
        "versions of Istio make no listener for a pod that is not Ready, so that the others' "
        "sidecars pass it through in plaintext, which a strict policy refuses. Nodes that start "
        "one by one in a new ring hide it; after a crash of two they do not come back.",
    .fix = "set 'publishNotReadyAddresses: true'",
    .versions = "1.4 to 1.12, 1.18.0 to 1.18.5 and 1.19.0 to 1.19.3",
    .source =
        "istio/istio#47348, istio/istio#47379; istio/istio "
        "pilot/pkg/serviceregistry/kube/controller at the tags",
    .check = check,
};

}  // namespace cassmesh::rules
