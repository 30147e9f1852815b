#include "../engine/early_dialling.hpp"
#include "../place.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  for (const auto& early : engine::early_diallings(report.scope().engine, ring)) {
    const auto& object = *early.who->object;
    const auto at = place_of(early.at, early.tool);
    const auto said =
        early.needs_mtls
            ? report(object, at,
                     "an init container runs before the sidecar: what '{}' says is plaintext, and "
                     "ring '{}' takes only mTLS",
                     early.tool, ring.name)
            : report(object, at,
                     "an init container runs before the sidecar, to which the CNI plugin already "
                     "redirects what '{}' dials",
                     early.tool);
    said.on(early.istio).ring(ring);
    if (early.by.object != nullptr && early.by.at)
      said.related(*early.by.object, early.by.at, "this decides it");
    if (!early.needs_mtls) continue;
    said.severity(Severity::error)
        .breaks({to_string(engine::Connection::Kind::cql)})
        .fix("let the sidecar be native, or ask in the application itself");
  }
}

}  // namespace

extern const Rule init_container_needs_network{
    .name = "init-container-needs-network",
    .severity = Severity::warning,
    .kinds = {"StatefulSet", "Deployment", "Job"},
    .summary = "Init containers need no network, or a native sidecar is there first.",
    .why =
        "Init containers run before a sidecar that is no native one. With Istio's CNI plugin their "
        "traffic is redirected to a proxy that does not listen yet, and is refused. Without it "
        "they have the network, but speak plaintext, which a STRICT ring resets: one that waits "
        "for Cassandra with cqlsh waits for ever.",
    .fix =
        "let the sidecar be native (annotation 'sidecar.istio.io/nativeSidecar: \"true\"', from "
        "1.24 on), run the init container as user 1337, or annotate the pods with "
        "excludeOutboundPorts or excludeOutboundIPRanges",
    .versions =
        "native sidecars are the default from 1.27 on, and can be asked for from 1.19 on; they "
        "need Kubernetes 1.29",
    .source =
        "istio.io/latest/docs/setup/additional-setup/cni/#compatibility-with-application-init-"
        "containers; istio/istio#23802, #32775; 1.24.0 pkg/kube/inject/webhook.go (reorderPod)",
    .check = check,
};

}  // namespace cassmesh::rules
