// Which workloads are rings, which Services are theirs, and who is known to connect to them.

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// The objects of a text in the namespace `data`, and the rings among them.
class Scene {
 public:
  explicit Scene(std::string text) : source_(sources_.add("scene.yaml", std::move(text))) {
    documents_ = yaml::parse(source_);
    std::vector<k8s::Object> all;
    for (const auto& document : documents_) all.emplace_back(document.root(), "data");
    objects_ = k8s::ObjectSet(std::move(all));
    rings_ = mesh::find_rings(objects_, settings_);
  }

  const std::vector<mesh::Ring>& rings() const { return rings_; }
  const k8s::ObjectSet& objects() const { return objects_; }
  const mesh::Settings& settings() const { return settings_; }

  /// `data/cassandra (a b): governed by cassandra, selected by cassandra client`, a line a ring.
  std::string described() const {
    std::string text;
    for (const auto& ring : rings_) {
      text += ring.name + " (";
      for (const auto* set : ring.stateful_sets) text += fmt::format("{} ", set->name());
      text += fmt::format("): {} ->", ring.service == nullptr ? "-" : ring.service->name());
      for (const auto* service : ring.services) text += fmt::format(" {}", service->name());
      text += '\n';
    }
    return text;
  }

  /// `shop/orders/account@line`, a line a client.
  std::string clients() const {
    std::string text;
    for (const auto& ring : rings_) {
      for (const auto& client : ring.clients) {
        text += fmt::format("{}/{}/{}@{}\n", client.name_space,
                            client.workload == nullptr ? "-" : client.workload->name(),
                            client.service_account, client.evidence.where().at.line);
      }
    }
    return text;
  }

  /// `data/a: data/b (b-0.b)`, a line a peer, with its name for the ring.
  std::string peers() const {
    std::string text;
    for (const auto& ring : rings_) {
      for (const auto& peer : ring.peers) {
        text += fmt::format("{}: {}/{} ({})\n", ring.name, peer.workload->name_space(),
                            peer.workload->name(), peer.seed);
      }
    }
    return text;
  }

 private:
  Sources sources_;
  const Source& source_;
  std::vector<yaml::Document> documents_;
  k8s::ObjectSet objects_;
  mesh::Settings settings_;
  std::vector<mesh::Ring> rings_;
};

std::string set(std::string_view name, std::string_view service, std::string_view labels = "") {
  return fmt::format(
      "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {0}}}\n"
      "spec:\n  serviceName: {1}\n  replicas: 2\n  template:\n"
      "    metadata: {{labels: {{app: cassandra{2}}}}}\n"
      "    spec: {{containers: [{{name: c, image: 'cassandra:4.1'}}]}}\n",
      name, service, labels);
}

std::string service(std::string_view name, std::string_view selector) {
  return fmt::format(
      "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {}}}\n"
      "spec: {{clusterIP: None, selector: {{{}}}}}\n",
      name, selector);
}

const std::string ring = service("cassandra", "app: cassandra") + set("cassandra", "cassandra");

std::string workload(std::string_view name_space, std::string_view pod_spec) {
  return fmt::format(
      "---\napiVersion: apps/v1\nkind: Deployment\n"
      "metadata: {{name: app, namespace: {}}}\nspec: {{template: {{spec: {}}}}}\n",
      name_space, pod_spec);
}

}  // namespace

TEST_CASE("a container runs Cassandra by its image, else by its ports, else by the pod's labels") {
  struct Row {
    std::string labels;
    std::string containers;
    std::string found;  ///< its name; empty: none
  };
  const std::vector<Row> rows{
      {"", "{name: a, image: 'cassandra:4.1'}", "a"},
      {"", "{name: log, image: fluentd}, {name: a, image: scylladb/scylla}", "log:no a"},
      {"", "{name: a, image: acme/db, ports: [{containerPort: 7000}, {containerPort: 9042}]}", "a"},
      {"", "{name: a, image: acme/db, ports: [{containerPort: 9042}]}", ""},
      {"", "{name: a, image: acme/db, ports: 7000}", ""},
      {"",
       "{name: a, image: cassandra-exporter, ports: [{containerPort: 7000}, {containerPort: "
       "9042}]}",
       ""},
      {"app: cassandra", "{name: a, image: acme/db}", "a"},
      {"app.kubernetes.io/name: cassandra", "{name: a, image: acme/db}", "a"},
      {"app.kubernetes.io/name: scylla", "{name: a, image: acme/db}", "a"},
      {"app: orders", "{name: a, image: acme/db}", ""},
      {"app: cassandra", "{name: a, image: thelastpickle/cassandra-reaper}", ""},
      {"app: cassandra", "{name: a, image: acme/x, ports: [{containerPort: 8080}]}", ""},
      {"app: cassandra", "{name: a, image: acme/x, ports: [{containerPort: 9042}]}", "a"},
      {"app: cassandra", "{name: istio-proxy, image: proxyv2}, {name: a, image: acme/db}", "a"},
      {"app: cassandra", "{name: a, image: cassandra, command: [sleep, infinity]}", ""},
      {"", "{name: a, image: cassandra, args: [bash, -c, 'while :; do sleep 9; done']}", ""},
      {"",
       "{name: a, image: cassandra, command: [sh, -ec, 'trap : TERM; tail -f /dev/null & wait']}",
       ""},
      {"", "{name: a, image: cassandra, command: [/usr/bin/cqlsh, db]}", ""},
      {"", "{name: a, image: cassandra, command: [sh, -c, 'sleep 9; exec cassandra -f']}", "a"},
      {"", "{name: a, image: cassandra, command: [sh, -c, 'sleep 9; /start']}", "a"},
      {"", "{name: a, image: cassandra, args: [-R]}", "a"},
      {"app: cassandra", "cassandra", ""},
      {"app: cassandra", "", ""},
  };
  for (const auto& row : rows) {
    INFO(row.labels << " " << row.containers);
    const Scene scene(fmt::format(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: x}}\nspec:\n  template:\n"
        "    metadata: {{labels: {{{}}}}}\n    spec: {{containers: [{}]}}\n",
        row.labels, row.containers));
    const auto found = mesh::cassandra_container(*scene.objects().begin());
    const auto name = found ? std::string(found->node["name"].text()) : std::string();
    CHECK(name == row.found.substr(row.found.rfind(' ') + 1));
    CHECK(scene.rings().size() == (found ? 1U : 0U));
  }
}

TEST_CASE("an init container is no node, and neither is what is no StatefulSet") {
  const auto rings = [](const std::string& text) { return Scene(text).rings().size(); };
  CHECK(rings("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: x}\nspec: {template: "
              "{spec: {initContainers: [{name: a, image: cassandra}]}}}\n") == 0);
  CHECK(rings(workload("data", "{containers: [{name: a, image: cassandra}]}")) == 0);
  CHECK(rings("apiVersion: cassandra.datastax.com/v1beta1\nkind: CassandraDatacenter\n"
              "metadata: {name: dc1}\nspec: {clusterName: x}\n") == 0);
  CHECK(rings("apiVersion: apps.kruise.io/v1\nkind: StatefulSet\nmetadata: {name: x}\n"
              "spec: {template: {spec: {containers: [{image: cassandra}]}}}\n") == 0);
  CHECK(rings("apiVersion: apps/v1\nkind: StatefulSet\nspec: [template]\n") == 0);
}

TEST_CASE("StatefulSets with one governing Service are one ring") {
  struct Row {
    std::string text;
    std::string rings;
  };
  const std::vector<Row> rows{
      {ring, "data/cassandra (cassandra ): cassandra -> cassandra\n"},
      {set("a", "cassandra") + set("b", "cassandra") + service("cassandra", "app: cassandra"),
       "data/cassandra (a b ): cassandra -> cassandra\n"},
      {set("a", "one") + set("b", "two") + service("two", "app: cassandra"),
       "data/a (a ): - -> two\ndata/b (b ): two -> two\n"},
      {set("a", "''") + set("b", "''"), "data/a (a ): - ->\ndata/b (b ): - ->\n"},
      {set("a", "x") + set("a", "x"), "data/a (a ): - ->\n"},
      {set("a", "x", ", rack: one") + set("b", "x", ", rack: two") + service("x", "rack: two") +
           service("y", "rack: three") + service("z", "app: cassandra"),
       "data/x (a b ): x -> x z\n"},
      {set("a", "x") + service("x", "") + service("y", "app: Cassandra"), "data/a (a ): x ->\n"},
      {set("a", "x") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: "
                       "other}\nspec: {selector: {app: cassandra}}\n",
       "data/a (a ): - ->\n"},
      {set("a", "x") + "---\napiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: "
                       "x}\nspec: {selector: {app: cassandra}}\n",
       "data/a (a ): - ->\n"},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    CHECK(Scene(row.text).described() == row.rings);
  }
}

TEST_CASE("a ring's hosts are those of its Services and of its pods") {
  const Scene scene(ring + service("client", "app: cassandra") + service("other", "app: other"));
  REQUIRE(scene.rings().size() == 1);
  const auto& found = scene.rings().front();
  CHECK(found.hosts(scene.settings()) ==
        std::vector<std::string>{"cassandra.data.svc.cluster.local",
                                 "client.data.svc.cluster.local"});
  const std::vector<std::pair<std::string, bool>> rows{
      {"cassandra.data.svc.cluster.local", true},
      {"client.data.svc.cluster.local", true},
      {"other.data.svc.cluster.local", false},
      {"cassandra.shop.svc.cluster.local", false},
      {"cassandra", false},
      {"cassandra.data", false},
      {"Cassandra.data.svc.cluster.local", false},
      {"cassandra-0.cassandra.data.svc.cluster.local", true},
      {"cassandra-1.cassandra.data.svc.cluster.local", true},
      {"cassandra-2.cassandra.data.svc.cluster.local", false},
      {"cassandra-01.cassandra.data.svc.cluster.local", false},
      {"cassandra-x.cassandra.data.svc.cluster.local", false},
      {"other-0.cassandra.data.svc.cluster.local", false},
      {"cassandra-0.client.data.svc.cluster.local", false},
      {"*.data.svc.cluster.local", false},
      {"", false},
  };
  for (const auto& [host, expected] : rows) {
    INFO(host);
    CHECK(found.has_host(host, scene.settings()) == expected);
  }
}

TEST_CASE("a ring has the pods that its StatefulSets count") {
  const auto has = [](const std::string& spec, std::string_view pod) {
    const Scene scene("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: c}\nspec: {" +
                      spec + "template: {spec: {containers: [{image: cassandra}]}}}\n");
    return scene.rings().at(0).has_pod(pod);
  };
  CHECK(has("replicas: 2, ", "c-1"));
  CHECK_FALSE(has("replicas: 2, ", "c-2"));
  CHECK(has("", "c-99"));
  CHECK(has("replicas: two, ", "c-99"));
  CHECK_FALSE(has("replicas: 0, ", "c-0"));
  CHECK(has("replicas: 2, ordinals: {start: 5}, ", "c-6"));
  CHECK_FALSE(has("replicas: 2, ordinals: {start: 5}, ", "c-4"));
  CHECK_FALSE(has("replicas: 2, ", "c"));
  CHECK_FALSE(has("replicas: 2, ", "c-"));
  CHECK_FALSE(has("replicas: 2, ", "c--1"));
  CHECK_FALSE(has("replicas: 2, ", "c-99999999999999999999"));
}

TEST_CASE("a workload whose environment, command or ConfigMap names the ring is a client") {
  struct Row {
    std::string name_space;
    std::string container;
    bool client;
  };
  const std::vector<Row> rows{
      {"data", "env: [{name: CASSANDRA_HOST, value: cassandra}]", true},
      {"data", "env: [{name: CASSANDRA_CONTACT_POINTS, value: 'a,cassandra'}]", true},
      {"data", "env: [{name: X, value: 'cassandra:9042'}]", true},
      {"data", "env: [{name: SPAN_STORAGE_TYPE, value: cassandra}]", false},
      {"data", "env: [{name: DATABASE_URL, value: 'cassandra://db/'}]", false},
      {"data", "env: [{name: DATABASE_URL, value: 'cassandra://cassandra/'}]", true},
      {"data", "env: [{name: HOST, value: cassandra-two}]", false},
      {"data", "env: [{name: HOST, value: my.cassandra}]", false},
      {"shop", "env: [{name: CASSANDRA_HOST, value: cassandra}]", false},
      {"shop", "env: [{name: X, value: cassandra.data}]", true},
      {"shop", "env: [{name: X, value: 'jdbc:cassandra://cassandra.data.svc:9042/x'}]", true},
      {"shop", "env: [{name: X, value: cassandra.data.svc.cluster.local.}]", true},
      {"shop", "env: [{name: X, value: cassandra.shop.svc.cluster.local}]", false},
      {"shop", "env: [{name: X, value: cassandra-1.cassandra.data.svc.cluster.local}]", true},
      {"shop", "env: [{name: X, value: cassandra-7.cassandra.data.svc.cluster.local}]", false},
      {"data", "env: [{name: X, value: cassandra-0.cassandra}]", true},
      {"data", "command: [cqlsh, cassandra]", true},
      {"data", "command: [sh, -c, 'cqlsh -f /x cassandra 9042']", true},
      {"data", "command: [run, cassandra]", false},
      {"data", "args: ['--cassandra.servers=cassandra']", true},
      {"data", "args: [--cassandra-hosts, cassandra]", true},
      {"data", "args: [--storage, cassandra]", false},
      {"data", "args: cassandra.data", false},
      {"data", "args: [\"hosts\\nuse cassandra\"]", false},
      // Another port than CQL's, HTTP, or a name that is only looked up.
      {"data", "env: [{name: HOSTS, value: 'cassandra:9103'}]", false},
      {"shop", "env: [{name: X, value: 'cassandra-0.cassandra.data.svc:7199'}]", false},
      {"shop", "env: [{name: X, value: 'cassandra-0.cassandra.data.svc:9142'}]", true},
      {"shop", "args: ['--probe=http://cassandra.data.svc:9042/x']", false},
      {"shop", "args: ['https://me:x@cassandra.data/x', 'http://a/,cassandra.data']", true},
      {"shop", "args: ['https://me:x@cassandra.data/x', 'http://a/x/cassandra.data']", false},
      {"shop", "env: [{name: NO_PROXY, value: 'localhost,.svc,cassandra.data'}]", false},
      {"shop", "args: ['-Dhttp.nonProxyHosts=localhost|cassandra.data']", false},
      {"shop", "command: [nslookup, cassandra.data]", false},
      {"shop", "args: ['until nslookup cassandra.data; do sleep 2; done']", false},
      {"shop", "args: ['until nslookup cassandra.data; do :; done; cqlsh cassandra.data']", true},
      {"shop", "args: ['config cassandra.data']", true},
      {"shop", "image: 'stargateio/coordinator-4_0:v2', args: [cassandra.data]", false},
  };
  for (const auto& row : rows) {
    INFO(row.name_space << " " << row.container);
    const Scene scene(ring +
                      workload(row.name_space, "{containers: [{name: a, " + row.container + "}]}"));
    REQUIRE(scene.rings().size() == 1);
    CHECK(scene.rings().front().clients.empty() == !row.client);
  }
}

TEST_CASE("a client is known by the ConfigMaps that it mounts, and runs under an account") {
  const std::string map =
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n"
      "  application.yaml: |\n    contact-points: cassandra\n    keyspace: cassandra\n"
      "  other: nothing\n";
  for (const std::string pod :
       {"{containers: [{name: a}], volumes: [{name: v, configMap: {name: settings}}]}",
        "{volumes: [{name: v, projected: {sources: [{configMap: {name: settings}}]}}], "
        "containers: [{name: a}]}",
        "{containers: [{name: a, envFrom: [{configMapRef: {name: settings}}]}]}",
        "{containers: [{name: a, env: [{name: X, valueFrom: {configMapKeyRef: {name: settings, "
        "key: application.yaml}}}]}]}"}) {
    INFO(pod);
    CHECK(Scene(ring + map + workload("data", pod)).clients() == "data/app/default@21\n");
    CHECK(Scene(ring + map + workload("shop", pod)).clients().empty());
  }
  CHECK(
      Scene(ring + workload("shop",
                            "{serviceAccountName: orders, containers: [{args: [cassandra.data]}]}"))
          .clients() == "shop/app/orders@20\n");
  CHECK(Scene(ring + workload("data",
                              "{containers: [{env: [{name: X, valueFrom: {configMapKeyRef: "
                              "{name: settings, key: other}}}]}]}"))
            .clients()
            .empty());
}

TEST_CASE("what a Secret says in plain text makes a client, and is not shown") {
  const std::string secret =
      "---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
      "stringData: {hosts: 'cassandra:9042', user: me}\n";
  for (const std::string pod :
       {"{containers: [{name: a, envFrom: [{secretRef: {name: db}}]}]}",
        "{containers: [{name: a, env: [{name: X, valueFrom: {secretKeyRef: {name: db, key: "
        "hosts}}}]}]}",
        "{containers: [{name: a}], volumes: [{name: v, secret: {secretName: db}}]}",
        "{containers: [{name: a}], volumes: [{name: v, projected: {sources: [{secret: {name: "
        "db}}]}}]}"}) {
    INFO(pod);
    CHECK(Scene(ring + secret + workload("data", pod)).clients() == "data/app/default@25\n");
  }
  CHECK(Scene(ring + secret +
              workload("data",
                       "{containers: [{env: [{name: X, valueFrom: {secretKeyRef: {name: db, key: "
                       "user}}}]}]}"))
            .clients()
            .empty());
}

TEST_CASE("who names an alias of the ring is a client") {
  const std::string alias =
      "---\napiVersion: v1\nkind: Service\nmetadata: {name: database, namespace: shop}\n"
      "spec: {type: ExternalName, externalName: cassandra.data.svc.cluster.local}\n";
  const auto named = [&](std::string_view name_space, std::string_view host) {
    return !Scene(ring + alias +
                  workload(name_space, fmt::format("{{containers: [{{env: [{{name: DB_HOST, "
                                                   "value: {}}}]}}]}}",
                                                   host)))
                .clients()
                .empty();
  };
  CHECK(named("shop", "database"));
  CHECK(named("web", "database.shop"));
  CHECK_FALSE(named("web", "database"));
}

TEST_CASE("the port of a Service that leads to CQL is one of CQL") {
  const std::string front =
      "---\napiVersion: v1\nkind: Service\nmetadata: {name: front}\n"
      "spec: {selector: {app: cassandra}, ports: [{port: 19042, targetPort: 9042}, {port: 80, "
      "targetPort: 8080}]}\n";
  const auto named = [&](std::string_view port) {
    return !Scene(ring + front +
                  workload("data", fmt::format("{{containers: [{{args: ['front:{}']}}]}}", port)))
                .clients()
                .empty();
  };
  CHECK(named("19042"));
  CHECK_FALSE(named("80"));
}

TEST_CASE("who asks for JMX is a client of JMX") {
  const auto clients = [](std::string_view variable) {
    const Scene scene(ring +
                      workload("shop", fmt::format("{{containers: [{{env: [{}]}}]}}", variable)));
    const auto& found = scene.rings().front();
    return std::pair(found.clients.size(), found.jmx_clients.size());
  };
  using Counts = std::pair<std::size_t, std::size_t>;
  CHECK(clients("{name: X, value: 'service:jmx:rmi:///jndi/rmi://cassandra.data:7199/jmxrmi'}") ==
        Counts(0, 1));
  CHECK(clients("{name: REAPER_JMX_HOST, value: cassandra.data}") == Counts(0, 1));
  CHECK(clients("{name: X, value: cassandra.data}, {name: Y, value: 'cassandra.data:7199'}") ==
        Counts(1, 1));
}

TEST_CASE("what its controller makes is no client of its own") {
  const std::string pod =
      "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {}, namespace: data, ownerReferences: "
      "[{{kind: {}, name: {}}}]}}\nspec: {{containers: [{{args: [cassandra.data]}}]}}\n";
  const auto app = workload("data", "{containers: [{args: [cassandra.data]}]}");
  CHECK(
      Scene(ring + app + fmt::format(fmt::runtime(pod), "app-1", "Deployment", "app")).clients() ==
      "data/app/default@20\n");
  CHECK(Scene(ring + fmt::format(fmt::runtime(pod), "other", "ReplicaSet", "app-x")).clients() ==
        "data/other/default@20\n");
  CHECK(Scene(ring + fmt::format(fmt::runtime(pod), "cassandra-1", "Foo", "x")).clients().empty());
}

TEST_CASE("a node of a ring is a peer and no client") {
  CHECK(Scene(ring +
              "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: dc2, namespace: "
              "west}\nspec: {template: {spec: {containers: [{image: cassandra, env: [{name: "
              "CASSANDRA_SEEDS, value: cassandra.data}]}]}}}\n")
            .clients()
            .empty());
}

namespace {

/// A ring of its own, with a name for its cluster unless that is empty.
std::string part(std::string_view name, std::string_view seeds, std::string_view cluster = "") {
  const auto variable = cluster.empty()
                            ? std::string()
                            : fmt::format(", {{name: CASSANDRA_CLUSTER_NAME, value: {}}}", cluster);
  return fmt::format(
      "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {0}}}\n"
      "spec:\n  serviceName: {0}\n  replicas: 2\n  template:\n"
      "    metadata: {{labels: {{app: {0}}}}}\n"
      "    spec: {{containers: [{{name: c, image: 'cassandra:4.1', env: [{{name: CASSANDRA_SEEDS, "
      "value: '{1}'}}{2}]}}]}}\n",
      name, seeds, variable);
}

}  // namespace

TEST_CASE("rings are of one cluster that name each other, or the same others, as seeds") {
  CHECK(Scene(part("a", "a-0.a,b-1.b.data.svc") + part("b", "a-0.a")).peers() ==
        "data/a: data/b (a-0.a)\ndata/b: data/a (b-1.b.data.svc)\n");
  CHECK(Scene(part("a", "a-0.a") + part("b", "a-0.a, b-0.b")).peers() ==
        "data/a: data/b (a-0.a)\ndata/b: data/a ()\n");
  CHECK(Scene(part("a", "") + part("b", "a-0.a") + part("c", "a-0.a.data.svc.cluster.local."))
            .peers() ==
        "data/a: data/b (a-0.a)\ndata/a: data/c (a-0.a.data.svc.cluster.local.)\n"
        "data/b: data/c ()\ndata/b: data/a ()\ndata/c: data/a ()\ndata/c: data/b ()\n");
  CHECK(Scene(part("a", "a-0.a", "x") + part("b", "a-0.a", "x")).peers() ==
        "data/a: data/b (a-0.a)\ndata/b: data/a ()\n");
  // No such pod, another cluster, no name, and only its own.
  CHECK(Scene(part("a", "a-0.a") + part("b", "a-2.a")).peers().empty());
  CHECK(Scene(part("a", "a-0.a", "x") + part("b", "a-0.a", "y")).peers().empty());
  CHECK(Scene(part("a", "10.0.0.1") + part("b", "10.0.0.1")).peers().empty());
  CHECK(Scene(part("a", "a-0.a") + part("b", "b-0.b")).peers().empty());
}

TEST_CASE("a coordinator joins the ring that it is given as seed") {
  const auto coordinator = [](std::string_view name_space, std::string_view image) {
    return workload(name_space,
                    fmt::format("{{containers: [{{image: '{}', env: [{{name: CLUSTER_SEED, value: "
                                "'a-0.a.data,a-1.a.data'}}]}}]}}",
                                image));
  };
  const auto a = part("a", "a-0.a");
  CHECK(Scene(a + coordinator("data", "stargateio/coordinator-4_0:v2")).peers() ==
        "data/a: data/app (a-0.a.data)\n");
  CHECK(Scene(a + coordinator("data", "example.com/app:1")).peers().empty());
}

TEST_CASE("whom a policy on the ring lets in is a client") {
  struct Row {
    std::string policy;
    std::string client;
  };
  const std::string from = "rules: [{from: [{source: {principals: [";
  const std::vector<Row> rows{
      {from + "cluster.local/ns/shop/sa/orders]}}]}]", "shop/-/orders"},
      {from + "'*/ns/shop/sa/orders']}}]}]", "shop/-/orders"},
      {from + "cluster.local/ns/shop/sa/*]}}]}]", "shop/-/"},
      {from + "'cluster.local/ns/shop/*']}}]}]", "shop/-/"},
      {from + "'*']}}]}]", ""},
      {from + "cluster.local/ns/data/sa/default]}}]}]", ""},
      {from + "cluster.local/ns/data/sa/tool]}}]}]", "data/-/tool"},
      {"rules: [{from: [{source: {namespaces: [shop, '*', data]}}]}]", "shop/-/"},
      {"rules: [{from: [{source: {serviceAccounts: [shop/orders, '']}}]}]", "shop/-/orders"},
      {"rules: [{from: [{source: {serviceAccounts: [tool, default]}}]}]", "data/-/tool"},
      {from + "cluster.local/ns/shop/sa/orders]}}], to: [{operation: {ports: ['7000']}}]}]", ""},
      {from + "cluster.local/ns/shop/sa/orders]}}], to: [{operation: {ports: ['9042']}}]}]",
       "shop/-/orders"},
      {"action: DENY, " + from + "cluster.local/ns/shop/sa/orders]}}]}]", ""},
      {"selector: {matchLabels: {app: other}}, " + from + "cluster.local/ns/shop/sa/orders]}}]}]",
       ""},
      {"targetRefs: [{kind: Gateway, name: edge}], " + from +
           "cluster.local/ns/shop/sa/orders]}}]}]",
       ""},
      {"targetRef: {kind: Gateway, name: edge}, " + from + "cluster.local/ns/shop/sa/orders]}}]}]",
       ""},
      {"rules: [from]", ""},
  };
  for (const auto& row : rows) {
    INFO(row.policy);
    const Scene scene(ring +
                      "---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n"
                      "metadata: {name: p}\nspec: {" +
                      row.policy + "}\n");
    const auto seen = scene.clients();
    CHECK(seen.substr(0, seen.find('@')) == row.client);
  }
}

TEST_CASE("whom a policy lets in that is only tried is no client") {
  for (const std::string_view word : {"true", "True", "1", "false", "yes"}) {
    INFO(word);
    const Scene scene(ring + fmt::format("---\napiVersion: security.istio.io/v1\n"
                                         "kind: AuthorizationPolicy\nmetadata: {{name: p, "
                                         "annotations: {{istio.io/dry-run: '{}'}}}}\n"
                                         "spec: {{rules: [{{from: [{{source: {{principals: "
                                         "[cluster.local/ns/shop/sa/orders]}}}}]}}]}}\n",
                                         word));
    CHECK(scene.clients().empty() == (word != "false" && word != "yes"));
  }
}

TEST_CASE("a policy lets clients in to the port that Cassandra is told") {
  const auto policy = [](std::string_view port) {
    return fmt::format(
        "---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {{name: p}}\n"
        "spec: {{rules: [{{from: [{{source: {{principals: [cluster.local/ns/shop/sa/orders]}}}}], "
        "to: "
        "[{{operation: {{ports: ['{}']}}}}]}}]}}\n",
        port);
  };
  auto other = ring;
  const auto at = other.find("image: 'cassandra:4.1'");
  REQUIRE(at != std::string::npos);
  other.insert(at, "env: [{name: CASSANDRA_CQL_PORT_NUMBER, value: '9043'}], ");
  other.replace(other.find("'cassandra:4.1'"), 1, "'bitnami/");
  CHECK(Scene(other + policy("9043")).clients().starts_with("shop/-/orders@"));
  CHECK(Scene(other + policy("9042")).clients().empty());
}

TEST_CASE("the one workload that runs under an admitted account is the client") {
  const std::string policy =
      "---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p}\n"
      "spec: {rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/orders]}}]}]}\n";
  const auto orders = [](std::string_view name) {
    return fmt::format(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {}, namespace: shop}}\n"
        "spec: {{serviceAccountName: orders}}\n",
        name);
  };
  CHECK(Scene(ring + policy + orders("a")).clients().starts_with("shop/a/orders@"));
  CHECK(Scene(ring + policy + orders("a") + orders("b")).clients().starts_with("shop/-/orders@"));
}
