// The table of all keys of a cluster spec. To add a key: add its row here, and use it in
// src/render; the schema, the reference page, `cassmesh init` and the reader follow by themselves.

#include <algorithm>
#include <array>

#include "cassmesh/spec.hpp"
#include "forms.hpp"

namespace cassmesh::spec {
namespace {

constexpr int most_nodes = 1000;
constexpr int most_seconds = 86'400;
constexpr int most_tokens = 1536;
constexpr int most_ports = 65'535;

const std::array table{
    // Names.
    Key{.path = "name",
        .type = Type::text,
        .fallback = "cassandra",
        .summary =
            "Name of the Service, of the StatefulSet and of what belongs to them; the pods are "
            "selected by the label `app: <name>`.",
        .form = &forms::object_name},
    Key{.path = "namespace",
        .type = Type::text,
        .fallback = "cassandra",
        .summary = "Namespace of all objects.",
        .form = &forms::dns_label},
    Key{.path = "createNamespace",
        .type = Type::boolean,
        .fallback = "true",
        .summary =
            "Whether the Namespace object is part of the manifest. If not, the namespace must "
            "carry the injection label already."},
    Key{.path = "labels",
        .type = Type::text_map,
        .fallback = "{}",
        .summary = "Further labels of all objects and of the pods."},
    Key{.path = "annotations",
        .type = Type::text_map,
        .fallback = "{}",
        .summary = "Annotations of all objects, but not of the pods (`patches` reach those)."},

    // Size.
    Key{.path = "replicas",
        .type = Type::integer,
        .fallback = "3",
        .summary = "Number of Cassandra nodes; with `racks`, each rack says its own.",
        .least = 1,
        .most = most_nodes},
    Key{.path = "seeds",
        .type = Type::integer,
        .fallback = "",
        .summary = "How many of the nodes are seeds: the first ones, by their per-pod DNS names.",
        .otherwise = "1 below 3 nodes, else 2",
        .example = "2",
        .least = 1,
        .most = most_nodes},

    // Cassandra's own settings.
    Key{.path = "cluster",
        .type = Type::group,
        .fallback = "",
        .summary = "Cassandra's own settings."},
    Key{.path = "cluster.name",
        .type = Type::text,
        .fallback = "K8Demo",
        .summary = "Name of the Cassandra cluster; it can't be changed once data is written.",
        .form = &forms::one_line},
    Key{.path = "cluster.datacenter",
        .type = Type::text,
        .fallback = "DC1-K8Demo",
        .summary = "Name of the datacenter.",
        .form = &forms::one_line},
    Key{.path = "cluster.rack",
        .type = Type::text,
        .fallback = "Rack1-K8Demo",
        .summary = "Name of the rack that all nodes are in; with `racks`, each has its own.",
        .form = &forms::one_line},
    Key{.path = "cluster.snitch",
        .type = Type::text,
        .fallback = "GossipingPropertyFileSnitch",
        .summary = "The snitch, which tells datacenters and racks apart.",
        .form = &forms::class_name},
    Key{.path = "cluster.numTokens",
        .type = Type::integer,
        .fallback = "",
        .summary = "Virtual nodes of each node; it can't be changed once data is written.",
        .otherwise = "the image's own",
        .example = "16",
        .least = 1,
        .most = most_tokens},

    // The image.
    Key{.path = "image",
        .type = Type::text,
        .fallback = "gcr.io/google-samples/cassandra:v13",
        .summary = "Container image that runs Cassandra.",
        .form = &forms::image},
    Key{.path = "imagePullPolicy",
        .type = Type::choice,
        .fallback = "",
        .summary = "When the image is pulled.",
        .otherwise = "Kubernetes' own, which goes by the tag",
        .example = "IfNotPresent",
        .choices = {"Always", "IfNotPresent", "Never"}},
    Key{.path = "imagePullSecrets",
        .type = Type::kubernetes_list,
        .fallback = "[]",
        .summary = "Secrets of the namespace with the credentials of the image's registry.",
        .example = "[{name: registry}]"},
    Key{.path = "flavour",
        .type = Type::choice,
        .fallback = "",
        .summary =
            "How the image is configured: like Kubernetes' Cassandra example "
            "(`google-samples`), Docker's official image, Bitnami's, or by itself (`custom`: "
            "started as it is, with the official image's environment).",
        .otherwise = "inferred from the image's name",
        .example = "google-samples",
        .choices = {"google-samples", "official", "bitnami", "custom"}},
    Key{.path = "version",
        .type = Type::text,
        .fallback = "",
        .summary = "Cassandra's version. Needed where the image's tag does not tell and something "
                   "turns on it; becomes the label `app.kubernetes.io/version`.",
        .otherwise = "inferred from the image's tag",
        .example = "3.11.2",
        .form = &forms::cassandra_version},
    Key{.path = "listen",
        .type = Type::choice,
        .fallback = "auto",
        .summary =
            "Where Cassandra listens for its peers: at 127.0.0.1 (`loopback`: sidecars up to "
            "Istio 1.9 deliver there), at the pod's IP (`pod-ip`: all others do), or at "
            "`both`, which runs everywhere and which `auto` takes wherever Cassandra can.",
        .choices = {"auto", "both", "loopback", "pod-ip"}},

    // The mesh.
    Key{.path = "mesh",
        .type = Type::group,
        .fallback = "",
        .summary = "The mesh around the ring."},
    Key{.path = "mesh.istio",
        .type = Type::text,
        .fallback = "",
        .summary =
            "The Istio versions that the manifest must run on: `1.24`, `1.24.2`, `1.9..1.24`, "
            "`1.10..`, `any`, or a comma list of these. A version that is more than 8 releases, "
            "two "
            "years, above the newest that cassmesh knows is refused as a slip; an open end holds "
            "whatever comes.",
        .otherwise = "the newest span of versions on which all other keys can be rendered",
        .example = "1.10..",
        .form = &forms::istio_range},
    Key{.path = "mesh.mode",
        .type = Type::choice,
        .fallback = "sidecar",
        .summary = "How the pods are in the mesh: with a sidecar each, in ambient mode, or not.",
        .choices = {"sidecar", "ambient", "none"}},
    Key{.path = "mesh.injection",
        .type = Type::choice,
        .fallback = "namespace-label",
        .summary = "What asks for the mesh: a label of the namespace or one of the pods.",
        .choices = {"namespace-label", "pod-label"}},
    Key{.path = "mesh.revision",
        .type = Type::text,
        .fallback = "",
        .summary =
            "Revision of the control plane that injects the sidecars, or, from Istio 1.10 on, a "
            "revision tag.",
        .otherwise = "the default revision",
        .example = "canary",
        .form = &forms::dns_label},
    Key{.path = "mesh.mtls",
        .type = Type::choice,
        .fallback = "inherit",
        .summary =
            "Whether the ring's pods take plaintext: as the mesh's own policy decides, never "
            "(`strict`), or always (`permissive`).",
        .choices = {"inherit", "strict", "permissive"}},
    Key{.path = "mesh.clients",
        .type = Type::list,
        .fallback = "[]",
        .summary =
            "Who may connect. Given, it becomes an AuthorizationPolicy that admits these and "
            "the ring itself, and nobody else. In ambient mode the mesh's trust domain must be "
            "cluster.local.",
        .example = "[{namespace: shop, serviceAccount: orders}]"},
    Key{.path = "mesh.clients[].namespace",
        .type = Type::text,
        .fallback = "",
        .summary = "Namespace of the client.",
        .example = "shop",
        .form = &forms::dns_label,
        .required = true},
    Key{.path = "mesh.clients[].serviceAccount",
        .type = Type::text,
        .fallback = "",
        .summary = "Service account of the client.",
        .otherwise = "every one of the namespace",
        .example = "orders",
        .form = &forms::dns_subdomain},
    Key{.path = "mesh.clients[].ports",
        .type = Type::integers,
        .fallback = "",
        .summary = "Ports of the ring that the client may connect to.",
        .otherwise = "the CQL port",
        .example = "[9042]",
        .least = 1,
        .most = most_ports},

    // Ports.
    Key{.path = "ports",
        .type = Type::group,
        .fallback = "",
        .summary = "Cassandra's ports; `false` leaves one out of the Service and of the pod. To an "
                   "image of "
                   "flavour `custom` they can't be told: they only say what it does."},
    Key{.path = "ports.cql",
        .type = Type::port,
        .fallback = "9042",
        .summary = "CQL clients.",
        .least = 1,
        .most = most_ports},
    Key{.path = "ports.internode",
        .type = Type::port,
        .fallback = "7000",
        .summary = "Gossip and all else between the nodes.",
        .least = 1,
        .most = most_ports},
    Key{.path = "ports.internodeTls",
        .type = Type::port,
        .fallback = "7001",
        .summary = "The same with Cassandra's own TLS.",
        .least = 1,
        .most = most_ports},
    Key{.path = "ports.jmx",
        .type = Type::port,
        .fallback = "7199",
        .summary = "JMX.",
        .least = 1,
        .most = most_ports},

    // Storage and memory.
    Key{.path = "storage",
        .type = Type::group,
        .fallback = "",
        .summary = "The volume of each node, mounted where the image writes its data."},
    Key{.path = "storage.size",
        .type = Type::text,
        .fallback = "1Gi",
        .summary = "Its size.",
        .form = &forms::quantity},
    Key{.path = "storage.class",
        .type = Type::text,
        .fallback = "",
        .summary = "Its StorageClass.",
        .otherwise = "the cluster's default class",
        .example = "fast",
        .form = &forms::dns_subdomain},
    Key{.path = "storage.accessMode",
        .type = Type::choice,
        .fallback = "ReadWriteOnce",
        .summary = "Its access mode.",
        .choices = {"ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"}},
    Key{.path = "heap", .type = Type::group, .fallback = "", .summary = "The JVM's heap."},
    Key{.path = "heap.max",
        .type = Type::text,
        .fallback = "512M",
        .summary = "Size of the heap.",
        .form = &forms::heap_size},
    Key{.path = "heap.new",
        .type = Type::text,
        .fallback = "",
        .summary =
            "Size of its young generation; Cassandra 5.0, whose collector is G1, ignores it.",
        .otherwise =
            "100M for the default heap, else what cassandra-env.sh takes: a quarter of `heap.max`, "
            "but at most 100M for each CPU of `resources` (by the limit, else the request; 8 if "
            "neither is given)",
        .example = "100M",
        .form = &forms::heap_size},
    Key{.path = "resources",
        .type = Type::kubernetes_mapping,
        .fallback = "{requests: {cpu: 500m, memory: 1Gi}}",
        .summary =
            "Requests and limits of the container; given, they replace the default as a whole."},

    // The pod.
    Key{.path = "env",
        .type = Type::kubernetes_list,
        .fallback = "[]",
        .summary = "Further environment variables of the container.",
        .example = "[{name: JVM_EXTRA_OPTS, value: -Dcassandra.ring_delay_ms=60000}]"},
    Key{.path = "nodeSelector",
        .type = Type::kubernetes_mapping,
        .fallback = "{}",
        .summary = "Labels of the Kubernetes nodes that the pods may run on."},
    Key{.path = "tolerations",
        .type = Type::kubernetes_list,
        .fallback = "[]",
        .summary = "Taints that the pods tolerate."},
    Key{.path = "affinity",
        .type = Type::kubernetes_mapping,
        .fallback = "{}",
        .summary = "Scheduling rules of the pods."},
    Key{.path = "topologySpreadConstraints",
        .type = Type::kubernetes_list,
        .fallback = "[]",
        .summary = "How the pods are spread over zones and nodes; counts the ring's pods unless a "
                   "`labelSelector` says otherwise."},
    Key{.path = "podSecurityContext",
        .type = Type::kubernetes_mapping,
        .fallback = "",
        .summary = "Security context of the pod.",
        .otherwise = "what the image needs",
        .example = "{fsGroup: 999}"},
    Key{.path = "securityContext",
        .type = Type::kubernetes_mapping,
        .fallback = "",
        .summary = "Security context of the container.",
        .otherwise = "what the image needs",
        .example = "{allowPrivilegeEscalation: false}"},
    Key{.path = "serviceAccount",
        .type = Type::text,
        .fallback = "",
        .summary = "An existing service account for the pods.",
        .otherwise = "one of the ring's name, which is made",
        .example = "cassandra",
        .form = &forms::dns_subdomain},
    Key{.path = "terminationGracePeriodSeconds",
        .type = Type::integer,
        .fallback = "1800",
        .summary = "Seconds that a node has to drain and stop before it is killed.",
        .least = 1,
        .most = most_seconds},
    Key{.path = "podDisruptionBudget",
        .type = Type::kubernetes_mapping,
        .fallback = "",
        .summary = "Spec of a PodDisruptionBudget for the ring's pods.",
        .otherwise = "none is made",
        .example = "{maxUnavailable: 1}"},

    // Racks.
    Key{.path = "racks",
        .type = Type::list,
        .fallback = "[]",
        .summary =
            "Racks, a StatefulSet each. The seeds are the first pods of the first racks. All racks "
            "start at once; a node that finds another one joining restarts until it is its turn.",
        .example = "[{name: a, replicas: 2, zone: eu-west-1a}, {name: b, zone: eu-west-1b}]"},
    Key{.path = "racks[].name",
        .type = Type::text,
        .fallback = "",
        .summary = "Name of the rack in Cassandra. In small letters, and with '-' for '_' and '.', "
                   "it stands "
                   "behind the ring's name in its StatefulSet's.",
        .example = "a",
        .form = &forms::label_value,
        .required = true},
    Key{.path = "racks[].replicas",
        .type = Type::integer,
        .fallback = "1",
        .summary = "Number of its nodes.",
        .least = 1,
        .most = most_nodes},
    Key{.path = "racks[].zone",
        .type = Type::text,
        .fallback = "",
        .summary = "Zone in which its pods run (`topology.kubernetes.io/zone`).",
        .otherwise = "any zone",
        .example = "eu-west-1a",
        .form = &forms::label_value},
    Key{.path = "racks[].nodeSelector",
        .type = Type::kubernetes_mapping,
        .fallback = "{}",
        .summary = "Further labels of the Kubernetes nodes that its pods may run on."},

    // Extras.
    Key{.path = "testClient",
        .type = Type::boolean,
        .fallback = "false",
        .summary = "Adds two Deployments to try CQL from: `cqlsh` in the mesh, and `cqlsh-noistio` "
                   "outside of it, which strict mTLS must refuse."},
    Key{.path = "patches",
        .type = Type::list,
        .fallback = "[]",
        .summary = "Changes to the rendered objects, applied last, in order.",
        .example = "[{target: {kind: Service}, merge: {metadata: {labels: {tier: data}}}}]"},
    Key{.path = "patches[].target",
        .type = Type::group,
        .fallback = "",
        .summary = "Which objects are changed.",
        .required = true},
    Key{.path = "patches[].target.kind",
        .type = Type::text,
        .fallback = "",
        .summary = "Kind of the objects.",
        .example = "StatefulSet",
        .form = &forms::one_line,
        .required = true},
    Key{.path = "patches[].target.name",
        .type = Type::text,
        .fallback = "",
        .summary = "Name of the object.",
        .otherwise = "all of that kind",
        .example = "cassandra",
        .form = &forms::one_line},
    Key{.path = "patches[].merge",
        .type = Type::kubernetes_mapping,
        .fallback = "",
        .summary =
            "What is merged into them, as Kubernetes' strategic merge does it; null removes.",
        .example = "{metadata: {labels: {tier: data}}}",
        .required = true},
};

/// Cuts the ties to a text that does not outlive the call.
void forget_origins(yaml::Value& value) {
  value.origin = {};
  for (auto& entry : value.entries) forget_origins(entry.value);
}

}  // namespace

std::span<const Key> keys() {
  return table;
}

const Key* find_key(std::string_view path) {
  const auto found = std::ranges::find(table, path, &Key::path);
  return found == table.end() ? nullptr : &*found;
}

const yaml::Value& fallback(std::string_view path) {
  static const auto fallbacks = [] {
    std::map<std::string_view, yaml::Value> values;
    for (const auto& key : table) {
      if (key.fallback.empty()) continue;
      const Source source(1, std::string(key.path), std::string(key.fallback));
      const auto documents = yaml::parse(source);
      auto value = yaml::Value::from(documents.front().root());
      if (key.type == Type::text) value.typed = false;
      forget_origins(value);
      values.emplace(key.path, std::move(value));
    }
    return values;
  }();
  static const yaml::Value none;
  const auto found = fallbacks.find(path);
  return found == fallbacks.end() ? none : found->second;
}

std::vector<const Key*> keys_below(std::string_view path) {
  std::vector<const Key*> rows;
  for (const auto& key : table) {
    const auto rest = path.empty() ? key.path
                      : key.path.starts_with(path) && key.path.substr(path.size()).starts_with('.')
                          ? key.path.substr(path.size() + 1)
                          : std::string_view();
    if (!rest.empty() && rest.find('.') == std::string_view::npos) rows.push_back(&key);
  }
  return rows;
}

}  // namespace cassmesh::spec
