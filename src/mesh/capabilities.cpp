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
    {Capability::pod_label_refuses_injection, "1.9..",
     "The label sidecar.istio.io/inject: false of a pod keeps the webhook from being asked.",
     "istio/istio 1.9.0 manifests/charts/istio-control/istio-discovery/values.yaml:100 "
     "(objectSelector), which is off in 1.8.0"},
    {Capability::pod_label_before_annotation, "1.12..",
     "The label sidecar.istio.io/inject of a pod counts instead of the annotation of that name.",
     "istio/istio 1.12.0 pkg/kube/inject/inject.go:193 (injectRequired)"},
    {Capability::injection_words_strict, "1.27..",
     "Only the words true and false say whether a pod is injected; before, y, yes, true and on in "
     "any case ask for it, and all others refuse.",
     "istio/istio 1.27.0 pkg/kube/inject/inject.go (injectRequired)"},
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

    {Capability::inbound_captures_container_ports, "..1.2",
     "Unless an annotation says otherwise, the sidecar takes in only ports that the pod's "
     "containers declare.",
     "istio/istio 1.2.0 install/kubernetes/helm/istio/files/injection-template.yaml"},
    {Capability::inbound_captures_all_ports, "1.3..",
     "Unless an annotation says otherwise, the sidecar takes in all ports but its own.",
     "istio/istio 1.3.0 install/kubernetes/helm/istio/files/injection-template.yaml"},
    {Capability::inbound_unbound_port_blackholed, "..1.2",
     "What is taken in for a port that no Service declares goes nowhere.",
     "istio/istio 1.1.0 tools/deb/istio-iptables.sh"},
    {Capability::inbound_unbound_port_to_pod_ip, "1.3..",
     "What is taken in for a port that no Service declares goes to the address that was dialled, "
     "the pod IP, whatever becomes of declared ports.",
     "istio/istio 1.3.0 pilot/pkg/networking/core/v1alpha3/cluster.go:431"},
    {Capability::inbound_unbound_port_without_mtls, "..1.4",
     "At a port that no Service declares, the server's sidecar takes no mTLS off.",
     "istio/istio#20969, istio/istio#21120, istio/istio 1.5.0 "
     "pilot/pkg/networking/core/v1alpha3/listener_builder.go:420"},
    {Capability::inbound_unbound_port_level_mtls, "1.9..",
     "portLevelMtls counts at a port that no Service declares.",
     "istio/istio 1.9.0 releasenotes/notes/27994.yaml"},
    {Capability::own_tls_through_permissive, "..1.7, 1.8.2..",
     "An application's own TLS passes a permissive sidecar as it is.",
     "istio/istio#29538 and #29589 (a regression of 1.8), releasenotes/notes/tls-fc.yaml, first in "
     "1.8.2; 1.7.0 pilot/pkg/security/authn/utils/utils.go (FilterChainMatch{} matches TLS too)"},
    {Capability::own_tls_through_permissive_unbound, "..1.5, 1.10..",
     "So it does at a port that no Service declares.",
     "istio/istio#31297, releasenotes/notes/passthrough-tls.yaml, first in 1.10.0; until then from "
     "1.6.0 pilot/pkg/networking/core/v1alpha3/listener_builder.go:479"},
    {Capability::sidecar_ingress, "1.1..",
     "If a Sidecar lists any ingress, only the ports that it lists are handed on as Services and "
     "the Sidecar say; the others go to the address that was dialled.",
     "istio/istio 1.1.0 pilot/pkg/networking/core/v1alpha3/listener.go; "
     "releasenotes/notes/41018.yaml"},
    {Capability::sidecar_default_endpoint_instance_ip, "1.9..",
     "defaultEndpoint 0.0.0.0:PORT of a Sidecar stands for the pod IP.",
     "istio/istio 1.9.0 releasenotes/notes/pod-ip-listener.yaml, istio/istio#28178"},
    {Capability::sidecar_default_endpoint_optional, "1.10..",
     "Without a defaultEndpoint, what a Sidecar's ingress takes goes to the address dialled.",
     "istio.io docs reference/config/networking/sidecar"},

    {Capability::unknown_protocol_is_tcp, "..1.2",
     "A port whose name tells no protocol is taken for TCP.",
     "istio.io docs ops/configuration/traffic-management/protocol-selection; sniffing since 1.3"},
    {Capability::app_protocol, "1.6..",
     "appProtocol of a Service's port wins over the port's name.",
     "istio.io docs ops/configuration/traffic-management/protocol-selection"},
    {Capability::headless_tls_port_needs_sni, "..1.9",
     "At a headless Service's port of protocol TLS or HTTPS, a connection needs the Service's host "
     "as SNI.",
     "istio/istio#27677, istio/istio#31098"},
    {Capability::headless_redis_port_rejected, "..1.2",
     "Envoy rejects the cluster of a headless Service's port of protocol Redis.",
     "istio/istio#15429, istio/istio 1.3.0 "
     "pilot/pkg/networking/core/v1alpha3/cluster.go:909"},
    {Capability::headless_withholds_not_ready, "1.4..1.12, 1.18.0..1.18.5, 1.19.0..1.19.3",
     "A pod that is not Ready has no listener in clients' sidecars, unless the Service publishes "
     "such addresses.",
     "istio/istio#47348, istio/istio#47379, istio/istio pilot/pkg/serviceregistry/kube/controller "
     "at the tags"},
    {Capability::outbound_registry_only_by_default, "1.0",
     "What no Service or ServiceEntry declares can't be reached.",
     "istio/istio 1.1.0 install/kubernetes/helm/istio/values.yaml:388"},
    {Capability::sidecar_egress, "1.1..", "A Sidecar limits the hosts that a client's proxy knows.",
     "istio/istio 1.1.0 pilot/pkg/model/sidecar.go"},
    {Capability::export_to, "1.1..", "exportTo limits the namespaces that see an object.",
     "istio/istio 1.1.0 pilot/pkg/model/push_context.go"},
    {Capability::service_entry_before_older_service, "..1.21",
     "Of a Service and a ServiceEntry with one host, clients get the older.",
     "istio/istio 1.21.0 pilot/pkg/model/push_context.go (initServiceRegistry)"},
    {Capability::service_entry_of_client_namespace_before_service, "1.24..",
     "A ServiceEntry in the client's own namespace goes before a Service of another namespace with "
     "the same host.",
     "istio/istio 1.24.0 pilot/pkg/model/sidecar.go:766"},
    {Capability::circuit_breaker_1024, "..1.3",
     "Where nothing else is said, a sidecar opens no more than 1024 connections to a host.",
     "istio.io news releases/1.4.x/announcing-1.4/change-notes"},

    {Capability::auto_mtls, "1.5..",
     "A client's sidecar speaks mTLS to servers that have one, where no DestinationRule says "
     "otherwise.",
     "istio.io news releases/1.5.x/announcing-1.5/upgrade-notes"},
    {Capability::auto_mtls_sees_namespace_policy, "1.5..",
     "By itself it does so only where the policy of the server's namespace, or of the mesh, is not "
     "DISABLE.",
     "istio/istio 1.5.0 pilot/pkg/model/push_context.go (BestEffortInferServiceMTLSMode)"},
    {Capability::auto_mtls_sees_workload_policy, "1.12..",
     "Towards Services with an address of their own, policies of single workloads and ports count "
     "as well.",
     "istio/istio 1.12.0 releasenotes/notes/34118.yaml"},
    {Capability::peer_authentication, "1.5..", "PeerAuthentication decides what servers accept.",
     "istio/istio 1.5.0 install/kubernetes/helm/istio-init/files (CRDs)"},
    {Capability::mesh_policy, "..1.5", "Policy and MeshPolicy decide what servers accept.",
     "istio/istio 1.6.0 manifests/charts/base/files (CRDs), where they are gone"},
    {Capability::authorization_policy, "1.4..", "AuthorizationPolicy decides who may connect.",
     "istio/istio 1.4.0 install/kubernetes/helm/istio-init/files (CRDs)"},
    {Capability::authorization_actions, "1.5..",
     "An AuthorizationPolicy may deny; before, each allows.",
     "istio/api 1.5.0 security/v1beta1/authorization_policy.proto (action); not in 1.4"},
    {Capability::authorization_custom, "1.9..",
     "The action CUSTOM asks an authorizer outside of the mesh.",
     "istio/istio 1.9.0 pilot/pkg/model/authorization.go; ignored in 1.8.0"},
    {Capability::authorization_rule_as_a_whole, "1.6..",
     "A field for HTTP alone takes the whole ALLOW rule away from TCP; before, only the entry of "
     "`from` or `to` that has it.",
     "istio/istio 1.6.0 pilot/pkg/security/authz/model/model.go:144 (Generate); 1.5.0 "
     "model.go:297"},
    {Capability::authorization_leading_wildcard, "1.6.8..",
     "A principal that starts with `*`, and a namespace with `*` beside other letters, match on "
     "TCP.",
     "istio/istio 1.6.8 pilot/pkg/security/authz/matcher/string.go, model/generator.go; in 1.6.7 a "
     "suffix of spiffe:// and a regular expression"},
    {Capability::authorization_dry_run, "1.10..",
     "The annotation istio.io/dry-run keeps a policy from deciding at sidecars.",
     "istio/istio 1.10.0 pilot/pkg/security/authz/builder/builder.go (isDryRun); not in 1.9.9"},
    {Capability::authorization_dry_run_in_ambient, "1.29..", "So it does at ztunnel.",
     "istio/istio 1.29.0 pilot/pkg/serviceregistry/ambient/authorization.go (IoIstioDryRun); not "
     "in "
     "1.28"},
    {Capability::destination_rule_workload_selector, "1.14..",
     "A DestinationRule with a workloadSelector counts for the clients that it selects.",
     "istio/api 1.14.0 networking/v1beta1/destination_rule.proto"},
    {Capability::destination_rule_lookup_by_namespace, "1.1..",
     "A DestinationRule is looked for in the client's namespace, the Service's, and the root "
     "namespace; before, among all.",
     "istio.io news releases/1.1.x/announcing-1.1/upgrade-notes"},

    {Capability::http_probe_rewrite, "1.6..",
     "HTTP probes are sent to the sidecar's agent, past mTLS.",
     "istio.io docs ops/configuration/mesh/app-health-check"},
    {Capability::startup_probe_rewrite, "1.7..",
     "Startup probes are rewritten as readiness and liveness probes are.",
     "istio/istio 1.7.0 pkg/kube/inject/app_probe.go:162, not in 1.6.0"},
    {Capability::tcp_probe_rewrite, "1.12..",
     "TCP probes are sent to the sidecar's agent; before, the sidecar itself accepts each.",
     "istio/istio 1.12.0 releasenotes/notes/33734.yaml"},
    {Capability::grpc_probe_rewrite, "1.13..",
     "gRPC probes are sent to the sidecar's agent, past mTLS.",
     "istio/istio 1.13.0 pkg/kube/inject/app_probe.go:72, not in 1.12.9"},
    {Capability::probe_rewrite_annotation, "1.2..",
     "The pod annotation sidecar.istio.io/rewriteAppHTTPProbers switches the rewriting of probes.",
     "istio/istio 1.2.0 pilot/pkg/kube/inject/app_probe.go:47, not in 1.1.0"},
    {Capability::probe_rewrite_dials_pod_ip, "1.10..",
     "The agent dials the pod IP for a probe; before, 127.0.0.1.", "istio/istio#31121"},
    {Capability::exclude_outbound_ports, "1.2..",
     "The annotation traffic.sidecar.istio.io/excludeOutboundPorts counts.",
     "istio/istio 1.2.0 install/kubernetes/helm/istio/files/injection-template.yaml"},
    {Capability::include_outbound_ports, "1.7..",
     "The annotation traffic.sidecar.istio.io/includeOutboundPorts counts.",
     "istio/istio 1.7.0 pkg/kube/inject/inject.go"},
    {Capability::interception_mode_none, "1.1..",
     "The pod annotation sidecar.istio.io/interceptionMode: NONE leaves all traffic as it is.",
     "istio/istio 1.1.0 install/kubernetes/helm/istio/templates/sidecar-injector-configmap.yaml"},
    {Capability::native_sidecars, "1.27..",
     "Where Kubernetes has them, sidecars are native: they start before init containers of the "
     "application, and stop after it.",
     "istio/istio 1.27.0 pilot/pkg/features (ENABLE_NATIVE_SIDECARS)"},
    {Capability::native_sidecars_on_request, "1.19..",
     "Sidecars are native if istiod's ENABLE_NATIVE_SIDECARS says so.",
     "istio/istio 1.19.0 pilot/pkg/features/pilot.go"},
    {Capability::native_sidecar_annotation, "1.24..",
     "The pod annotation sidecar.istio.io/nativeSidecar asks for a native sidecar.",
     "istio/istio 1.24.0 pkg/kube/inject/webhook.go"},
    {Capability::ambient_dns_capture, "1.25..",
     "In ambient mode the mesh answers DNS queries by itself.",
     "istio.io news releases/1.25.x/announcing-1.25/change-notes"},
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
