// The values that templates are filled in with. Which template is filled in, how often and when, is one table
// at the end; everything above makes values.

#include "objects.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace cassmesh::render {
namespace {

using mesh::Capability;
using mesh::versions_with;
using yaml::Entry;
using yaml::Value;

/// The official image with the cqlsh of Cassandra 3.11: google-samples images have none that runs.
constexpr std::string_view client_image_for_google_samples = "cassandra:3.11";

constexpr std::string_view ready_command =
    R"(nodetool status | grep -Eq "^UN[[:space:]]+${POD_IP//./\\.}[[:space:]]")";

/// How long the sidecar stays after the pod was told to stop, in seconds; a drain takes less.
constexpr int drain_seconds = 60;

/// Lays a mapping over another; null takes a key away.
void merge_under(Value& base, const Value& over) {
  for (const auto& [key, value, comment] : over.entries) {
    if (value.kind == Value::Kind::null) {
      std::erase_if(base.entries, [&](const Entry& entry) { return entry.key == key; });
    } else {
      base.set(key, value);
    }
  }
}

Value or_absent(Value value) { return value.entries.empty() ? Value() : std::move(value); }

Value pod_ip_reference() {
  return Value::mapping({{"fieldRef", Value::mapping({{"fieldPath", Value::string("status.podIP")}})}});
}

class Objects {
 public:
  Objects(const spec::ClusterSpec& spec, const Plan& plan, const Templates& templates)
      : spec_(spec), plan_(plan), templates_(templates) {}

  std::vector<Value> make() {
    const bool meshed = plan_.mode != MeshMode::none;
    const auto mtls_kind = plan_.api_versions.contains("Policy") ? "Policy" : "PeerAuthentication";
    const bool mtls = plan_.mtls != Mtls::inherit && meshed;
    add("namespace.yaml", spec_.flag("createNamespace"));
    add("service-account.yaml", !spec_.given("serviceAccount"));
    add("service.yaml", true);
    add_policy("peer-authentication.yaml", mtls && mtls_kind == std::string("PeerAuthentication"),
               "PeerAuthentication");
    add_policy("policy.yaml", mtls && mtls_kind == std::string("Policy"), "Policy");
    add_policy("destination-rule.yaml", plan_.destination_rule, "DestinationRule");
    add_policy("authorization-policy.yaml", plan_.authorization_policy, "AuthorizationPolicy");
    add("pod-disruption-budget.yaml", spec_.given("podDisruptionBudget"));
    for (const auto& set : plan_.stateful_sets) {
      objects_.push_back(templates_.fill("stateful-set.yaml", stateful_set_values(set)));
    }
    const bool client = spec_.flag("testClient") && meshed;
    if (client) objects_.push_back(templates_.fill("cqlsh.yaml", client_values("cqlsh")));
    if (client) objects_.push_back(templates_.fill("cqlsh-noistio.yaml", client_values("cqlsh-noistio")));
    return std::move(objects_);
  }

 private:
  void add(std::string_view name, bool wanted) {
    if (wanted) objects_.push_back(templates_.fill(name, common_values()));
  }

  void add_policy(std::string_view name, bool wanted, std::string_view kind) {
    if (!wanted) return;
    auto values = common_values();
    values["apiVersion"] = Value::string(plan_.api_versions.find(kind)->second);
    objects_.push_back(templates_.fill(name, values));
  }

  // --- what several objects share ---------------------------------------------------------------------

  Values common_values() const {
    const auto& name = spec_.text("name");
    Values values;
    values["name"] = Value::string(name);
    values["namespace"] = Value::string(spec_.text("namespace"));
    values["labels"] = labels({{"app", Value::string(name)}});
    values["annotations"] = annotations();
    values["selector"] = selector();
    values["serviceAccount"] = Value::string(plan_.service_account);
    values["namespaceLabels"] = namespace_labels();
    values["servicePorts"] = service_ports();
    values["host"] =
        Value::string(fmt::format("{}.{}.svc.cluster.local", name, spec_.text("namespace")));
    values["mtlsMode"] = Value::string(plan_.mtls == Mtls::strict ? "STRICT" : "PERMISSIVE");
    values["authorizationRules"] = authorization_rules();
    values["podDisruptionBudget"] = disruption_budget();
    return values;
  }

  /// The given labels and the user's.
  Value labels(std::vector<Entry> own) const {
    auto value = Value::mapping(std::move(own));
    merge_under(value, spec_.value("labels"));
    return or_absent(std::move(value));
  }

  Value annotations() const {
    auto value = Value::mapping();
    merge_under(value, spec_.value("annotations"));
    return or_absent(std::move(value));
  }

  Value selector() const { return Value::mapping({{"app", Value::string(spec_.text("name"))}}); }

  /// The label that asks for the mesh, on a namespace or, with `pod-label`, on a pod.
  Entry mesh_label(bool on_pod) const {
    if (plan_.mode == MeshMode::ambient) {
      return {"istio.io/dataplane-mode", Value::string("ambient"),
              {"Takes the pods into the mesh, in ambient mode."}};
    }
    const std::vector<std::string> comment{"Asks Istio for a sidecar."};
    if (spec_.given("mesh.revision")) {
      return {"istio.io/rev", Value::string(spec_.text("mesh.revision")), comment};
    }
    if (on_pod) return {"sidecar.istio.io/inject", Value::string("true"), comment};
    return {"istio-injection", Value::string("enabled"), comment};
  }

  bool labels_pods() const { return spec_.text("mesh.injection") == "pod-label"; }

  Value namespace_labels() const {
    if (plan_.mode == MeshMode::none || labels_pods()) return labels({});
    return labels({mesh_label(false)});
  }

  // --- Service and policies ---------------------------------------------------------------------------

  struct Port {
    std::string_view key;
    std::string_view service_name;
    std::string_view container_name;
  };
  static constexpr std::array ring_ports{
      Port{"ports.cql", "tcp-client", "cql"},
      Port{"ports.internode", "tcp-intra-node", "intra-node"},
      Port{"ports.internodeTls", "tcp-tls-intra-node", "tls-intra-node"},
      Port{"ports.jmx", "tcp-jmx", "jmx"},
  };

  Value service_ports() const {
    auto ports = Value::sequence();
    for (const auto& [key, service_name, container_name] : ring_ports) {
      const auto number = spec_.integer(key);
      if (number == 0) continue;
      std::vector<std::string> comment;
      if (ports.entries.empty() && plan_.mode != MeshMode::none) {
        comment = {"A name begins with its protocol: without `tcp-`, Istio would have to guess. A port that",
                   "is not listed here is unknown to the sidecars and goes without mTLS."};
      }
      ports.add(Value::mapping({{"name", Value::string(std::string(service_name))},
                                {"port", Value::integer(number)}}),
                std::move(comment));
    }
    return or_absent(std::move(ports));
  }

  Value container_ports() const {
    auto ports = Value::sequence();
    for (const auto& [key, service_name, container_name] : ring_ports) {
      const auto number = spec_.integer(key);
      if (number == 0) continue;
      ports.add(Value::mapping({{"name", Value::string(std::string(container_name))},
                                {"containerPort", Value::integer(number)}}));
    }
    return or_absent(std::move(ports));
  }

  Value authorization_rules() const {
    if (!plan_.authorization_policy) return {};
    auto rules = Value::sequence();
    std::vector<std::string> ring_port_numbers;
    for (const auto* key : {"ports.internode", "ports.internodeTls"}) {
      if (spec_.integer(key) != 0) ring_port_numbers.push_back(spec_.text(key));
    }
    const auto& own_namespace = spec_.text("namespace");
    rules.add(rule("principals", principal(own_namespace, plan_.service_account), ring_port_numbers),
              {"The ring's own nodes."});
    const std::vector<std::string> cql{spec_.text("ports.cql")};
    for (const auto& [none, client, comment] : spec_.value("mesh.clients").entries) {
      auto ports = cql;
      if (client["ports"]) {
        ports.clear();
        for (const auto& [key, port, note] : client["ports"].entries) ports.push_back(port.text);
      }
      const auto& name_space = client["namespace"].text;
      const auto& account = client["serviceAccount"];
      rules.add(account ? rule("principals", principal(name_space, account.text), ports)
                        : rule("namespaces", name_space, ports));
    }
    if (spec_.flag("testClient")) {
      rules.add(rule("principals", principal(own_namespace, "default"), cql), {"The test client."});
    }
    return rules;
  }

  /// `cluster.local` stands for the mesh's own trust domain, whatever its name.
  /// Source: istio/istio pilot/pkg/security/trustdomain/bundle.go, 1.4.0 to 1.30.0.
  static std::string principal(std::string_view name_space, std::string_view account) {
    return fmt::format("cluster.local/ns/{}/sa/{}", name_space, account);
  }

  static Value rule(std::string_view by, const std::string& who,
                    const std::vector<std::string>& ports) {
    auto source = Value::mapping(
        {{"source", Value::mapping({{std::string(by), Value::strings({who})}})}});
    auto operation =
        Value::mapping({{"operation", Value::mapping({{"ports", Value::strings(ports)}})}});
    return Value::mapping({{"from", Value::sequence({std::move(source)})},
                           {"to", Value::sequence({std::move(operation)})}});
  }

  Value disruption_budget() const {
    auto budget = spec_.value("podDisruptionBudget");
    if (budget && !budget["selector"]) {
      budget.set("selector", Value::mapping({{"matchLabels", selector()}}));
    }
    return budget;
  }

  // --- StatefulSet ------------------------------------------------------------------------------------

  Values stateful_set_values(const StatefulSetPlan& set) const {
    auto values = common_values();
    const auto begun = start(plan_.flavour, plan_.listen, spec_);
    values["statefulSet"] = Value::string(set.name);
    values["replicas"] = Value::integer(set.replicas);
    values["ringSelector"] = ring_selector(set);
    values["ringLabels"] = ring_labels(set, false);
    values["podLabels"] = ring_labels(set, true);
    values["podAnnotations"] = pod_annotations();
    values["terminationGracePeriodSeconds"] = spec_.value("terminationGracePeriodSeconds");
    values["podSecurityContext"] = pod_security_context();
    values["securityContext"] = container_security_context();
    values["nodeSelector"] = node_selector(set);
    for (const auto* key : {"tolerations", "affinity", "topologySpreadConstraints", "resources"}) {
      values[key] = or_absent(spec_.value(key));
    }
    values["image"] = spec_.value("image");
    values["imagePullPolicy"] = spec_.value("imagePullPolicy");
    values["command"] = begun.command;
    values["args"] = begun.args;
    values["containerPorts"] = container_ports();
    values["env"] = environment(set);
    values["readyCommand"] = Value::string(std::string(ready_command));
    values["dataPath"] = Value::string(std::string(flavour(plan_.flavour).data));
    values["accessMode"] = spec_.value("storage.accessMode");
    values["storageClass"] = spec_.value("storage.class");
    values["storageSize"] = spec_.value("storage.size");
    return values;
  }

  bool has_racks() const { return !spec_.value("racks").entries.empty(); }

  Value ring_selector(const StatefulSetPlan& set) const {
    auto value = selector();
    if (has_racks()) value.set("rack", Value::string(set.rack));
    return value;
  }

  Value ring_labels(const StatefulSetPlan& set, bool on_pod) const {
    auto own = ring_selector(set).entries;
    if (!plan_.version.empty()) {
      own.push_back({"app.kubernetes.io/version", Value::string(plan_.version)});
    }
    if (on_pod && labels_pods() && plan_.mode != MeshMode::none) own.push_back(mesh_label(true));
    return labels(std::move(own));
  }

  Value pod_annotations() const {
    if (plan_.mode != MeshMode::sidecar) return {};
    std::string config;
    std::vector<std::string> comment;
    if (plan_.istio.overlaps(versions_with(Capability::hold_application_until_proxy_starts))) {
      config += "holdApplicationUntilProxyStarts: true\n";
      comment.emplace_back("The sidecar starts before Cassandra, which dials its seeds at once,");
    }
    if (plan_.istio.overlaps(versions_with(Capability::termination_drain_duration))) {
      const auto seconds = std::min(drain_seconds, spec_.integer("terminationGracePeriodSeconds"));
      config += fmt::format("terminationDrainDuration: {}s\n", seconds);
      comment.emplace_back(config.starts_with("hold")
                               ? "and outlives `nodetool drain`, which says goodbye to the peers."
                               : "The sidecar outlives `nodetool drain`, which says goodbye to the peers.");
    }
    if (config.empty()) return {};
    return Value::mapping({{"proxy.istio.io/config", Value::string(config), comment}});
  }

  Value pod_security_context() const {
    if (spec_.given("podSecurityContext")) return or_absent(spec_.value("podSecurityContext"));
    if (plan_.flavour != FlavourName::bitnami) return {};
    // The user of Bitnami's image must be able to write to the volume.
    return Value::mapping({{"fsGroup", Value::integer(1001)}});
  }

  Value container_security_context() const {
    if (spec_.given("securityContext")) return or_absent(spec_.value("securityContext"));
    if (plan_.flavour != FlavourName::google_samples) return {};
    // Lets the JVM lock its memory, as Kubernetes' example has it.
    return Value::mapping({{"capabilities", Value::mapping({{"add", Value::strings({"IPC_LOCK"})}})}});
  }

  Value node_selector(const StatefulSetPlan& set) const {
    auto value = Value::mapping();
    merge_under(value, spec_.value("nodeSelector"));
    if (!set.zone.empty()) value.set("topology.kubernetes.io/zone", Value::string(set.zone));
    merge_under(value, set.node_selector);
    return or_absent(std::move(value));
  }

  // --- the container's environment --------------------------------------------------------------------

  Value environment(const StatefulSetPlan& set) const {
    auto env = Value::sequence();
    env.add(Value::mapping({{"name", Value::string("POD_IP")}, {"valueFrom", pod_ip_reference()}}));
    for (const auto& [name, key] : flavour(plan_.flavour).variables) {
      auto text = variable_text(key, set);
      if (!text.empty()) add_variable(env, name, escape_for_kubelet(text));
    }
    if (plan_.flavour == FlavourName::bitnami) {
      bitnami_addresses(env);
    } else if (plan_.flavour != FlavourName::google_samples) {
      official_addresses(env);
    }
    for (const auto& [none, variable, comment] : spec_.value("env").entries) env.add(variable);
    return env;
  }

  std::string variable_text(std::string_view key, const StatefulSetPlan& set) const {
    if (key == "seeds") return fmt::format("{}", fmt::join(plan_.seeds, ","));
    if (key == "cluster.rack") return set.rack;
    // A port is the image's own default, or left out of the Service only.
    if (key.starts_with("ports.") &&
        (spec_.integer(key) == 0 || spec_.text(key) == spec::fallback(key).text)) {
      return {};
    }
    return spec_.text(key);
  }

  static void add_variable(Value& env, std::string_view name, std::string value,
                           std::vector<std::string> comment = {}) {
    env.add(Value::mapping({{"name", Value::string(std::string(name))},
                            {"value", Value::string(std::move(value))}}),
            std::move(comment));
  }

  void official_addresses(Value& env) const {
    if (plan_.listen == Listen::pod_ip) {
      add_variable(env, "CASSANDRA_LISTEN_ADDRESS", "$(POD_IP)");
    } else {
      add_variable(env, "CASSANDRA_LISTEN_ADDRESS", "127.0.0.1",
                   {"Where the sidecars of Istio up to 1.9 deliver."});
    }
    add_variable(env, "CASSANDRA_BROADCAST_ADDRESS", "$(POD_IP)",
                 {"What peers and drivers dial."});
  }

  void bitnami_addresses(Value& env) const {
    if (plan_.listen == Listen::pod_ip) {
      add_variable(env, "CASSANDRA_CFG_YAML_LISTEN_ADDRESS", "$(POD_IP)");
    } else {
      add_variable(env, "CASSANDRA_CFG_YAML_LISTEN_ADDRESS", "127.0.0.1",
                   {"Where the sidecars of Istio up to 1.9 deliver."});
    }
    if (plan_.listen == Listen::both) {
      add_variable(env, "CASSANDRA_CFG_YAML_LISTEN_ON_BROADCAST_ADDRESS", "true",
                   {"And at the pod's IP, where all others deliver."});
    }
    add_variable(env, "CASSANDRA_BROADCAST_ADDRESS", "$(POD_IP)", {"What peers and drivers dial."});
    add_variable(env, "CASSANDRA_CFG_YAML_BROADCAST_RPC_ADDRESS", "$(POD_IP)");
  }

  // --- the test clients -------------------------------------------------------------------------------

  Values client_values(const std::string& name) const {
    const bool outside = name == "cqlsh-noistio";
    auto values = common_values();
    values["clientLabels"] = labels({{"app", Value::string(name)}});
    values["clientSelector"] = Value::mapping({{"app", Value::string(name)}});
    values["clientPodLabels"] = client_pod_labels(name, outside);
    values["clientImage"] = plan_.flavour == FlavourName::google_samples
                                ? Value::string(std::string(client_image_for_google_samples))
                                : spec_.value("image");
    auto env = Value::sequence();
    add_variable(env, "CQLSH_HOST",
                 fmt::format("{}.{}.svc.cluster.local", spec_.text("name"), spec_.text("namespace")));
    add_variable(env, "CQLSH_PORT", spec_.text("ports.cql"));
    values["clientEnv"] = std::move(env);
    values["clientAnnotations"] = client_annotations();
    values["clientPodAnnotations"] = Value();
    if (outside && plan_.mode == MeshMode::sidecar) {
      values["clientPodAnnotations"] =
          Value::mapping({{"sidecar.istio.io/inject", Value::string("false"),
                           {"The annotation is for Istio up to 1.11, the label for newer ones."}}});
    }
    return values;
  }

  Value client_pod_labels(const std::string& name, bool outside) const {
    std::vector<Entry> own{{"app", Value::string(name)}};
    if (outside && plan_.mode == MeshMode::sidecar) {
      own.push_back({"sidecar.istio.io/inject", Value::string("false")});
    } else if (outside) {
      own.push_back({"istio.io/dataplane-mode", Value::string("none")});
    } else if (labels_pods()) {
      own.push_back(mesh_label(true));
    }
    return labels(std::move(own));
  }

  Value client_annotations() const {
    auto annotations = Value::mapping();
    if (plan_.mtls == Mtls::strict) {
      annotations.set("cassmesh/ignore",
                      Value::string("plaintext-client-of-strict-ring: it is here to be refused"));
    }
    merge_under(annotations, spec_.value("annotations"));
    return or_absent(std::move(annotations));
  }

  const spec::ClusterSpec& spec_;
  const Plan& plan_;
  const Templates& templates_;
  std::vector<Value> objects_;
};

}  // namespace

std::vector<Value> make_objects(const spec::ClusterSpec& spec, const Plan& plan,
                                const Templates& templates) {
  return Objects(spec, plan, templates).make();
}

}  // namespace cassmesh::render
