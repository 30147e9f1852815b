#include <fmt/core.h>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

using engine::Step;

void check(const k8s::Object& sidecar, Report& report) {
  for (const auto& all : report.scope().engine.effects(sidecar)) {
    // What fails at the end fails of `ingress`: see `sidecar-ingress-breaks-ring`.
    const auto early = engine::part(all, [](const engine::Break& each) {
      return each.hop.step != Step::address && each.hop.step != Step::application;
    });
    const auto hides = [&](const engine::Hop& hop) {
      return hop.step == Step::listener && hop.by.object == &sidecar;
    };
    for (const auto& [by, hop, effect] : engine::blame(early, hides)) {
      const bool binds = by.at.key() != "egress";
      const auto said =
          binds ? report(sidecar, by.at,
                         "'{}' leaves sidecars no listener for the pods of ring "
                         "'{}': {}",
                         by.at.key(), all.ring->name, engine::fate(effect))
                : report(sidecar, by.at, "no egress host lets sidecars know of ring '{}': {}",
                         all.ring->name, engine::fate(effect));
      engine::tell_conflict(said, effect, sidecar)
          .fix(binds ? fmt::format("delete '{}'", by.at.key())
                     : fmt::format("add '{}/*' to the hosts", all.ring->name_space));
    }
  }
}

}  // namespace

extern const Rule sidecar_hides_ring{
    .name = "sidecar-hides-ring",
    .severity = Severity::error,
    .kinds = {"Sidecar"},
    .summary = "The Sidecars of a ring's nodes and clients let them know of the ring.",
    .why =
        "What the egress of a Sidecar leaves out does not exist for its sidecars: they pass a "
        "connection to the ring through in plaintext, which a ring under STRICT closes, or with "
        "REGISTRY_ONLY close it themselves. That goes for the namespace in which the Sidecar "
        "stands, too. With `bind` or captureMode NONE there is one listener for the port, and "
        "none for the single pods of a headless Service.",
    .fix = "add the ring's namespace to the egress hosts",
    .versions = "1.1 and newer",
    .source =
        "istio.io/latest/docs/reference/config/networking/sidecar; istio/istio#41978; istio/istio "
        "1.24.0 pilot/pkg/networking/core/listener.go",
    .check = check,
};

}  // namespace cassmesh::rules
