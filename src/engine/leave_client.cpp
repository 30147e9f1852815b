// Whether a connection leaves through a proxy of its client.
// Sources: istio/istio tools/packaging/common/istio-iptables.sh at 1.4.0,
// tools/istio-iptables/pkg/capture/run.go at 1.30.0 (what a pod dials at itself returns before all
// rules of redirection: since istio/istio#19308, 1.5.0), cni/pkg/iptables/iptables.go at 1.24.0.

#include <algorithm>

#include "capture.hpp"

namespace cassmesh::engine {
namespace {

/// The port that the client dials: a Service may have another one than its pods.
int dialled_port(const Route& route) {
  if (route.dialled != Route::Dialled::service || route.service == nullptr) return route.port;
  const auto& ports = route.service->ports;
  const auto port = std::ranges::find(ports, route.port, &Port::target);
  return port == ports.end() ? route.port : port->number;
}

void dial_own_ip(Flow& flow, Proxy proxy) {
  const auto& who = flow.route.source->described;
  if (meets_own_sidecar(flow)) {
    flow.hop(Step::client_capture, {}, "{} dials its own pod IP: that is no outgoing connection",
             who);
    return;
  }
  flow.hop(Step::client_capture, {}, "{} dials its own pod IP, past its {}", who,
           proxy == Proxy::ambient ? "ztunnel" : "sidecar");
}

void leave_through_sidecar(Flow& flow) {
  const auto& source = *flow.route.source;
  const auto decision = source.interception.outbound(dialled_port(flow.route), flow.version);
  if (!decision.is_captured) {
    flow.hop(Step::client_capture, decision.by, "the connection goes past the sidecar of {}: {}",
             source.described, decision.why);
    return;
  }
  flow.client = Proxy::sidecar;
  if (!decision.is_known) {
    flow.doubt(Step::client_capture, decision.by, "{}, so that the sidecar of {} takes them",
               decision.why, source.described);
    return;
  }
  flow.hop(Step::client_capture, [&] { return proxy_grounds(source, flow.version); });
}

}  // namespace

void leave_client(Flow& flow) {
  const auto& route = flow.route;
  if (route.is_probe) return;
  if (route.source == nullptr) {
    flow.hop(Step::client_capture, {}, "the client has no proxy");
    return;
  }
  const auto proxy = proxy_on(route.source->injection, flow.version);
  if (route.dialled == Route::Dialled::loopback) {
    flow.hop(Step::client_capture, {}, "127.0.0.1 is dialled, which goes past every proxy");
  } else if (proxy != Proxy::none && dials_own_ip(route)) {
    dial_own_ip(flow, proxy);
  } else if (proxy == Proxy::sidecar) {
    leave_through_sidecar(flow);
  } else {
    flow.client = proxy;
    flow.hop(Step::client_capture, [&] { return proxy_grounds(*route.source, flow.version); });
  }
}

}  // namespace cassmesh::engine
