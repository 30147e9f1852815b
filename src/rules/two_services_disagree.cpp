#include "cassmesh/rule.hpp"
#include "engine/port_effects.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  for (const auto* service : ring.services) {
    for (const auto& port : (*service)["spec"]["ports"]) {
      const auto wrong = engine::misreading_of(engine, ring, port);
      const auto other = engine::rival_of(engine.model(ring), port);
      if (!wrong || other.port == nullptr) continue;
      const auto& rival = *other.service->object;
      const auto name = other.port->node["name"];
      const auto said =
          report(*service, wrong->at,
                 "{} '{}' says {}, and Service '{}' says TCP of the same pods and port: the older "
                 "of the two counts",
                 wrong->what, wrong->at.text(), wrong->as, rival.name());
      said.related(rival, name ? name : other.port->node, "the other Service")
          .fix(wrong->fix)
          .ring(ring);
      if (wrong->effect) {
        tell(said, wrong->effect);
      } else {
        said.on(wrong->istio);
      }
    }
  }
}

}  // namespace

extern const Rule two_services_disagree{
    .name = "two-services-disagree",
    .severity = Severity::warning,
    .kinds = {"Service"},
    .summary = "Headless Services of the same pods say the same protocol of a port.",
    .why =
        "A sidecar has one listener for a pod and a port. Where two headless Services select the "
        "pod, as one for seeds does beside the ring's own, it takes the older one's, and drops "
        "the other without a word. If only one of them is right, it turns on their age whether "
        "the ring works, and that is another in each cluster.",
    .fix = "give the port the same name in both, as 'tcp-cql'",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/networking/core/listener.go (buildSidecarOutboundListener)",
    .check = check,
};

}  // namespace cassmesh::rules
