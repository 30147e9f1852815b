// Which templates are filled in, how often and when, and with which values.

#include "objects.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "authorization.hpp"
#include "environment.hpp"
#include "metadata.hpp"
#include "scheduling.hpp"

namespace cassmesh::render {
namespace {

using mesh::Capability;
using mesh::versions_with;
using yaml::Entry;
using yaml::Value;

constexpr std::string_view ready_command =
    R"(nodetool status | grep -Eq "^UN[[:space:]]+${POD_IP//./\\.}[[:space:]]")";

/// How long the sidecar stays after the pod was told to stop, in seconds; a drain takes less.
constexpr int drain_seconds = 60;

/// An object that the manifest has once, if at all.
struct SharedObject {
  std::string_view name;  ///< the template's
  std::string_view kind;
  bool (*wanted)(const spec::ClusterSpec& spec);
};

bool always(const spec::ClusterSpec& /*spec*/) {
  return true;
}

/// The objects before the StatefulSets, in the order in which they are applied. Those without a
/// condition are Istio's: they are rendered if the plan has chosen an API version for them.
constexpr std::array shared_objects{
    SharedObject{"namespace.yaml", "Namespace",
                 [](const spec::ClusterSpec& spec) { return spec.flag("createNamespace"); }},
    SharedObject{"service-account.yaml", "ServiceAccount",
                 [](const spec::ClusterSpec& spec) { return !spec.given("serviceAccount"); }},
    SharedObject{"service.yaml", "Service", always},
    SharedObject{"peer-authentication.yaml", "PeerAuthentication", nullptr},
    SharedObject{"policy.yaml", "Policy", nullptr},
    SharedObject{"destination-rule.yaml", "DestinationRule", nullptr},
    SharedObject{"authorization-policy.yaml", "AuthorizationPolicy", nullptr},
    SharedObject{"pod-disruption-budget.yaml", "PodDisruptionBudget",
                 [](const spec::ClusterSpec& spec) { return spec.given("podDisruptionBudget"); }},
};

class Objects {
 public:
  Objects(const spec::ClusterSpec& spec, const Plan& plan, const Templates& templates)
      : spec_(spec), plan_(plan), templates_(templates) {}

  std::vector<Value> make() {
    for (const auto& [name, kind, wanted] : shared_objects) {
      const auto chosen = plan_.api_versions.find(kind);
      if (wanted != nullptr ? !wanted(spec_) : chosen == plan_.api_versions.end()) continue;
      auto values = common_values();
      if (wanted == nullptr) values["apiVersion"] = Value::string(chosen->second);
      add(name, values);
    }
    for (const auto& set : plan_.stateful_sets) add("stateful-set.yaml", stateful_set_values(set));
    if (!spec_.flag("testClient")) return std::move(objects_);
    add("cqlsh.yaml", client_values("cqlsh"));
    add("cqlsh-noistio.yaml", client_values("cqlsh-noistio"));
    return std::move(objects_);
  }

 private:
  void add(std::string_view name, const Values& values) {
    objects_.push_back(templates_.fill(name, values));
  }

  Values common_values() const {
    const auto& name = spec_.text("name");
    Values values;
    values["name"] = Value::string(name);
    values["namespace"] = Value::string(spec_.text("namespace"));
    values["labels"] = labels(spec_, {{"app", Value::string(name)}});
    values["annotations"] = annotations(spec_);
    values["selector"] = selector(spec_);
    values["serviceAccount"] = Value::string(plan_.service_account);
    values["namespaceLabels"] = namespace_labels(spec_, plan_);
    values["servicePorts"] = service_ports();
    values["host"] =
        Value::string(fmt::format("{}.{}.svc.cluster.local", name, spec_.text("namespace")));
    values["mtlsMode"] = Value::string(plan_.mtls == Mtls::strict ? "STRICT" : "PERMISSIVE");
    values["authorizationRules"] = authorization_rules(spec_, plan_);
    values["podDisruptionBudget"] = disruption_budget(spec_);
    values["imagePullSecrets"] = or_absent(spec_.value("imagePullSecrets"));
    return values;
  }

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
        comment = {"A name begins with its protocol: without `tcp-`, Istio would have to guess."};
        if (plan_.mode == MeshMode::sidecar) {
          comment.emplace_back(
              "A port that is not listed here is unknown to the sidecars: it never has mTLS.");
        }
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

  Values stateful_set_values(const StatefulSetPlan& set) const {
    auto values = common_values();
    const auto& image = flavour(plan_.flavour);
    const auto begun = image.start != nullptr ? image.start(plan_.listen, spec_) : Start();
    values["statefulSet"] = Value::string(set.name);
    values["replicas"] = Value::integer(set.replicas);
    values["ringSelector"] = ring_selector(set);
    values["ringLabels"] = ring_labels(set, false);
    values["podLabels"] = ring_labels(set, true);
    values["podAnnotations"] = pod_annotations();
    values["terminationGracePeriodSeconds"] = spec_.value("terminationGracePeriodSeconds");
    values["podSecurityContext"] = pod_security_context();
    values["securityContext"] = container_security_context();
    values["nodeSelector"] = node_selector(spec_, set);
    values["topologySpreadConstraints"] = spread_constraints(spec_);
    for (const auto* key : {"tolerations", "affinity", "resources"}) {
      values[key] = or_absent(spec_.value(key));
    }
    values["image"] = spec_.value("image");
    values["imagePullPolicy"] = spec_.value("imagePullPolicy");
    values["command"] = begun.command;
    values["args"] = begun.args;
    values["containerPorts"] = container_ports();
    values["env"] = container_environment(spec_, plan_, set);
    values["readyCommand"] = Value::string(std::string(ready_command));
    values["dataPath"] = Value::string(std::string(image.image.data));
    values["accessMode"] = spec_.value("storage.accessMode");
    values["storageClass"] = spec_.value("storage.class");
    values["storageSize"] = spec_.value("storage.size");
    return values;
  }

  bool has_racks() const { return !spec_.value("racks").entries.empty(); }

  Value ring_selector(const StatefulSetPlan& set) const {
    auto value = selector(spec_);
    if (has_racks()) value.set("rack", Value::string(set.rack));
    return value;
  }

  Value ring_labels(const StatefulSetPlan& set, bool on_pod) const {
    auto own = ring_selector(set).entries;
    if (!plan_.version.empty()) {
      own.push_back({"app.kubernetes.io/version", Value::string(plan_.version)});
    }
    if (on_pod && labels_pods(spec_, plan_)) own.push_back(mesh_label(spec_, plan_, true));
    return labels(spec_, std::move(own));
  }

  Value pod_annotations() const {
    if (plan_.mode != MeshMode::sidecar) return {};
    std::string config;
    std::vector<std::string> comment;
    if (plan_.istio.overlaps(versions_with(Capability::hold_application_until_proxy_starts))) {
      config += "holdApplicationUntilProxyStarts: true\n";
      comment.push_back(from_then_on(Capability::hold_application_until_proxy_starts,
                                     "starts before Cassandra, which dials its seeds at once."));
    }
    if (plan_.istio.overlaps(versions_with(Capability::termination_drain_duration))) {
      const auto seconds = std::min(drain_seconds, spec_.integer("terminationGracePeriodSeconds"));
      config += fmt::format("terminationDrainDuration: {}s\n", seconds);
      comment.push_back(from_then_on(Capability::termination_drain_duration,
                                     "outlives `nodetool drain`, the goodbye to the peers."));
    }
    if (config.empty()) return {};
    return Value::mapping({{"proxy.istio.io/config", Value::string(config), comment}});
  }

  /// What the sidecar does, with the versions on which it does if those are not all of the plan's.
  std::string from_then_on(Capability capability, std::string_view does) const {
    const auto& versions = versions_with(capability);
    if (versions.contains(plan_.istio)) return fmt::format("The sidecar {}", does);
    return fmt::format("On {} the sidecar {}", in_words(versions & plan_.istio), does);
  }

  Value pod_security_context() const {
    if (spec_.given("podSecurityContext")) return or_absent(spec_.value("podSecurityContext"));
    const auto group = flavour(plan_.flavour).fs_group;
    return group == 0 ? Value() : Value::mapping({{"fsGroup", Value::integer(group)}});
  }

  Value container_security_context() const {
    if (spec_.given("securityContext")) return or_absent(spec_.value("securityContext"));
    const auto& added = flavour(plan_.flavour).capabilities;
    if (added.empty()) return {};
    return Value::mapping({{"capabilities", Value::mapping({{"add", Value::strings(added)}})}});
  }

  Values client_values(const std::string& name) const {
    const bool outside = name == "cqlsh-noistio";
    auto values = common_values();
    values["clientLabels"] = labels(spec_, {{"app", Value::string(name)}});
    values["clientSelector"] = Value::mapping({{"app", Value::string(name)}});
    values["clientPodLabels"] = client_pod_labels(name, outside);
    const auto image = flavour(plan_.flavour).client_image;
    values["clientImage"] =
        image.empty() ? spec_.value("image") : Value::string(std::string(image));
    auto env = Value::sequence();
    add_variable(
        env, "CQLSH_HOST",
        fmt::format("{}.{}.svc.cluster.local", spec_.text("name"), spec_.text("namespace")));
    add_variable(env, "CQLSH_PORT", spec_.text("ports.cql"));
    values["clientEnv"] = std::move(env);
    values["clientAnnotations"] = client_annotations();
    values["clientPodAnnotations"] = Value();
    if (outside && plan_.mode == MeshMode::sidecar) {
      values["clientPodAnnotations"] =
          Value::mapping({{"sidecar.istio.io/inject",
                           Value::string("false"),
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
    } else if (labels_pods(spec_, plan_)) {
      own.push_back(mesh_label(spec_, plan_, true));
    }
    return labels(spec_, std::move(own));
  }

  Value client_annotations() const {
    auto annotations = Value::mapping();
    if (plan_.mtls == Mtls::strict) {
      annotations.set("cassmesh/ignore",
                      Value::string("plaintext-client-of-strict-ring: it is here to be refused"));
    }
    merge(annotations, spec_.value("annotations"));
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
