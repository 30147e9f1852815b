// Which listener of the client's sidecar takes the connection: that of the very pod or of the
// Service's address, one that somebody else has for the whole port, or none.
// Sources: istio/istio pilot/pkg/networking/core/v1alpha3/listener.go at 1.2.0, 1.3.0, 1.5.0,
// 1.24.0 (pilot/pkg/networking/core/listener.go).

#include <algorithm>

#include "cassmesh/hosts.hpp"
#include "flow.hpp"
#include "service_entries.hpp"
#include "sight.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;
using mesh::Protocol;

bool guesses(const Flow& flow, Protocol protocol) {
  return protocol == Protocol::unknown && !flow.has(Capability::unknown_protocol_is_tcp);
}

/// Whether the Service's listener is for the port as a whole, not for each pod.
bool is_for_whole_port(const Flow& flow, Protocol protocol) {
  return !flow.has(Capability::headless_pod_listeners) ||
         (guesses(flow, protocol) && !flow.has(Capability::headless_pod_listeners_any_port));
}

/// The taker of a port that this client sees and that counts on this version; null if none.
const Taker* taker_of(const Flow& flow) {
  const auto& takers = flow.model.takers;
  const auto found = std::ranges::find_if(takers, [&](const Taker& taker) {
    return taker.port == flow.route.port && flow.version.is_in(taker.istio) &&
           sees(flow, taker.seen_by) && imports_taker(flow, taker);
  });
  return found == takers.end() ? nullptr : &*found;
}

/// Looks for the reason why no listener is there for the very pod, and keeps the first.
class Search {
 public:
  explicit Search(Flow& flow) : flow_(flow) {}

  /// Whether a Service makes a listener for the connection.
  bool finds(const Service& service) {
    if (!service.selects.at(flow_.route.node) || !service.is_headless) return false;
    const auto* port = service.port(flow_.route.port);
    if (port == nullptr || protocol_on(*port, flow_.version) == Protocol::udp) {
      explain({.object = service.object, .at = ports_of(service)}, "no port {} in Service '{}'",
              flow_.route.port, service.host);
      return false;
    }
    if (const auto hidden = hidden_from_client(flow_, service, flow_.route.port)) {
      explain(hidden.by, "{}", hidden.why);
      return false;
    }
    if (withholds(service)) {
      explain({.object = service.object,
               .at = service.object != nullptr ? (*service.object)["spec"] : yaml::Node()},
              "the pod is not Ready, and Service '{}' withholds such addresses", service.host);
      return false;
    }
    flow_.owner = &service;
    flow_.owner_port = port;
    return true;
  }

  const std::string& why() const { return why_; }
  const Evidence& by() const { return by_; }

 private:
  static yaml::Node ports_of(const Service& service) {
    if (service.object == nullptr) return {};
    const auto spec = (*service.object)["spec"];
    return spec["ports"] ? spec["ports"] : spec;
  }

  bool withholds(const Service& service) const {
    return !flow_.route.target_is_ready && !service.has_not_ready &&
           flow_.has(Capability::headless_withholds_not_ready);
  }

  template <typename... Args>
  void explain(const Evidence& by, fmt::format_string<Args...> why, Args&&... args) {
    if (!why_.empty()) return;
    why_ = fmt::format(why, std::forward<Args>(args)...);
    by_ = by;
  }

  Flow& flow_;
  std::string why_;
  Evidence by_;
};

void pass_through(Flow& flow, const std::string& why, const Evidence& by) {
  flow.is_passed_through = true;
  flow.owner = nullptr;
  flow.owner_port = nullptr;
  if (const auto closed = only_registry(flow)) {
    flow.fail(Outcome::refused, Step::listener, by, "{}; with {} the sidecar closes it", why,
              closed.why);
    return;
  }
  flow.hop(Step::listener, by, "{}: the sidecar passes it through in plaintext", why);
}

void give_to(Flow& flow, const Taker& taker, const std::string& why) {
  const Evidence by{.object = taker.object, .at = taker.at};
  flow.owner = nullptr;
  flow.owner_port = nullptr;
  flow.is_passed_through = true;
  const auto text = fmt::format("{}{}{} takes all connections to port {}", why,
                                why.empty() ? "" : ", and ", taker.what, taker.port);
  if (taker.keeps_address) {
    flow.hop(Step::listener, by, "{}, and sends them on as its own, without the ring's mTLS", text);
  } else {
    flow.fail(Outcome::misrouted, Step::listener, by, "{}", text);
  }
}

/// What the protocol of the listener's port makes of the connection.
void read_protocol(Flow& flow, Protocol protocol) {
  const auto& port = *flow.owner_port;
  const auto* const field = protocol_field(port, flow.version);
  const Evidence by{.object = flow.owner->object, .at = port.node[field]};
  if (mesh::is_http(protocol)) {
    flow.fail(Outcome::reset, Step::listener, by,
              "the {} of port {} makes the client's sidecar read it as HTTP, and answer 400", field,
              port.number);
  } else if (protocol == Protocol::redis && flow.owner->is_headless &&
             flow.has(Capability::headless_redis_port_rejected)) {
    flow.fail(Outcome::refused, Step::listener, by,
              "Envoy rejects what Istio makes of a headless port of protocol Redis");
  } else if ((protocol == Protocol::tls || protocol == Protocol::https) &&
             flow.owner->is_headless && flow.has(Capability::headless_tls_port_needs_sni)) {
    pass_through(flow,
                 fmt::format("by its {} port {} is for TLS that names '{}' as SNI", field,
                             port.number, flow.owner->host),
                 by);
  }
}

void choose_pod_listener(Flow& flow) {
  Search search(flow);
  for (const auto& service : flow.model.services) {
    if (search.finds(service)) break;
  }
  const auto* taker = taker_of(flow);
  if (flow.owner == nullptr) {
    const auto why =
        search.why().empty() ? fmt::format("no headless Service selects the pod") : search.why();
    if (taker != nullptr) return give_to(flow, *taker, why);
    return pass_through(flow, why, search.by());
  }
  const auto protocol = protocol_on(*flow.owner_port, flow.version);
  const bool whole_port = is_for_whole_port(flow, protocol);
  if (whole_port && taker != nullptr && flow.owner->object != nullptr &&
      goes_before(flow.model, *taker->object, *flow.owner->object))
    return give_to(flow, *taker, "");
  const Evidence by{.object = flow.owner->object, .at = flow.owner_port->node["port"]};
  if (take_by_service_entry(flow)) return;
  flow.hop(Step::listener, by, "the listener of Service '{}' for {}:{} takes it", flow.owner->host,
           whole_port ? "0.0.0.0" : "the pod IP", flow.owner_port->number);
  read_protocol(flow, protocol);
}

void choose_service_listener(Flow& flow) {
  const auto& service = *flow.route.service;
  const auto* port = service.port_to(flow.route.port);
  if (port == nullptr) return pass_through(flow, "the Service has no such port", {});
  if (const auto hidden = hidden_from_client(flow, service, port->number))
    return pass_through(flow, hidden.why, hidden.by);
  flow.owner = &service;
  flow.owner_port = port;
  if (take_by_service_entry(flow)) return;
  flow.hop(Step::listener, {.object = service.object, .at = port->node["port"]},
           "the listener of Service '{}' for its address and port {} takes it", service.host,
           port->number);
  read_protocol(flow, protocol_on(*port, flow.version));
}

}  // namespace

void choose_listener(Flow& flow) {
  if (flow.client != Proxy::sidecar) return;
  if (flow.route.dialled == Route::Dialled::service) return choose_service_listener(flow);
  choose_pod_listener(flow);
}

}  // namespace cassmesh::engine
