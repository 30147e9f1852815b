#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Step;

void check(const k8s::Object& sidecar, Report& report) {
  if (sidecar["spec"]["ingress"].size() == 0) return;
  for (const auto& all : report.scope().engine.effects(sidecar)) {
    const auto late = engine::part(all, [](const engine::Break& each) {
      return each.hop.step == Step::address || each.hop.step == Step::application;
    });
    const auto leads = [&](const engine::Hop& hop) {
      return hop.step == Step::address && hop.by.object == &sidecar;
    };
    for (const auto& [by, hop, effect] : engine::blame(late, leads)) {
      const auto said = report(sidecar, by.at, "{}: {}", hop.in_words(), engine::fate(effect));
      engine::tell_conflict(said, effect, sidecar);
    }
  }
}

}  // namespace

extern const Rule sidecar_ingress_breaks_ring{
    .name = "sidecar-ingress-breaks-ring",
    .severity = Severity::error,
    .kinds = {"Sidecar"},
    .summary = "The ingress of a Sidecar delivers to where Cassandra listens.",
    .why =
        "`defaultEndpoint` says where the ring's sidecars deliver, whatever the Istio version does "
        "by itself: at 127.0.0.1 nobody is who listens only at the pod IP, and the other way "
        "round. Once one port is listed, those that are not are treated as if no Service declared "
        "them.",
    .fix = "delete the ingress, or list every port with the address at which Cassandra listens",
    .versions = "1.1 and newer",
    .source =
        "istio.io/latest/docs/reference/config/networking/sidecar/#IstioIngressListener; "
        "istio/istio#28178; istio/istio releasenotes/notes/41018.yaml",
    .check = check,
};

}  // namespace cassmesh::rules
