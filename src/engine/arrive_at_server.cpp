// Whether a connection arrives at a proxy of its server, or at Cassandra itself.
// Sources: those of interception.cpp; for ambient mode cni/pkg/iptables/iptables.go of istio/istio
// 1.24.0, by which ztunnel takes in all but what the pod sends to itself.

#include "capture.hpp"
#include "probes.hpp"

namespace cassmesh::engine {
namespace {

/// Cassandra itself gets what the client's side speaks.
template <typename Why>
void arrive_past_proxies(Flow& flow, const Why& why) {
  if (flow.wire == Wire::plaintext || flow.keeps_own_tls)
    return flow.hop(Step::server_capture, why);
  flow.fail(Outcome::reset, Step::server_capture, [&] {
    const auto grounds = why();
    return Grounds{.why = fmt::format("Cassandra itself gets the TLS handshake of the client's "
                                      "sidecar, which it cannot read: {}",
                                      grounds.why),
                   .by = grounds.by};
  });
}

void arrive_at_sidecar(Flow& flow) {
  const auto& target = *flow.route.target;
  if (meets_own_sidecar(flow)) {
    flow.server = Proxy::sidecar;
    flow.hop(Step::server_capture, {}, "{}'s own sidecar takes it in, in plaintext",
             target.described);
    return;
  }
  // What a sidecar sends to its own pod is taken in before annotations are looked at.
  const bool is_own = flow.route.is_self && flow.client == Proxy::sidecar;
  const auto decision = target.interception.inbound(flow.route.port, flow.version);
  if (!is_own && !decision.is_captured) {
    return arrive_past_proxies(flow, [&] {
      return Grounds{.why = fmt::format("port {} goes past the sidecar of {}: {}", flow.route.port,
                                        target.described, decision.why),
                     .by = decision.by};
    });
  }
  flow.server = Proxy::sidecar;
  flow.hop(Step::server_capture, [&] { return proxy_grounds(target, flow.version); });
}

}  // namespace

void arrive_at_server(Flow& flow) {
  const auto& route = flow.route;
  if (route.is_probe) return arrive_with_probe(flow);
  if (route.dialled == Route::Dialled::loopback) return;
  const auto proxy = proxy_on(route.target->injection, flow.version);
  const bool is_past = dials_own_ip(route) && !meets_own_sidecar(flow);
  if (is_past && proxy != Proxy::none) return;
  const auto grounds = [&] { return proxy_grounds(*route.target, flow.version); };
  switch (proxy) {
    case Proxy::none:
      return arrive_past_proxies(flow, grounds);
    case Proxy::sidecar:
      return arrive_at_sidecar(flow);
    case Proxy::ambient:
      flow.server = Proxy::ambient;
      flow.hop(Step::server_capture, grounds);
  }
}

}  // namespace cassmesh::engine
