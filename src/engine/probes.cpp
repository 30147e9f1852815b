// Sources: istio/istio pkg/kube/inject/app_probe.go at 1.6.0, 1.7.0, 1.12.0 and 1.13.0 (which
// probes are rewritten), pilot/cmd/pilot-agent/status/server.go at 1.9.0 and 1.10.0 (what the agent
// dials), manifests/charts/istio-control/istio-discovery/files/injection-template.yaml at 1.10.0
// and 1.22.0 (REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION); for ambient mode
// cni/pkg/iptables/iptables.go at 1.23.0.

#include "probes.hpp"

#include <algorithm>

#include "../text.hpp"
#include "capture.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

constexpr std::string_view rewrite_key = "sidecar.istio.io/rewriteAppHTTPProbers";

/// The annotation that switches rewriting, if it says something on this version.
yaml::Node rewrite_switch(const Flow& flow) {
  const auto* workload = flow.route.target->object;
  if (workload == nullptr || !flow.has(Capability::probe_rewrite_annotation)) return {};
  const auto annotation = workload->pod_annotations()[rewrite_key];
  return go_bool(annotation.text()) ? annotation : yaml::Node();
}

/// Whether the injector knows on this version how to rewrite such a probe at all.
bool can_be_rewritten(const Flow& flow) {
  const auto& probe = flow.route.probe;
  if (probe.key() == "startupProbe" && !flow.has(Capability::startup_probe_rewrite)) return false;
  if (probe["httpGet"]) return true;
  if (probe["tcpSocket"]) return flow.has(Capability::tcp_probe_rewrite);
  return probe["grpc"] && flow.has(Capability::grpc_probe_rewrite);
}

bool is_rewritten(const Flow& flow) {
  if (!can_be_rewritten(flow)) return false;
  const auto annotation = rewrite_switch(flow);
  return annotation ? *go_bool(annotation.text()) : flow.has(Capability::http_probe_rewrite);
}

void arrive_at_agent(Flow& flow) {
  flow.to_loopback = delivers_to_loopback(flow);
  const auto annotation = rewrite_switch(flow);
  flow.hop(Step::server_capture,
           {.object = annotation ? flow.route.target->object : nullptr, .at = annotation},
           "the probe is rewritten: the sidecar's agent dials {}:{} for the kubelet",
           flow.last_address(), flow.route.port);
}

void arrive_at_sidecar(Flow& flow) {
  const auto& target = *flow.route.target;
  const auto decision = target.interception.inbound(flow.route.port, flow.version);
  if (!decision.is_captured) {
    flow.hop(Step::server_capture, decision.by, "the kubelet's probe goes past the sidecar: {}",
             decision.why);
    return;
  }
  flow.server = Proxy::sidecar;
  const auto annotation = rewrite_switch(flow);
  const Evidence by{.object = annotation ? target.object : nullptr, .at = annotation};
  flow.is_answered_by_proxy = static_cast<bool>(flow.route.probe["tcpSocket"]);
  if (flow.is_answered_by_proxy) {
    flow.hop(Step::server_capture, by,
             "the sidecar accepts the kubelet's connection whatever Cassandra does: the probe "
             "always succeeds");
  } else {
    flow.hop(Step::server_capture, by,
             "the probe is not rewritten: the sidecar takes the kubelet's plaintext in");
  }
}

/// By a command in the container.
void arrive_from_within(Flow& flow) {
  const auto& target = *flow.route.target;
  const Evidence by{.object = target.object, .at = flow.route.probe["exec"]};
  flow.to_loopback = flow.route.dialled == Route::Dialled::loopback;
  const bool may_meet_sidecar = !flow.to_loopback &&
                                flow.has(Capability::own_pod_ip_through_own_sidecar) &&
                                proxy_on(target.injection, flow.version) == Proxy::sidecar;
  if (may_meet_sidecar) {
    flow.doubt(Step::server_capture, by, "the pod's own sidecar lets the command's connection in");
  } else {
    flow.hop(Step::server_capture, by, "the command runs in the container{}, past every proxy",
             flow.to_loopback ? "" : " and dials the pod IP");
  }
}

}  // namespace

void arrive_with_probe(Flow& flow) {
  const auto& target = *flow.route.target;
  if (flow.route.probe["exec"]) return arrive_from_within(flow);
  const auto grounds = [&] { return proxy_grounds(target, flow.version); };
  switch (proxy_on(target.injection, flow.version)) {
    case Proxy::none:
      return flow.hop(Step::server_capture, grounds);
    case Proxy::ambient:
      return flow.hop(Step::server_capture, [&] {
        return Grounds{.why = "ztunnel lets the kubelet's probes past it", .by = grounds().by};
      });
    case Proxy::sidecar:
      if (is_rewritten(flow)) return arrive_at_agent(flow);
      return arrive_at_sidecar(flow);
  }
}

}  // namespace cassmesh::engine
