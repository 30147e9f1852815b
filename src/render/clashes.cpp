// What a spec asks for that no choice of ours can make work: each check is about a few keys and changes nothing.

#include "clashes.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "../spec/check.hpp"
#include "../text.hpp"
#include "complaints.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

/// Ports that the sidecar keeps for itself.
/// Source: istio.io ops/deployment/application-requirements, "Ports used by Istio".
constexpr std::array sidecar_ports{15000, 15001, 15002, 15004, 15006, 15008, 15009,
                                   15020, 15021, 15053, 15090};

/// Namespaces whose pods Istio's injector leaves alone, whatever their labels.
/// Source: istio/istio pkg/kube/inject/initializer.go, 1.0.0 to 1.30.0 (the last two not in 1.4.0).
constexpr std::array never_injected{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"};

/// The one whose pods Istio's CNI plugin leaves alone in ambient mode.
/// Source: istio/istio 1.30.0 manifests/charts/istio-cni/values.yaml, excludeNamespaces.
constexpr std::string_view never_ambient = "kube-system";

/// User and group of the sidecar: what runs as them is not redirected.
constexpr std::string_view sidecar_user = "1337";

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
    resources();
    node_selectors();
    security_contexts();
    environment();
    patches();
    if (!image_known()) return;
    for (const auto* path : {"cluster.name", "cluster.datacenter", "cluster.rack"}) mangled(path);
    snitch();
    start_script_needs();
    set_variables();
  }

 private:
  std::string quote(std::string_view path) const {
    return fmt::format("'{}: {}'", path, spec_.text(path));
  }

  /// Whether the start script is the one that the user means.
  bool image_known() const { return spec_.sound("image") && spec_.sound("flavour"); }

  // --- names ----------------------------------------------------------------------------------------

  void names() {
    const auto& name_space = spec_.text("namespace");
    const bool ignored =
        plan_.mode == MeshMode::ambient
            ? name_space == never_ambient
            : plan_.mode == MeshMode::sidecar &&
                  std::ranges::find(never_injected, name_space) != never_injected.end();
    if (ignored) {
      complain_.at("namespace", fmt::format("Istio takes no pods of '{}' into the mesh", name_space),
               "use a namespace of the ring's own");
    }
    const auto& name = spec_.text("name");
    if (spec_.flag("testClient") && (name == "cqlsh" || name == "cqlsh-noistio")) {
      complain_.at("name", fmt::format("the ring and a test client are both named '{}'", name),
               "choose another name", {{"testClient", "asked for here"}});
    }
  }

  void mangled(std::string_view path) {
    const auto& text = spec_.text(path);
    auto problem = flavour(plan_.flavour).mangles(path, text);
    if (problem.empty() && plan_.flavour != FlavourName::custom && path != "cluster.name") {
      const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
      // Source: java.util.Properties.load, which SnitchProperties uses.
      if (!ascii) problem = "has a letter that is not ASCII, and Java reads the file that it goes to as Latin-1";
    }
    if (problem.empty()) return;
    complain_.at(path,
             fmt::format("'{}' can't be carried by the start script of {}: it {}", path,
                         flavour_words(), problem),
             "choose another name", {{"image", "the image"}});
  }

  std::string_view flavour_words() const {
    switch (plan_.flavour) {
      case FlavourName::google_samples: return "google-samples images";
      case FlavourName::official: return "the official image";
      case FlavourName::bitnami: return "Bitnami's image";
      default: return "the image";
    }
  }

  void snitch() {
    const auto& snitch = spec_.text("cluster.snitch");
    if (plan_.flavour == FlavourName::google_samples && snitch != "GossipingPropertyFileSnitch") {
      complain_.at("cluster.snitch",
               "the start script of google-samples images always sets GossipingPropertyFileSnitch, as "
               "datacenter and rack are given",
               "remove 'cluster.snitch', or use another image", {{"image", "the image"}});
      return;
    }
    if (snitch != "SimpleSnitch") return;
    for (const auto* path : {"cluster.datacenter", "cluster.rack", "racks"}) {
      if (spec_.given(path)) {
        complain_.at("cluster.snitch", fmt::format("SimpleSnitch does not read '{}'", path),
                 "use GossipingPropertyFileSnitch", {{path, "given here"}});
        return;
      }
    }
  }

  void labels() {
    static const std::set<std::string_view> own{"app", "rack", "app.kubernetes.io/version",
                                                "istio-injection", "istio.io/rev",
                                                "istio.io/dataplane-mode", "sidecar.istio.io/inject"};
    for (const auto& [key, value, comment] : spec_.value("labels").entries) {
      if (!own.contains(key)) continue;
      const auto place = value.origin.key_where();
      if (key == "app") {
        complain_.at(place, "the label 'app' is always the ring's name", "set 'name'");
      } else if (key == "rack") {
        complain_.at(place, "the label 'rack' tells the ring's racks apart", "set 'racks'");
      } else if (key == "app.kubernetes.io/version") {
        complain_.at(place, fmt::format("the label '{}' is always Cassandra's version", key), "set 'version'");
      } else {
        complain_.at(place, fmt::format("the label '{}' follows from the keys of 'mesh'", key),
                    "set 'mesh.mode', 'mesh.injection' or 'mesh.revision'");
      }
    }
  }

  // --- ports ----------------------------------------------------------------------------------------

  void ports() {
    for (std::size_t i = 0; i < port_keys.size(); ++i) {
      const auto number = spec_.integer(port_keys[i]);
      for (std::size_t j = 0; j < i; ++j) {
        if (number != 0 && number == spec_.integer(port_keys[j])) {
          const auto [at, other] = spec_.given(port_keys[i]) ? std::pair{port_keys[i], port_keys[j]}
                                                             : std::pair{port_keys[j], port_keys[i]};
          complain_.at(at, fmt::format("port {} is that of '{}' too", number, other),
                   "give each a port of its own", {{other, "the other one"}});
        }
      }
      if (plan_.mode == MeshMode::sidecar && std::ranges::find(sidecar_ports, number) != sidecar_ports.end()) {
        complain_.at(port_keys[i], fmt::format("port {} belongs to Istio's sidecar", number),
                 "take another port");
      }
      constexpr int first_unprivileged = 1024;
      if (number != 0 && number < first_unprivileged) {
        complain_.at(port_keys[i],
                 fmt::format("port {} is below 1024, for which many systems ask root's rights, and Cassandra "
                             "runs without them",
                             number),
                 "take a higher port");
      }
    }
    if (spec_.text("ports.internode") != "false") return;
    if (plan_.mode == MeshMode::sidecar) {
      complain_.at("ports.internode",
               "without the internode port in the Service, the sidecars know nothing of the ring's own "
               "traffic and send it in plaintext",
               "leave it in, or set 'mesh.mode' to none");
    } else if (plan_.authorization_policy) {
      complain_.at("ports.internode", "'mesh.clients' must admit the ring itself to its internode port",
               "leave it in", {{"mesh.clients", "asked for here"}});
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
      const auto is_this = [&](const char* key) {
        return !spec_.sound(key) || spec_.text(key) == port.text;
      };
      if (std::ranges::any_of(port_keys, is_this)) continue;
      complain_.at(port.origin.place(), fmt::format("port {} is none of the ring's", port.text),
                  fmt::format("the ring's ports are {}", known_ports()));
    }
  }

  std::string known_ports() const {
    std::vector<std::string> numbers;
    for (const auto* key : port_keys) {
      if (spec_.text(key) != "false") numbers.push_back(spec_.text(key));
    }
    return fmt::format("{}", fmt::join(numbers, ", "));
  }

  // --- memory ---------------------------------------------------------------------------------------

  void heap() {
    const auto heap = jvm_bytes(spec_.text("heap.max"));
    const auto young = jvm_bytes(spec_.text("heap.new"));
    if (heap && young && *young >= *heap) {
      const auto [at, other] = spec_.given("heap.new") ? std::pair{"heap.new", "heap.max"}
                                                       : std::pair{"heap.max", "heap.new"};
      complain_.at(at,
               fmt::format("the young generation ({}) does not fit into the heap ({})",
                           spec_.text("heap.new"), spec_.text("heap.max")),
               fmt::format("set '{}' too, or another size", other), {{other, "the other one"}});
    }
    const auto& limit = spec_.value("resources")["limits"]["memory"];
    const auto bytes = quantity(limit.text);
    if (heap && bytes && Quantity{.whole = *heap} >= *bytes && spec_.sound("heap.max")) {
      std::vector<Related> related;
      if (spec_.given("heap.max")) related.push_back({spec_.place("heap.max"), "the heap"});
      complain_.at(limit.origin.place(),
                  fmt::format("a heap of {} does not fit into a memory limit of {}", spec_.text("heap.max"),
                              limit.text),
                  "raise the limit: Cassandra needs as much again besides its heap", std::move(related));
    }
  }

  void resources() {
    const auto& resources = spec_.value("resources");
    for (const auto* group : {"requests", "limits"}) {
      for (const auto& [name, amount, comment] : resources[group].entries) {
        if (const auto number = quantity(amount.text); number && *number >= Quantity{}) continue;
        complain_.at(amount.origin.place(), fmt::format("'{}' is no quantity, as in 500m or 2Gi", amount.text));
      }
    }
    for (const auto& [name, request, comment] : resources["requests"].entries) {
      const auto& limit = resources["limits"][name];
      const auto least = quantity(request.text);
      const auto most = quantity(limit.text);
      if (!least || !most || *least <= *most) continue;
      complain_.at(request.origin.place(),
                  fmt::format("a request of {} {} is more than its limit of {}", request.text, name, limit.text),
                  "raise the limit, or lower the request", {{limit.origin.place(), "the limit"}});
    }
  }

  // --- what Kubernetes takes as a text only ---------------------------------------------------------

  void node_selectors() {
    texts("nodeSelector", spec_.value("nodeSelector"));
    for (const auto& [none, rack, comment] : spec_.value("racks").entries) {
      texts("racks[].nodeSelector", rack["nodeSelector"]);
    }
  }

  void texts(std::string_view path, const Value& mapping) {
    for (const auto& [name, value, comment] : mapping.entries) {
      if (value.kind == Value::Kind::scalar && !value.typed) continue;
      if (value.kind == Value::Kind::scalar) {
        complain_.at(value.origin.place(), fmt::format("'{}' in '{}' is a text, not {}", name, path, value.text),
                    fmt::format("write it in quotes: \"{}\"", value.text));
      } else {
        complain_.at(place_of(value),
                    fmt::format("'{}' in '{}' is a text, not a {}", name, path,
                                value.is_mapping() ? "mapping" : "list"),
                    value.origin ? "" : "write a dot that belongs to the key as '\\.'");
      }
    }
  }

  /// Where a value was written, or, if `--set` wrote only a part of it, that part.
  static Place place_of(const Value& value) {
    const auto* at = &value;
    while (!at->origin && !at->entries.empty()) at = &at->entries.front().value;
    return at->origin ? at->origin.place() : Place{};
  }

  // --- security contexts ----------------------------------------------------------------------------

  void security_contexts() {
    if (plan_.mode != MeshMode::sidecar) return;
    for (const auto* path : {"podSecurityContext", "securityContext"}) {
      for (const auto* key : {"runAsUser", "runAsGroup"}) {
        const auto& id = spec_.value(path)[key];
        if (id.text != sidecar_user) continue;
        complain_.at(id.origin.place(),
                    fmt::format("'{}: {}' is the sidecar's own, and its traffic goes past the mesh", key, id.text),
                    "choose another number");
      }
    }
  }

  void start_script_needs() {
    if (plan_.flavour == FlavourName::custom) return;
    const auto& container = spec_.value("securityContext");
    if (container["readOnlyRootFilesystem"].text == "true") {
      complain_.at(container["readOnlyRootFilesystem"].origin.place(),
                  fmt::format("{} can't start with a read-only root file system: the start script writes the "
                              "configuration",
                              capitalised(flavour_words())),
                  "remove it");
    }
    if (plan_.flavour != FlavourName::google_samples) return;
    for (const auto* path : {"podSecurityContext", "securityContext"}) {
      const auto& context = spec_.value(path);
      if (context["runAsNonRoot"].text == "true") needs_root(context["runAsNonRoot"]);
      if (const auto& user = context["runAsUser"]; user && user.text != "0") needs_root(user);
    }
    for (const auto& [none, dropped, comment] : container["capabilities"]["drop"].entries) {
      if (dropped.text == "ALL") needs_root(dropped);
    }
  }

  void needs_root(const Value& at) {
    complain_.at(at.origin.place(),
                "the start script of google-samples images needs root: it changes /run.sh, hands the "
                "data over to its own user and becomes that user",
                "remove it, or use the official image");
  }

  static std::string capitalised(std::string_view text) {
    std::string out(text);
    if (out.starts_with("the ")) out.replace(0, 1, "T");
    return out;
  }

  // --- the environment ------------------------------------------------------------------------------

  void environment() {
    std::set<std::string_view> seen;
    for (const auto& [none, variable, comment] : spec_.value("env").entries) {
      const auto& name = variable["name"];
      if (name.text.empty()) {
        complain_.at(variable.origin.place(), "an environment variable has a name",
                    "as in {name: TZ, value: UTC}");
        continue;
      }
      const auto place = name.origin.place();
      if (name.text.find('=') != std::string::npos) {
        complain_.at(place, fmt::format("'{}' has a '=', which no name of a variable can have", name.text),
                    "put what follows it into 'value'");
      }
      if (!seen.insert(name.text).second) {
        complain_.at(place, fmt::format("there are two variables '{}'", name.text), "remove one of the two");
      }
      variable_value(variable);
    }
  }

  void variable_value(const Value& variable) {
    const auto& value = variable["value"];
    if (value.kind == Value::Kind::scalar && value.typed) {
      complain_.at(value.origin.place(), fmt::format("the value of a variable is a text, not {}", value.text),
                  fmt::format("write it in quotes: \"{}\"", value.text));
    } else if (value.is_mapping() || value.is_sequence()) {
      complain_.at(value.origin.place(),
                  fmt::format("the value of a variable is a text, not {}", spec::shown(value.origin)));
    }
    if (!value.text.empty() && variable["valueFrom"]) {
      complain_.at(value.origin.place(), "a variable has 'value' or 'valueFrom', not both", "remove one of the two",
                  {{variable["valueFrom"].origin.place(), "the other one"}});
    }
  }

  /// Variables that cassmesh sets itself, or that would undo what it sets.
  void set_variables() {
    const auto& facts = flavour(plan_.flavour);
    for (const auto& [none, variable, comment] : spec_.value("env").entries) {
      const auto& name = variable["name"].text;
      if (name.empty()) continue;
      const auto place = variable["name"].origin.place();
      const auto own = std::ranges::find(facts.variables, name, &Variable::name);
      if (own != facts.variables.end()) {
        complain_.at(place, fmt::format("'{}' is set by '{}'", name, own->key),
                    fmt::format("set '{}' instead", own->key));
      } else if (name == "POD_IP") {
        complain_.at(place, "'POD_IP' is set to the pod's IP already", "remove it");
      } else if (name == "CASSANDRA_ENDPOINT_SNITCH") {
        complain_.at(place,
                    fmt::format("'{}' has no effect: the start script of google-samples images sets it itself",
                                name),
                    "remove it");
      } else if (std::ranges::find(facts.reserved, name) != facts.reserved.end()) {
        complain_.at(place, fmt::format("'{}' would work against the listen address that is rendered", name),
                    "use 'listen'");
      }
    }
  }

  // --- patches --------------------------------------------------------------------------------------

  void patches() {
    for (const auto& [none, patch, comment] : spec_.value("patches").entries) {
      const auto& merge = patch["merge"];
      if (!merge.is_mapping() || !merge.entries.empty()) continue;
      complain_.at(merge.origin.place(), "this patch changes nothing", "remove it, or say what to merge");
    }
  }

  const spec::ClusterSpec& spec_;
  const Plan& plan_;
  Complaints complain_;
};

}  // namespace

void find_clashes(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems) {
  Clashes(spec, plan, problems).find();
}

}  // namespace cassmesh::render
