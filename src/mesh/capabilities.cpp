// What comes and goes with Istio's versions, but for the API versions of its kinds, which stand in
// src/fields/served.cpp. To add a row: add its enumerator in versions.hpp, and its line here with
// the source that shows where the range begins and ends.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "cassmesh/versions.hpp"

namespace cassmesh::mesh {
namespace {

constexpr CapabilityRow rows[] = {
    {Capability::inbound_to_loopback, "..1.9",
     "The sidecar hands what comes in for a Service's port to 127.0.0.1.",
     "istio/istio 1.0.0 pilot/pkg/networking/core/v1alpha3/cluster.go:179"},
    {Capability::inbound_to_pod_ip, "1.10..",
     "The sidecar hands what comes in to the address that was dialled, the pod IP.",
     "istio/istio 1.10.0 pilot/pkg/features/pilot.go:409, istio/istio#30226"},

    {Capability::auto_mtls_headless_never, "1.0..1.4, 1.6.6..1.7.4",
     "A client's sidecar speaks plaintext to a headless Service unless a DestinationRule says "
     "ISTIO_MUTUAL.",
     "istio/istio#24319, istio/istio 1.6.6 pilot/pkg/networking/core/v1alpha3/cluster.go:547; "
     "up to 1.4 istio/istio#20200"},
    {Capability::auto_mtls_headless_always, "1.5..1.6.5",
     "A client's sidecar speaks mTLS to a headless Service, even to pods without a sidecar.",
     "istio/istio#20231, istio/istio#21964"},
    {Capability::auto_mtls_headless_when_every_endpoint_has_a_sidecar, "1.7.5..",
     "A client's sidecar speaks mTLS to a port of a headless Service only if every endpoint of it "
     "has a sidecar.",
     "istio/istio#27105"},

    {Capability::mtls_accepted_by_default, "1.0.3..",
     "A server's sidecar takes both mTLS and plaintext where no policy says otherwise.",
     "istio/istio 1.0.3 install/kubernetes/helm/istio/charts/security/templates/"
     "enable-mesh-permissive.yaml; not in 1.0.2"},
    {Capability::own_pod_ip_through_own_sidecar, "..1.4",
     "An application that dials its own pod IP meets its own sidecar, in plaintext.",
     "istio/istio 1.4.0 tools/packaging/common/istio-iptables.sh:409, istio/istio#12551, "
     "until istio/istio#19308"},

    {Capability::revision_label, "1.6..",
     "The label istio.io/rev of a namespace names the revision that injects its pods.",
     "istio.io docs setup/additional-setup/sidecar-injection"},
    {Capability::pod_label_injection, "1.10..",
     "The label sidecar.istio.io/inject of a pod asks for a sidecar without a namespace label.",
     "istio/istio 1.10.0 manifests/charts/istio-control/istio-discovery/templates/"
     "mutatingwebhook.yaml"},
    {Capability::pod_label_revision, "1.10..",
     "The label istio.io/rev of a pod names the revision that injects it.",
     "istio/istio 1.10.0 manifests/charts/istio-control/istio-discovery/templates/"
     "mutatingwebhook.yaml:124"},
    {Capability::default_revision, "1.10..",
     "The label istio.io/rev: default chooses the default installation.",
     "istio/istio 1.10.0 manifests/charts/istio-control/istio-discovery/templates/"
     "mutatingwebhook.yaml"},
    {Capability::hold_application_until_proxy_starts, "1.8..",
     "The pod annotation proxy.istio.io/config takes holdApplicationUntilProxyStarts.",
     "istio/api 1.8.0 mesh/v1alpha1/proxy.proto:497"},
    {Capability::termination_drain_duration, "1.7..",
     "The pod annotation proxy.istio.io/config takes terminationDrainDuration.",
     "istio/istio 1.7.0 pilot/cmd/pilot-agent/main.go:411 and "
     "istio/api 1.7.0 mesh/v1alpha1/proxy.proto:395"},
    {Capability::ambient_mode, "1.21..",
     "The label istio.io/dataplane-mode: ambient of a namespace sends its pods through ztunnel, "
     "which dials the pod IP.",
     "istio/istio 1.21.0 cni/pkg/iptables/iptables.go, cni/pkg/util/podutil.go:48"},
    {Capability::ambient_pod_label, "1.22..",
     "The label istio.io/dataplane-mode: ambient works on a single pod.",
     "istio/istio 1.22.0 cni/pkg/util/podutil.go:47"},

    {Capability::inbound_policy_by_environment, "1.10..1.20",
     "PILOT_ENABLE_INBOUND_PASSTHROUGH of istiod decides where sidecars hand on what comes in.",
     "istio/istio 1.10.0 pilot/pkg/features/pilot.go:409; gone in 1.21, istio/istio#48718"},
    {Capability::inbound_policy_by_mesh_config, "1.22..",
     "inboundTrafficPolicy of the mesh config decides where sidecars hand on what comes in.",
     "istio/istio#49035, istio/istio 1.30.0 pilot/pkg/networking/core/cluster.go:724"},
    {Capability::headless_pod_listeners, "1.4..",
     "A client's sidecar has a listener of its own for each pod of a headless Service and each of "
     "its TCP ports; before, one for each port number is shared by all.",
     "istio/istio 1.5.0 pilot/pkg/networking/core/v1alpha3/listener.go:1014, istio/istio#9784"},
    {Capability::headless_pod_listeners_any_port, "1.8..",
     "So it has where the port's name does not say that it is TCP.",
     "istio/istio#27018, istio/istio#27021"},
    {Capability::external_name_takes_port, "..1.20",
     "A TCP port of an ExternalName Service takes all traffic to that port number.",
     "istio/istio 1.20.0 pilot/pkg/features/pilot.go:657: ENABLE_EXTERNAL_NAME_ALIAS is on from "
     "1.21.0"},
};

constexpr bool rows_stand_in_order() {
  std::size_t position = 0;
  return std::ranges::all_of(
      rows, [&](Capability it) { return static_cast<std::size_t>(it) == position++; },
      &CapabilityRow::capability);
}
static_assert(rows_stand_in_order(), "one row for each enumerator, in the order of the enum");

std::vector<VersionRange> parse_rows() {
  std::vector<VersionRange> ranges;
  for (const auto& row : rows) ranges.push_back(VersionRange::parse(row.versions));
  return ranges;
}

}  // namespace

std::span<const CapabilityRow> capability_table() {
  return rows;
}

const VersionRange& versions_with(Capability capability) {
  static const auto ranges = parse_rows();
  return ranges.at(static_cast<std::size_t>(capability));
}

}  // namespace cassmesh::mesh
