// The end of the way: who listens at the address that is dialled last, and whether it is the node
// that was meant.

#include <algorithm>
#include <string_view>

#include "flow.hpp"

namespace cassmesh::engine {
namespace {

constexpr std::string_view loopback = "127.0.0.1";
constexpr std::string_view pod_ip = "the pod IP";

class Arrival {
 public:
  explicit Arrival(Flow& flow)
      : flow_(flow),
        route_(flow.route),
        sockets_(flow.route.target->sockets),
        at_loopback_(flow.to_loopback || flow.route.dialled == Route::Dialled::loopback ||
                     (flow.route.is_self && sockets_.self == Address::loopback)) {}

  void arrive() {
    if (is_between_nodes()) {
      dial_out();
      find_target();
    } else if (route_.port == sockets_.cql_port) {
      find_told_address();
    }
    const auto [who, binding] = listener();
    if (binding != nullptr) {
      meet(who, *binding);
    } else if (!route_.is_probe) {
      flow_.fail(Outcome::refused, Step::application, {route_.target->object, {}},
                 "{}:{} is dialled, and Cassandra listens for its peers at port {}", address(),
                 route_.port, sockets_.internode_port);
    }
  }

 private:
  struct Listener {
    std::string_view who;
    const Binding* binding = nullptr;
  };

  std::string_view address() const { return at_loopback_ ? loopback : pod_ip; }

  bool is_node(const Workload* workload) const {
    const auto& nodes = flow_.model.nodes;
    return std::ranges::any_of(nodes, [&](const Workload& node) { return &node == workload; });
  }

  /// Whether a node dials another one as its peer.
  bool is_between_nodes() const {
    const bool is_from_node =
        is_node(route_.source) || (route_.source != nullptr && route_.source->is_peer);
    return !route_.is_self && is_from_node &&
           (route_.port == sockets_.internode_port ||
            route_.port == route_.source->sockets.internode_port);
  }

  void dial_out() {
    const auto& binds = route_.source->sockets.binds_outbound;
    if (!binds.holds) return;
    flow_.fail(Outcome::refused, Step::application, binds.by,
               "Cassandra before 3.10 dials out from its listen address, from which no other pod "
               "can be reached (EINVAL): {}",
               binds.why);
  }

  /// Whether the others dial the node when they mean it.
  void find_target() {
    const auto& prefers = route_.source->sockets.prefers_local;
    if (sockets_.broadcast == Address::loopback) {
      flow_.fail(Outcome::misrouted, Step::application, sockets_.broadcast_by,
                 "the others are told to dial 127.0.0.1, where each meets itself: {}",
                 sockets_.broadcast_why);
    } else if (sockets_.broadcast == Address::wildcard) {
      flow_.fail(Outcome::refused, Step::application, sockets_.broadcast_by,
                 "Cassandra does not start with a wildcard to broadcast: {}",
                 sockets_.broadcast_why);
    } else if (prefers.holds && sockets_.listen == Address::loopback) {
      flow_.fail(Outcome::misrouted, Step::application, prefers.by,
                 "the others go over to its listen address, 127.0.0.1, where each meets itself: {}",
                 prefers.why);
    }
  }

  /// Drivers go on to the addresses that the first node tells them.
  void find_told_address() {
    if (route_.is_self || route_.is_probe || route_.dialled != Route::Dialled::pod_ip ||
        sockets_.broadcast_rpc != Address::loopback)
      return;
    flow_.fail(Outcome::misrouted, Step::application, sockets_.broadcast_rpc_by,
               "drivers are told to dial 127.0.0.1, where each meets itself: {}",
               sockets_.broadcast_rpc_why);
  }

  Listener listener() const {
    if (route_.port == sockets_.internode_port) return {"Cassandra", &sockets_.internode};
    if (route_.port == sockets_.cql_port) return {"CQL", &sockets_.cql};
    if (route_.port == sockets_.jmx_port) return {"JMX", &sockets_.jmx};
    return {"nobody that is known"};
  }

  void meet(std::string_view who, const Binding& binding) {
    if (!binding.is_understood) {
      flow_.doubt(Step::application, binding.by, "{} answers at {}:{}, as {}", who, address(),
                  route_.port, binding.why);
    } else if (!binding.is_known && &binding == &sockets_.jmx) {
      meet_unknown_jmx();
    } else if (!binding.is_known) {
      flow_.hop(Step::application, binding.by, "{} is taken to listen at {}:{}, as {}", who,
                address(), route_.port, binding.why);
    } else if (!(at_loopback_ ? binding.on_loopback : binding.on_pod_ip)) {
      refuse(who, binding);
    } else if (is_remote_jmx() && !binding.on_pod_ip) {
      flow_.fail(Outcome::misrouted, Step::application, binding.by,
                 "JMX answers at 127.0.0.1:{} that it goes on at 127.0.0.1, where the other side "
                 "meets itself: {}",
                 route_.port, binding.why);
    } else {
      flow_.hop(Step::application, binding.by, "{} listens at {}:{}: {}", who, address(),
                route_.port, binding.why);
    }
  }

  /// With LOCAL_JMX and without it JMX is at 127.0.0.1; at the pod IP only without it.
  void meet_unknown_jmx() {
    const auto& jmx = sockets_.jmx;
    if (at_loopback_) {
      flow_.hop(Step::application, jmx.by, "JMX listens at {}:{}, whatever LOCAL_JMX is", loopback,
                route_.port);
    } else {
      flow_.doubt(Step::application, jmx.by, "JMX listens at {}:{}: {}", pod_ip, route_.port,
                  jmx.why);
    }
  }

  void refuse(std::string_view who, const Binding& binding) {
    const bool listens = binding.on_loopback || binding.on_pod_ip;
    const auto other = at_loopback_ ? pod_ip : loopback;
    flow_.fail(Outcome::refused, Step::application, binding.by,
               "{}:{} is dialled, and {} listens {}{}: {}", address(), route_.port, who,
               listens ? "only at " : "nowhere", listens ? other : "", binding.why);
  }

  /// Source: JMXServerUtils of Cassandra: with LOCAL_JMX the stub that a client gets names
  /// 127.0.0.1.
  bool is_remote_jmx() const {
    return route_.port == sockets_.jmx_port && !route_.is_self && !route_.is_probe &&
           route_.dialled != Route::Dialled::loopback;
  }

  Flow& flow_;
  const Route& route_;
  const Sockets& sockets_;
  bool at_loopback_;
};

}  // namespace

/// Source: OutboundTcpConnectionPool (3.11), OutboundConnectionSettings.connectTo (4.0 and newer),
/// ReconnectableSnitchHelper, JMXServerUtils of Cassandra; CASSANDRA-12673, CASSANDRA-18200.
void reach_application(Flow& flow) {
  if (flow.route.target != nullptr && !flow.is_answered_by_proxy) Arrival(flow).arrive();
}

}  // namespace cassmesh::engine
