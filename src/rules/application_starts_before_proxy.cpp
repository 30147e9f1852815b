#include "../engine/lifecycle.hpp"
#include "../engine/model.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

using mesh::Capability;

/// Once for a ring: its racks are made from one template.
void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto& set = *node.object;
    const auto container = mesh::cassandra_container(set);
    const auto held = engine::proxy_setting(set, scope.objects, "holdApplicationUntilProxyStarts");
    const auto istio = node.injection.sidecar & scope.istio &
                       (mesh::versions_with(Capability::hold_application_until_proxy_starts) -
                        engine::native_sidecar(set, scope.objects));
    if (!node.injection.is_known || !container || held == "true" || istio.empty()) continue;
    const auto name = container->node["name"];
    report(set, name ? name : container->node,
           "Cassandra may start before its sidecar, and reach neither seeds nor peers until that "
           "is ready")
        .on(istio)
        .ring(ring);
    return;
  }
}

}  // namespace

extern const Rule application_starts_before_proxy{
    .name = "application-starts-before-proxy",
    .severity = Severity::info,
    .kinds = {"StatefulSet"},
    .summary = "Cassandra starts when its sidecar is ready.",
    .why =
        "The pod's traffic is redirected before the sidecar listens, so that until then every "
        "connection of Cassandra is refused. A node looks for its seeds for about a minute and "
        "survives a short delay, but it stops at once if names go through the sidecar too, and a "
        "slow certificate makes it restart in a loop.",
    .fix =
        "annotate the pod template with 'proxy.istio.io/config: \"{holdApplicationUntilProxyStarts:"
        " true}\"', or let the sidecars be native",
    .versions =
        "1.8 and newer, which have the setting for single pods; from 1.27 on sidecars are native, "
        "on Kubernetes 1.29 and newer, and start first",
    .source =
        "istio/istio#11130, #47941; istio.io news releases/1.7.x/announcing-1.7/change-notes; "
        "istio/istio 1.27.0 pilot/pkg/features (ENABLE_NATIVE_SIDECARS)",
    .check = check,
};

}  // namespace cassmesh::rules
