// What a spec asks for that no choice of ours can make work: each check is about a few keys and
// changes nothing.

#include "clashes.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "../text.hpp"
#include "complaints.hpp"
#include "environment.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

/// Ports that the sidecar, or ztunnel within the pod, keeps for itself.
/// Source: istio.io ops/deployment/application-requirements, "Ports used by Istio".
constexpr std::array mesh_ports{15000, 15001, 15002, 15004, 15006, 15008,
                                15009, 15020, 15021, 15053, 15090};

/// Namespaces whose pods Istio's injector leaves alone, whatever their labels.
/// Source: istio/istio pkg/kube/inject/initializer.go, 1.0.0 to 1.30.0 (the last two not in 1.4.0).
constexpr std::array never_injected{"kube-system", "kube-public", "kube-node-lease",
                                    "local-path-storage"};

/// The one whose pods Istio's CNI plugin leaves alone in ambient mode.
/// Source: istio/istio 1.30.0 manifests/charts/istio-cni/values.yaml, excludeNamespaces.
constexpr std::string_view never_ambient = "kube-system";

/// Where Istio looks for what holds for the whole mesh, unless it is told otherwise. A
/// PeerAuthentication with a selector has no effect there. Source: istio/istio
/// pilot/pkg/model/authentication.go, 1.5.0 to 1.31.0-rc.0.
constexpr std::string_view root_namespace = "istio-system";

constexpr std::array port_keys{"ports.cql", "ports.internode", "ports.internodeTls", "ports.jmx"};

class Clashes {
 public:
  Clashes(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems)
      : spec_(spec), plan_(plan), complain_(spec, problems) {}

  void find() {
    names();
    labels();
    ports();
    clients();
    heap();
    patches();
  }

 private:
  void names() {
    const auto& name_space = spec_.text("namespace");
    const bool ignored =
        plan_.mode == MeshMode::ambient
            ? name_space == never_ambient
            : plan_.mode == MeshMode::sidecar &&
                  std::ranges::find(never_injected, name_space) != never_injected.end();
    if (ignored) {
      complain_.at("namespace",
                   fmt::format("Istio takes no pods of '{}' into the mesh", name_space),
                   "use a namespace of the ring's own");
    }
    if (plan_.mode != MeshMode::none && plan_.mtls != Mtls::inherit &&
        name_space == root_namespace) {
      complain_.at("namespace",
                   fmt::format("Istio ignores a PeerAuthentication of single pods in its root "
                               "namespace '{}', so that {} would have no effect",
                               name_space, complain_.quote("mesh.mtls")),
                   "use a namespace of the ring's own", {{"mesh.mtls", "asked for here"}});
    }
    const auto& name = spec_.text("name");
    if (name == "default" && !spec_.given("serviceAccount")) {
      complain_.at(
          "name",
          "the ring's ServiceAccount would be 'default', which all pods of the namespace share",
          "choose another name, or set 'serviceAccount'");
    }
    if (spec_.flag("testClient") && (name == "cqlsh" || name == "cqlsh-noistio")) {
      complain_.at("name", fmt::format("the ring and a test client are both named '{}'", name),
                   "choose another name", {{"testClient", "asked for here"}});
    }
  }

  void labels() {
    static const std::set<std::string_view> own{"app",
                                                "rack",
                                                "app.kubernetes.io/version",
                                                "istio-injection",
                                                "istio.io/rev",
                                                "istio.io/dataplane-mode",
                                                "sidecar.istio.io/inject"};
    for (const auto& [key, value, comment] : spec_.value("labels").entries) {
      if (!own.contains(key)) continue;
      const auto place = value.origin.key_where();
      if (key == "app") {
        complain_.at(place, "the label 'app' is always the ring's name", "set 'name'");
      } else if (key == "rack") {
        complain_.at(place, "the label 'rack' tells the ring's racks apart", "set 'racks'");
      } else if (key == "app.kubernetes.io/version") {
        complain_.at(place, fmt::format("the label '{}' is always Cassandra's version", key),
                     "set 'version'");
      } else {
        complain_.at(place, fmt::format("the label '{}' follows from the keys of 'mesh'", key),
                     "set 'mesh.mode', 'mesh.injection' or 'mesh.revision'");
      }
    }
  }

  void ports() {
    for (std::size_t i = 0; i < port_keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) same_port(port_keys[i], port_keys[j]);
      port_number(port_keys[i]);
    }
    if (spec_.text("ports.internode") == "false") no_internode_port();
  }

  void same_port(const char* key, const char* before) {
    const auto number = spec_.integer(key);
    if (number == 0 || number != spec_.integer(before)) return;
    const auto [at, other] = spec_.given(key) ? std::pair{key, before} : std::pair{before, key};
    complain_.at(at, fmt::format("port {} is that of '{}' too", number, other),
                 "give each a port of its own", {{other, "the other one"}});
  }

  void port_number(const char* key) {
    const auto number = spec_.integer(key);
    if (plan_.mode != MeshMode::none && std::ranges::find(mesh_ports, number) != mesh_ports.end()) {
      complain_.at(key,
                   fmt::format("port {} belongs to Istio's {}", number,
                               plan_.mode == MeshMode::ambient ? "ztunnel" : "sidecar"),
                   "take another port");
    }
    constexpr int first_unprivileged = 1024;
    if (number == 0 || number >= first_unprivileged) return;
    complain_.at(key,
                 fmt::format("port {} is below 1024, for which many systems ask root's rights, and "
                             "Cassandra runs without them",
                             number),
                 "take a higher port");
  }

  void no_internode_port() {
    if (plan_.mode == MeshMode::sidecar) {
      complain_.at("ports.internode",
                   "without the internode port in the Service, the sidecars know nothing of the "
                   "ring's own traffic and send it in plaintext",
                   "leave it in, or set 'mesh.mode' to none");
    } else if (plan_.authorization_policy) {
      complain_.at("ports.internode",
                   "'mesh.clients' must admit the ring itself to its internode port", "leave it in",
                   {{"mesh.clients", "asked for here"}});
    }
  }

  void clients() {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& [none, client, comment] : spec_.value("mesh.clients").entries) {
      const auto& account = client["serviceAccount"].text;
      if (!seen.emplace(client["namespace"].text, account).second) {
        complain_.at(client.origin.place(),
                     account.empty() ? fmt::format("there are two clients for all of '{}'",
                                                   client["namespace"].text)
                                     : fmt::format("there are two clients '{}' in '{}'", account,
                                                   client["namespace"].text),
                     "put their ports into one");
      }
      client_ports(client);
    }
  }

  void client_ports(const Value& client) {
    const auto& ports = client["ports"];
    if (!ports && spec_.text("ports.cql") == "false") {
      complain_.at(client.origin.place(), "this client has no ports, and the ring no CQL port",
                   "add 'ports'", {{spec_.place("ports.cql"), "left out here"}});
    }
    if (ports && ports.entries.empty() && spec_.sound("mesh.clients")) {
      complain_.at(ports.origin.place(), "a client without ports can't connect",
                   "list its ports, or remove 'ports' for the CQL port alone");
    }
    if (!spec_.sound("ports")) return;
    for (const auto& [none, port, comment] : ports.entries) {
      if (is_ring_port(port.text)) continue;
      complain_.at(port.origin.place(), fmt::format("port {} is none of the ring's", port.text),
                   fmt::format("the ring's ports are {}", known_ports()));
    }
  }

  bool is_ring_port(std::string_view number) const {
    return std::ranges::any_of(
        port_keys, [&](const char* key) { return !spec_.sound(key) || spec_.text(key) == number; });
  }

  std::string known_ports() const {
    std::vector<std::string> numbers;
    for (const auto* key : port_keys) {
      if (spec_.text(key) != "false") numbers.push_back(spec_.text(key));
    }
    return fmt::format("{}", fmt::join(numbers, ", "));
  }

  void heap() {
    const auto heap = jvm_bytes(spec_.text("heap.max"));
    const auto young_text = young_generation(spec_);
    const auto young = jvm_bytes(young_text);
    if (heap && young && *young >= *heap) {
      complain_.at("heap.new",
                   fmt::format("the young generation ({}) does not fit into the heap ({})",
                               young_text, spec_.text("heap.max")),
                   "set 'heap.max' too, or another size", {{"heap.max", "the other one"}});
    }
    const auto& limit = spec_.value("resources")["limits"]["memory"];
    const auto bytes = quantity(limit.text);
    if (heap && bytes && Quantity{.whole = *heap} >= *bytes && spec_.sound("heap.max")) {
      std::vector<Related> related;
      if (spec_.given("heap.max")) related.push_back({spec_.place("heap.max"), "the heap"});
      complain_.at(limit.origin.place(),
                   fmt::format("a heap of {} does not fit into a memory limit of {}",
                               spec_.text("heap.max"), limit.text),
                   "raise the limit: Cassandra needs as much again besides its heap",
                   std::move(related));
    }
  }

  void patches() {
    for (const auto& [none, patch, comment] : spec_.value("patches").entries) {
      const auto& merge = patch["merge"];
      if (!merge.is_mapping() || !merge.entries.empty()) continue;
      complain_.at(merge.origin.place(), "this patch changes nothing",
                   "remove it, or say what to merge");
    }
  }

  const spec::ClusterSpec& spec_;
  const Plan& plan_;
  Complaints complain_;
};

}  // namespace

void find_clashes(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems) {
  Clashes(spec, plan, problems).find();
  find_kubernetes_clashes(spec, plan, problems);
  find_scheduling_clashes(spec, problems);
  // Nothing is known of a start script if it is not known which image is meant.
  if (!spec.sound("image") || !spec.sound("flavour")) return;
  find_start_script_clashes(spec, plan, problems);
  find_variable_clashes(spec, plan, problems);
}

}  // namespace cassmesh::render
