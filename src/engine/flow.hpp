#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "cassmesh/engine.hpp"
#include "model.hpp"

/// One connection on its way. Each stage reads what the stages before it found, adds what it finds,
/// and says it as a hop.
namespace cassmesh::engine {

/// What a connection is, in the terms of a model.
struct Route {
  enum class Dialled { pod_ip, loopback, service };

  const Workload* source = nullptr;  ///< null: the kubelet, or somebody outside of the mesh
  const Workload* target = nullptr;  ///< a node
  std::size_t node = 0;              ///< its index
  int port = 0;
  Dialled dialled = Dialled::pod_ip;
  const Service* service = nullptr;  ///< whose address is dialled
  std::string_view host{};           ///< the name that is asked for first; empty: none is
  bool target_is_ready = true;
  bool is_self = false;   ///< source and target are one pod
  bool is_probe = false;  ///< the kubelet's; see `probe`
  yaml::Node probe{};
};

/// What is spoken on the wire between the two sides.
enum class Wire { plaintext, mtls, other_tls };

class Flow {
 public:
  Flow(const Model& of, const Route& way, const Moment& on, bool records)
      : model(of), route(way), version(on), records_(records) {}
  Flow(const Model& of, const Route& way, const Moment&& gone, bool records) = delete;

  const Model& model;
  const Route& route;
  const Moment& version;

  // What the stages find, in their order.
  Proxy client = Proxy::none;        ///< through which the connection leaves
  const Service* owner = nullptr;    ///< of the client's listener
  const Port* owner_port = nullptr;  ///< the owner's
  bool is_passed_through = false;    ///< the client's sidecar knows no listener for it
  std::string subset{};              ///< that a route chose
  Wire wire = Wire::plaintext;
  bool is_wire_known = true;   ///< false: it hangs on what no file tells
  bool keeps_own_tls = false;  ///< Cassandra's own TLS is the outermost on the wire
  Proxy server = Proxy::none;  ///< through which it arrives
  bool has_identity = false;   ///< the server knows the client's account
  std::string caller{};        ///< by this name, for hops
  bool to_loopback = false;    ///< where the server's side dials in the end
  /// A proxy answers by itself, whatever is behind it: no policy and no listener counts.
  bool is_answered_by_proxy = false;

  /// In words.
  std::string_view last_address() const { return to_loopback ? "127.0.0.1" : "the pod IP"; }
  /// Empty where nothing is known of the client.
  std::string_view client_namespace() const {
    return route.source == nullptr ? std::string_view() : route.source->name_space;
  }

  bool has(mesh::Capability capability) const { return version.has(capability); }

  /// Says what was decided.
  template <typename... Args>
  void hop(Step step, const Evidence& by, fmt::format_string<Args...> decision, Args&&... args) {
    if (records_) add(step, {fmt::format(decision, std::forward<Args>(args)...), by}, {});
  }
  /// Says what the connection fails of. The first failure is its outcome.
  template <typename... Args>
  void fail(Outcome outcome, Step step, const Evidence& by, fmt::format_string<Args...> decision,
            Args&&... args) {
    note(outcome);
    if (records_) add(step, {fmt::format(decision, std::forward<Args>(args)...), by}, outcome);
  }
  /// The same with grounds that take their time: they are made only where hops are recorded.
  template <typename Why>
  requires std::is_invocable_r_v<Grounds, const Why&>
  void hop(Step step, const Why& why) {
    if (records_) add(step, why(), {});
  }
  template <typename Why>
  requires std::is_invocable_r_v<Grounds, const Why&>
  void fail(Outcome outcome, Step step, const Why& why) {
    note(outcome);
    if (records_) add(step, why(), outcome);
  }
  /// Says of the hop that was just added why no rule allows.
  void add_miss(Miss miss) {
    if (records_) hops_.back().miss = miss;
  }
  /// Says on what it hangs, of which the files tell nothing. It goes on as if all were well.
  template <typename... Args>
  void doubt(Step step, const Evidence& by, fmt::format_string<Args...> assumption,
             Args&&... args) {
    is_doubtful_ = true;
    if (records_)
      add(step, {fmt::format(assumption, std::forward<Args>(args)...), by}, Outcome::unknown);
  }

  /// The outcome and, if they were recorded, the hops.
  Trace finish();

 private:
  void note(Outcome outcome) {
    if (!failure_) failure_ = outcome;
  }
  void add(Step step, Grounds grounds, std::optional<Outcome> failure);

  bool records_;
  bool is_doubtful_ = false;
  std::optional<Outcome> failure_;
  std::vector<Hop> hops_;
};

// The stages, in the order in which a connection meets them. Each is in the file of its name, those
// that ask policies in network_policy.cpp, peer_authentication.cpp and authorization.cpp.
void resolve_name(Flow& flow);
void leave_client(Flow& flow);
void choose_listener(Flow& flow);
void follow_routes(Flow& flow);
void choose_client_tls(Flow& flow);
void pass_network_policy(Flow& flow);
void arrive_at_server(Flow& flow);
void check_peer_authentication(Flow& flow);
void check_authorization(Flow& flow);
void choose_address(Flow& flow);
void reach_application(Flow& flow);

/// All of them.
Trace follow(const Model& model, const Route& route, const Moment& version, bool records);

}  // namespace cassmesh::engine
