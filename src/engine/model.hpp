#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "../mesh/protocols.hpp"
#include "cassmesh/engine.hpp"
#include "injection.hpp"
#include "interception.hpp"
#include "sockets.hpp"

/// What the engine knows of a ring and all that can touch it. A value: rules and comparisons copy
/// one, change a fact and ask again.
namespace cassmesh::engine {

/// Pods that connect or are connected to: those of one StatefulSet of the ring, or of a client.
struct Workload {
  const k8s::Object* object = nullptr;  ///< null: a client of which only the account is known
  std::string described{};              ///< for people
  std::string name_space{};
  std::string service_account{};
  Injection injection{};
  bool is_meant = false;  ///< to be in the mesh: what of its injection is not known is assumed
  Interception interception{};
  const k8s::Object* sidecar = nullptr;       ///< the Sidecar that shapes what its proxy knows
  const k8s::Object* next_sidecar = nullptr;  ///< the one that would, were that not there
  Sockets sockets{};                          ///< of nodes alone
  yaml::Node evidence{};                      ///< of clients alone: what names the ring
  bool is_peer = false;  ///< of clients alone: it dials as the ring's own nodes do
};

/// A TCP port of a Service.
struct Port {
  int number = 0;
  int target = 0;     ///< the port of the pods
  yaml::Node node{};  ///< missing in an ideal one
  mesh::Protocol by_name = mesh::Protocol::tcp;
  std::optional<mesh::Protocol> by_app{};  ///< `appProtocol`, which wins from 1.6 on
};
mesh::Protocol protocol_on(const Port& port, const Moment& version);
/// The field that tells it: `appProtocol` or `name`.
const char* protocol_field(const Port& port, const Moment& version);

/// A Service that selects the ring's pods.
struct Service {
  const k8s::Object* object = nullptr;
  std::string host{};  ///< in full
  bool is_headless = false;
  bool governs = false;
  bool has_not_ready = false;      ///< `publishNotReadyAddresses`
  std::vector<bool> selects{};     ///< by node
  std::vector<Workload> others{};  ///< that it selects besides the nodes
  mesh::Audience seen_by = mesh::Audience::everybody();
  std::vector<Port> ports{};

  const Port* port(int number) const;
  const Port* port_to(int target) const;
};

/// Somebody else who takes all connections to a port, where nothing more exact does.
struct Taker {
  const k8s::Object* object = nullptr;
  yaml::Node at{};
  int port = 0;
  std::vector<std::string> hosts{};
  mesh::Audience seen_by = mesh::Audience::everybody();
  mesh::VersionRange istio{};
  std::string what{};  ///< a clause's subject: `ServiceEntry 'shop/db', which has no addresses`
  bool keeps_address = false;  ///< it sends to the address that was dialled
};

/// The objects that can decide about the ring's connections, in the order in which the control
/// plane takes them (`by_precedence`).
struct Objects {
  using List = std::vector<const k8s::Object*>;
  List virtual_services{};
  List service_entries{};       ///< with a host of the ring
  List destination_rules{};     ///< whose host covers one of the ring
  List peer_authentications{};  ///< of the ring's namespace and the root namespace
  List old_policies{};          ///< `Policy`, `MeshPolicy`
  List authorization_policies{};
  List network_policies{};  ///< of the ring's namespace and its clients'
};

/// What is assumed where the files tell the age of only one of two objects, or of none.
struct Older {
  const k8s::Object* older;
  const k8s::Object* younger;
};

struct Model {
  const mesh::Ring* ring = nullptr;
  const mesh::Settings* settings = nullptr;
  const k8s::ObjectSet* all = nullptr;  ///< for Namespaces and what is referred to

  std::vector<Workload> nodes{};  ///< one for each StatefulSet
  /// Those that are known; if there are none, a generic one. Then the ring's peers.
  std::vector<Workload> clients{};
  bool has_generic_client = false;
  std::vector<Service> services{};  ///< the oldest first
  std::vector<Taker> takers{};
  Objects objects{};
  /// Objects of which only the oldest counts for something, and the files do not tell which one
  /// that is; each list begins with the one that stands before the others here.
  std::vector<Objects::List> undated{};
  std::vector<Older> assumed{};  ///< of variants alone: that the others of a list are the oldest
  /// Of comparisons alone: that the clients' sidecars speak mTLS, or plaintext, whatever tells
  /// them.
  std::optional<bool> speaks_mtls{};
  Intent intent{};
};

/// Whether the control plane takes an object before another one: by age, or as is assumed.
bool goes_before(const Model& model, const k8s::Object& object, const k8s::Object& other);

/// The first Service that declares a port of a node's pods (has a port with that target): its name
/// for the port is the one that counts. Null if none does.
const Service* declaring(const Model& model, std::size_t node, int port);

/// As the files say.
Model make_model(const mesh::Ring& ring, const k8s::ObjectSet& objects,
                 const mesh::Settings& settings, const Takers& takers);

/// The same ring as it should be, with no policy and no routing object: nodes and clients in the
/// mesh, or out of it where the settings say so; every port declared, told and bound.
Model ideal(const Model& model);

/// Puts a fact of one model into another one of the same ring.
void take(Model& model, const Model& from, Aspect aspect);

/// Without an object, wherever it counts.
void remove(Model& model, const k8s::Object& object);
/// With an object of another model of the same ring.
void add(Model& model, const Model& from, const k8s::Object& object);
/// All objects that count anywhere in a model, but for its workloads.
std::set<const k8s::Object*> objects_of(const Model& model);

}  // namespace cassmesh::engine
