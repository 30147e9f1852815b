#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"
#include "cassmesh/versions.hpp"

/// What becomes of a ring's connections: hop by hop, on each Istio version, and what each object
/// and each field does to them.
namespace cassmesh::engine {

/// What becomes of a connection.
enum class Outcome {
  mtls,
  plaintext,
  refused,     ///< nobody listens at the last address dialled, whoever closes
  reset,       ///< one side speaks TLS, or HTTP, where the other does not
  denied,      ///< by a policy
  misrouted,   ///< another workload answers
  unresolved,  ///< there is no such name
  unknown,     ///< the files do not tell
};

std::string_view to_string(Outcome outcome);
/// Whether the other side is reached.
bool works(Outcome outcome);

/// Where a connection passes, in this order.
enum class Step {
  name,
  client_capture,
  listener,
  route,
  client_tls,
  network_policy,
  server_capture,
  peer_authentication,
  authorization,
  address,
  application,
};

/// `client-tls`: as `trace` names it.
std::string_view to_string(Step step);

/// What a fact rests on: an object and, if it is written there, the node. Nothing if it is Istio's
/// or Cassandra's default.
struct Evidence {
  const k8s::Object* object = nullptr;
  yaml::Node at{};
  bool operator==(const Evidence&) const = default;
};

/// Why a rule of an AuthorizationPolicy does not match, from the farthest to the nearest.
enum class Miss {
  none,
  port,
  condition,    ///< of `when`
  caller,       ///< it names others
  no_identity,  ///< it names identities, and the caller has none
  http,         ///< but for a field that only HTTP has, it would
};

/// A decision as people read it.
std::string in_words(std::string_view decision, bool on_way_back);

/// One decision on the way.
struct Hop {
  Step step;
  std::string decision;  ///< a clause, lower case first, no full stop
  Evidence by{};
  std::optional<Outcome> failure{};  ///< that it makes of the connection; `unknown`: may make
  std::string caller{};    ///< of authorization: the client's principal; empty: it has no identity
  Miss miss = Miss::none;  ///< where no rule allows: of the one that comes nearest
  bool on_way_back = false;  ///< from a seed to who asked it

  std::string in_words() const { return engine::in_words(decision, on_way_back); }
  /// Whether the connection fails here for certain.
  bool fails() const { return failure && *failure != Outcome::unknown; }
};

/// The way of one connection on one version. It goes on behind the first hop that fails, as if that
/// had been mended.
struct Trace {
  Outcome outcome = Outcome::plaintext;
  std::vector<Hop> hops{};
  std::string assumption{};           ///< of an unknown outcome: on what it hangs
  bool is_answered_by_proxy = false;  ///< whatever is behind it

  /// The first that fails for certain; null if none does.
  const Hop* failing_hop() const;
};

/// A way in which a ring must be reachable.
struct Connection {
  enum class Kind { gossip, bootstrap, self, cql, cql_outside, jmx, probe };
  Kind kind;
  std::string from;  ///< for people: `data/cassandra`, `Deployment 'shop/web'`, `kubelet`
  std::string to;    ///< `pod IP`, `Service 'data/cassandra'`, `127.0.0.1`
  int port = 0;
  /// Whether a fault of it is a finding: not for those whom a policy may well refuse.
  bool is_needed = true;
  std::optional<std::size_t> client{};  ///< which of the clients or peers connects, if one does
  std::size_t node = 0;                 ///< of `probe`: which of the model's nodes has it
  yaml::Node probe{};                   ///< and how it asks: `tcpSocket`

  /// Whether both are one connection of a ring.
  bool operator==(const Connection&) const = default;
};

/// `cql-outside`: as findings and `trace` name it.
std::string_view to_string(Connection::Kind kind);

/// What becomes of a connection on some versions.
struct Interval {
  mesh::VersionRange istio;
  Trace trace;
};

/// A connection over all judged versions.
struct Traced {
  Connection connection;
  std::vector<Interval> intervals{};  ///< equal outcomes and decisions are merged
};

/// What something does to one connection.
struct Break {
  Connection connection;
  mesh::VersionRange istio;
  Outcome outcome;          ///< on the first of these versions
  Outcome otherwise;        ///< what it would be there without
  Hop hop;                  ///< that fails; for `plaintext` the one that leaves mTLS out
  std::vector<Hop> hops{};  ///< all of them, for what else it rests on
};

/// What an object, or a field, does to a ring.
struct Effect {
  const mesh::Ring* ring = nullptr;
  std::vector<Break> breaks{};  ///< of connections that are needed; empty: it breaks none

  explicit operator bool() const { return !breaks.empty(); }
  /// The names of the broken connections, each once, in the order of the breaks.
  std::vector<std::string_view> connections() const;
  /// The versions on which some connection is broken.
  mesh::VersionRange istio() const;
  /// The first break, for the message: of one connection what is broken stands before what only
  /// goes without mTLS.
  const Break& worst() const { return breaks.front(); }
};

/// The facts of a ring's own objects that may be other than they should be. Each may be compared
/// with how it should be.
enum class Aspect {
  listen_address,      ///< the addresses that the internode port is bound to
  broadcast_address,   ///< the address that nodes tell others
  self_dialling,       ///< the address at which a node dials itself
  outbound_binding,    ///< that nodes dial out from their listen address
  local_preference,    ///< that nodes prefer the address that others listen at
  other_bindings,      ///< the addresses that CQL and JMX are bound to
  seeds,               ///< the names that nodes are given
  naming,              ///< the Service that pods have their names from, and whom it selects
  declared_ports,      ///< the ports that Services have, and their targets
  port_protocols,      ///< the protocols that these ports' names tell
  readiness,           ///< that Services withhold pods that are not Ready
  visibility,          ///< the namespaces that Services are exported to
  injection_of_nodes,  ///< whether the nodes have a proxy
  injection_of_clients,
  interception,  ///< the ports that annotations take through the sidecars, or past them
  // Several objects may decide together; these compare with none, or with the one that should be.
  mtls_of_clients,       ///< compared with clients' sidecars that speak mTLS, whatever tells them
  plaintext_of_clients,  ///< compared with clients' sidecars that speak plaintext
  authorization,         ///< the AuthorizationPolicies, compared with none
  network_policies,      ///< the NetworkPolicies, compared with none
};

struct Model;
struct Segment;
class Takers;
class Known;

/// Answers for one scope. Models of rings are made when they are first asked for and then kept.
class Engine {
 public:
  /// Everything must outlive it.
  Engine(const k8s::ObjectSet& objects, const mesh::Settings& settings,
         std::span<const mesh::Ring> rings, const mesh::VersionRange& istio);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// All connections of a ring, or those of one kind, on all versions, with their hops.
  std::vector<Traced> trace(const mesh::Ring& ring, std::optional<Connection::Kind> kind = {});

  /// What an object does to each ring that it can touch: one row for each of these rings. A
  /// connection is broken by it on a version if it is worse with it than without it, or if it is
  /// broken either way and would be by the object alone, were everything else as it should be.
  std::vector<Effect> effects(const k8s::Object& object);
  /// The same for one ring.
  Effect effect(const k8s::Object& object, const mesh::Ring& ring);
  /// Whether any outcome, on any version, is another one without the object.
  bool matters(const k8s::Object& object, const mesh::Ring& ring);
  /// What a fact of the ring's own objects does, compared with the fact as it should be.
  Effect effect(Aspect aspect, const mesh::Ring& ring);
  /// The facts of one ring, for rules that ask for more than the effect.
  const Model& model(const mesh::Ring& ring);

 private:
  Known& known(const mesh::Ring& ring);
  /// The rings in which an object counts.
  const std::vector<const mesh::Ring*>& touched(const k8s::Object& object);

  const k8s::ObjectSet& objects_;
  const mesh::Settings& settings_;
  std::span<const mesh::Ring> rings_;
  std::vector<Segment> segments_;
  std::unique_ptr<const Takers> takers_;
  std::map<const k8s::Object*, std::vector<const mesh::Ring*>> touched_;
  std::map<const mesh::Ring*, std::unique_ptr<Known>> known_;
};

}  // namespace cassmesh::engine
