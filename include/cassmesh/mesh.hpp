#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/versions.hpp"

/// What a scope's objects make together: the mesh's settings, who sees what, and the rings.
namespace cassmesh::mesh {

enum class Mode { sidecar, ambient, none };
enum class InboundPolicy { passthrough, localhost };
enum class OutboundPolicy { allow_any, registry_only };

/// What the mesh as a whole is set to. What is unset is the default of the Istio version.
struct Settings {
  std::optional<Mode> mode{};  ///< unset: as the objects say
  std::string cluster_domain = "cluster.local";
  std::string root_namespace = "istio-system";
  std::string trust_domain = "cluster.local";
  std::optional<InboundPolicy> inbound{};
  /// Where `inbound` counts: istiod's variable and the mesh's configuration have their versions.
  VersionRange inbound_versions = VersionRange::any();
  std::optional<OutboundPolicy> outbound{};
  std::optional<bool> auto_mtls{};
  /// `exportTo` of objects that have none; empty: `*`.
  std::vector<std::string> service_export_to{};
  std::vector<std::string> virtual_service_export_to{};
  std::vector<std::string> destination_rule_export_to{};
  bool closed_world = false;  ///< what is not in the files does not exist
};

/// The namespaces that see an object.
class Audience {
 public:
  static Audience everybody();
  explicit Audience(std::set<std::string, std::less<>> namespaces);

  bool includes(std::string_view name_space) const;
  bool is_everybody() const { return everybody_; }
  /// Whether some namespace is in both.
  bool overlaps(const Audience& other) const;
  const std::set<std::string, std::less<>>& namespaces() const { return namespaces_; }

 private:
  Audience() = default;
  bool everybody_ = false;
  std::set<std::string, std::less<>> namespaces_{};
};

/// By `exportTo` of a VirtualService, DestinationRule or ServiceEntry, by the annotation
/// `networking.istio.io/exportTo` of a Service, else by the mesh's default: `.` its own namespace,
/// `*` everybody, `~` nobody. A DestinationRule with a `workloadSelector` stays in its namespace.
/// As of Istio 1.7: before, only the first entry counted, and all but `.` meant everybody.
Audience audience(const k8s::Object& object, const Settings& settings);

/// For whose clients, and how, an object is ranked: of two that have one of these in common, the
/// control plane decides by age alone. Else it takes what a namespace keeps to itself before what
/// others export to it by name, and that before what everybody sees.
std::vector<std::string> ranks(const k8s::Object& object, const Settings& settings);

/// The Sidecar that shapes what a workload sees: with a matching selector, else the namespace's,
/// else the root namespace's, which must have no selector; of several the one that goes first (see
/// `sidecar-conflict`). Null if none. `besides`: one that is not looked at.
const k8s::Object* sidecar_of(const k8s::Object& workload, const k8s::ObjectSet& objects,
                              const Settings& settings, const k8s::Object* besides = nullptr);

/// Whether the egress of the Sidecar that shapes a client of a namespace imports a host that stands
/// in another one or in the same. (`egress` left out: all.) What VirtualServices that it imports
/// route to is imported besides.
bool imports(const k8s::Object& sidecar, std::string_view client_namespace, std::string_view host,
             std::string_view host_namespace);

/// The same for one of its egress listeners.
bool imports_by_listener(const yaml::Node& listener, std::string_view client_namespace,
                         std::string_view host, std::string_view host_namespace);

/// Somebody who is known to connect to a ring.
struct Client {
  const k8s::Object* workload = nullptr;  ///< null if only its account is known
  std::string name_space{};
  std::string service_account{};
  yaml::Node evidence{};  ///< what names the ring, or the policy's principal
};

/// Who joins the cluster of a ring without being one of its nodes: a StatefulSet of another ring
/// (another datacentre, or a rack with a Service of its own), or coordinators without data.
struct Peer {
  const k8s::Object* workload = nullptr;
  yaml::Node evidence{};  ///< its seeds, if they name the ring; else the workload's name
  std::string seed{};     ///< by which it names the ring; may be empty
};

/// A Cassandra ring: the StatefulSets that share one governing Service (one for each rack).
struct Ring {
  std::string name;  ///< `namespace/name`: of its StatefulSet, of its Service if it has several
  std::string name_space;
  std::vector<const k8s::Object*> stateful_sets;
  /// The Service that `serviceName` names, headless or not; null if it is not in the files.
  const k8s::Object* service = nullptr;
  /// All Services that select its pods, the governing one among them if it does.
  std::vector<const k8s::Object*> services{};
  std::vector<Client> clients{};  ///< of CQL
  std::vector<Peer> peers{};
  std::vector<Client> jmx_clients{};  ///< who name it before the port of JMX, or as a host of JMX

  /// The name that `serviceName` gives, whether such a Service is in the files or not; may be
  /// empty.
  std::string_view governing_name() const;
  /// Whether it has a pod of that name, as far as the files say how many there are.
  bool has_pod(std::string_view pod) const;
  /// The full hosts of the governing Service and of `services`, each once.
  std::vector<std::string> hosts(const Settings& settings) const;
  /// Whether `host` (a full one) is one of them, or the name of one of its pods.
  bool has_host(std::string_view host, const Settings& settings) const;
};

/// The container of a workload's pods that runs Cassandra; none if none does. By its image
/// (Cassandra, DSE, ScyllaDB, k8ssandra's), else by its ports 7000 and 9042, else, where the pods'
/// labels `app` or `app.kubernetes.io/name` say cassandra, the first that may. Exporters, reapers
/// and the like run none, whatever else says so.
std::optional<k8s::Container> cassandra_container(const k8s::Object& workload);

/// Whether a Service is headless: it says `clusterIP: None`.
bool is_headless(const k8s::Object& service);

/// The StatefulSets that run Cassandra, by ring, in the order of the files.
std::vector<Ring> find_rings(const k8s::ObjectSet& objects, const Settings& settings);

/// Where something of the mesh is set.
struct SettingPlace {
  Place place;
  const k8s::Object* by = nullptr;
};

/// The settings that the files themselves hold (IstioOperator, the ConfigMap `istio`, istiod's
/// environment), and the Istio version that they name (IstioOperator's tag, istiod's image).
struct FoundSettings {
  Settings settings;
  std::optional<VersionRange> istio{};
  /// Where they stand, by the keys of `.cassmesh.yaml`: one place each, but for `istio`.
  std::map<std::string, std::vector<SettingPlace>, std::less<>> places{};
};

/// Reads them over the defaults of Settings.
FoundSettings find_settings(const k8s::ObjectSet& objects);

}  // namespace cassmesh::mesh
