#include "cassmesh/render.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "cassmesh/yaml.hpp"
#include "output.hpp"
#include "rendered.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> yaml_files(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(source_folder() / folder)) {
    if (file.path().extension() == ".yaml") files.push_back(file.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

TEST_CASE("each example renders to its golden file, byte for byte") {
  for (const auto& file : yaml_files("examples")) {
    const auto name = file.stem().string();
    DYNAMIC_SECTION(name) {
      const auto path = fmt::format("examples/{}.yaml", name);
      const auto text = output::read_file(file);
      CHECK(text.starts_with("# "));
      const Rendered rendered(text, path);
      CHECK(objects_of(*Rendered(text, path).manifest) == objects_of(*rendered.manifest));
      if (name == "default") continue;  // its golden file is made from no file at all
      CHECK(golden_difference(fmt::format("tests/render/{}.yaml", name),
                              rendered.manifest->text()) == "");
    }
  }
}

TEST_CASE("without a spec the well-known example ring is rendered") {
  std::vector<Finding> problems;
  const auto spec = spec::read({}, {}, problems);
  const auto manifest = render::render(
      spec, {.origin = "its built-in default spec", .command = "cassmesh render"}, problems);
  REQUIRE(manifest);
  CHECK(problems.empty());
  CHECK(golden_difference("tests/render/default.yaml", manifest->text()) == "");
  const auto example = output::read_file(source_folder() / "examples/default.yaml");
  CHECK(objects_of(*Rendered(example).manifest) == objects_of(*manifest));
}

TEST_CASE("each golden file belongs to an example") {
  for (const auto& file : yaml_files("tests/render")) {
    INFO(file);
    CHECK(fs::exists(source_folder() / "examples" / file.filename()));
  }
}

TEST_CASE("objects come in the order in which they are applied, and their files sort so") {
  const Rendered rendered(
      "mesh: {istio: 1.7.., mtls: strict, clients: [{namespace: shop}]}\n"
      "racks: [{name: b}, {name: a}]\n"
      "podDisruptionBudget: {maxUnavailable: 1}\n"
      "testClient: true\n");
  std::vector<std::string> files;
  for (const auto& object : rendered.manifest->objects) files.push_back(object.file);
  CHECK(files == std::vector<std::string>{
                     "00-namespace-cassandra.yaml", "10-serviceaccount-cassandra.yaml",
                     "20-service-cassandra.yaml", "30-peerauthentication-cassandra.yaml",
                     "31-destinationrule-cassandra.yaml", "32-authorizationpolicy-cassandra.yaml",
                     "40-poddisruptionbudget-cassandra.yaml", "50-statefulset-cassandra-b.yaml",
                     "50-statefulset-cassandra-a.yaml", "60-deployment-cqlsh.yaml",
                     "60-deployment-cqlsh-noistio.yaml"});
  const Rendered old("mesh: {istio: '1.4', mtls: strict}\n");
  CHECK(old.manifest->objects[3].file == "30-policy-cassandra.yaml");
}

TEST_CASE("what is not asked for is not there") {
  CHECK_FALSE(Rendered("createNamespace: false").find("Namespace"));
  CHECK_FALSE(Rendered("serviceAccount: other").find("ServiceAccount"));
  CHECK_FALSE(Rendered("").find("PodDisruptionBudget"));
  CHECK_FALSE(Rendered("").find("Deployment"));
  const Rendered ports("ports: {internodeTls: false, jmx: false}");
  CHECK(ports.find("Service")["spec"]["ports"].size() == 2);
  CHECK(ports.container()["ports"].size() == 2);
}

TEST_CASE("names and labels hold the objects together") {
  const Rendered rendered(
      "name: orders\nnamespace: shop\nlabels: {team: blue}\nserviceAccount: db\n");
  const auto set = rendered.find("StatefulSet")["spec"];
  CHECK(set["serviceName"].text() == "orders");
  CHECK(entries(set["selector"]["matchLabels"]) == "app=orders");
  CHECK(entries(set["template"]["metadata"]["labels"]) ==
        "app=orders app.kubernetes.io/version=3.11.2 team=blue");
  CHECK(set["template"]["spec"]["serviceAccountName"].text() == "db");
  CHECK(entries(rendered.find("Service")["spec"]["selector"]) == "app=orders");
  CHECK(entries(rendered.find("Namespace")["metadata"]["labels"]) ==
        "istio-injection=enabled team=blue");
  for (const auto& object : rendered.manifest->objects) {
    const auto metadata = rendered.find(object.kind)["metadata"];
    CHECK((object.kind == "Namespace" ? metadata["name"] : metadata["namespace"]).text() == "shop");
  }
}

TEST_CASE("the ring's Service is headless, early and names each port's protocol") {
  const Rendered rendered("");
  const auto service = rendered.find("Service")["spec"];
  CHECK(service["clusterIP"].text() == "None");
  CHECK(service["publishNotReadyAddresses"].text() == "true");
  CHECK_FALSE(service["publishNotReadyAddresses"].quoted());
  std::string ports;
  for (const auto port : service["ports"]) ports += entries(port) + "\n";
  CHECK(ports ==
        "name=tcp-client port=9042\nname=tcp-intra-node port=7000\n"
        "name=tcp-tls-intra-node port=7001\nname=tcp-jmx port=7199\n");
}

namespace {

struct VersionRow {
  std::string spec;
  std::string istio;        ///< in the header
  std::string listen;       ///< in the header
  std::string policies;     ///< Istio's objects, in order
  std::string annotations;  ///< of the pods
  std::string label;        ///< that asks for the mesh
};

const std::string both = "127.0.0.1 and the pod's IP";
const std::string by_namespace = "Namespace istio-injection=enabled";
const std::string hold_and_drain =
    "proxy.istio.io/config=holdApplicationUntilProxyStarts: true;terminationDrainDuration: 60s;";
const std::string drain = "proxy.istio.io/config=terminationDrainDuration: 60s;";
const std::string old_rule = "DestinationRule networking.istio.io/v1alpha3\n";
const std::string new_rule = "DestinationRule networking.istio.io/v1beta1\n";
const std::string old_policy = "Policy authentication.istio.io/v1alpha1\n";
const std::string beta_policy = "PeerAuthentication security.istio.io/v1beta1\n";
const std::string policy = "PeerAuthentication security.istio.io/v1\n";
const std::string beta_access = "AuthorizationPolicy security.istio.io/v1beta1\n";
const std::string access = "AuthorizationPolicy security.istio.io/v1\n";

const std::vector<VersionRow> version_table{
    // No key: every Istio. A rule would break 1.0.0 to 1.0.2, whose servers take no mTLS by
    // default.
    {"", "any", both, "", hold_and_drain, by_namespace},
    {"istio: '1.0'", "1.0", both, "", "", by_namespace},
    {"istio: 1.0.2..1.0.3", "1.0.2..1.0.3", both, "", "", by_namespace},

    // DestinationRule: up to 1.4 and from 1.6.6 to 1.7.4.
    {"istio: 1.0.3..1.4", "1.0.3..1.4", both, old_rule, "", by_namespace},
    {"istio: '1.5'", "1.5", both, "", "", by_namespace},
    {"istio: 1.5..1.6.5", "1.5..1.6.5", both, "", "", by_namespace},
    {"istio: 1.6.5..1.6.6", "1.6.5..1.6.6", both, new_rule, "", by_namespace},
    {"istio: 1.7.4", "1.7.4", both, new_rule, drain, by_namespace},
    {"istio: 1.7.5", "1.7.5", both, "", drain, by_namespace},
    {"istio: 1.4..1.8", "1.4..1.8", both, old_rule, hold_and_drain, by_namespace},

    // strict and permissive: Policy or PeerAuthentication, whichever every version reads.
    {"mtls: strict", "1.5..", both, beta_policy + new_rule, hold_and_drain, by_namespace},
    {"istio: '1.0'\n  mtls: strict", "1.0", both, old_policy + old_rule, "", by_namespace},
    {"istio: ..1.4\n  mtls: permissive", "1.0..1.4", both, old_policy + old_rule, "", by_namespace},
    {"istio: ..1.4\n  mtls: permissive", "1.0..1.4", both, old_policy + old_rule, "", by_namespace},
    {"istio: '1.5'\n  mtls: strict", "1.5", both, beta_policy, "", by_namespace},
    {"istio: 1.5..1.7\n  mtls: strict", "1.5..1.7", both, beta_policy + new_rule, drain,
     by_namespace},
    {"istio: 1.8..\n  mtls: permissive", "1.8..", both, beta_policy, hold_and_drain, by_namespace},
    {"istio: 1.21..1.22\n  mtls: strict", "1.21..1.22", both, beta_policy, hold_and_drain,
     by_namespace},
    {"istio: 1.22..\n  mtls: strict", "1.22..", both, policy, hold_and_drain, by_namespace},
    {"istio: 1.7.2, 1.24\n  mtls: strict", "1.7.2, 1.24", both, beta_policy + new_rule,
     hold_and_drain, by_namespace},

    // Clients: an AuthorizationPolicy, which 1.4 was the first to read.
    {"clients: [{namespace: shop}]", "1.4..", both, old_rule + beta_access, hold_and_drain,
     by_namespace},
    {"istio: '1.4'\n  clients: [{namespace: shop}]", "1.4", both, old_rule + beta_access, "",
     by_namespace},
    {"istio: 1.16..\n  clients: [{namespace: shop}]", "1.16..", both, beta_access, hold_and_drain,
     by_namespace},
    {"istio: 1.17..\n  clients: [{namespace: shop}]", "1.17..", both, access, hold_and_drain,
     by_namespace},
    {"istio: 1.17..\n  mtls: strict\n  clients: [{namespace: shop}]", "1.17..", both,
     beta_policy + access, hold_and_drain, by_namespace},
    {"istio: '1.24'\n  mtls: strict\n  clients: [{namespace: shop}]", "1.24", both, policy + access,
     hold_and_drain, by_namespace},

    // What asks for the mesh.
    {"injection: pod-label", "1.10..", both, "", hold_and_drain,
     "Pod sidecar.istio.io/inject=true"},
    {"revision: canary", "1.6..", both, new_rule, hold_and_drain, "Namespace istio.io/rev=canary"},
    {"revision: canary\n  injection: pod-label", "1.10..", both, "", hold_and_drain,
     "Pod istio.io/rev=canary"},
    {"mode: ambient", "1.21..", both, "", "", "Namespace istio.io/dataplane-mode=ambient"},
    {"mode: ambient\n  injection: pod-label", "1.22..", both, "", "",
     "Pod istio.io/dataplane-mode=ambient"},
    {"mode: ambient\n  istio: 1.22..\n  mtls: strict", "1.22..", both, policy, "",
     "Namespace istio.io/dataplane-mode=ambient"},
    {"mode: none", "", both, "", "", ""},

    // Where Cassandra listens.
    {"istio: 1.10..\nlisten: pod-ip", "1.10..", "the pod's IP", "", hold_and_drain, by_namespace},
    {"mode: sidecar\nlisten: pod-ip", "1.10..", "the pod's IP", "", hold_and_drain, by_namespace},
    {"mode: sidecar\nlisten: loopback", "1.0..1.9", "127.0.0.1", "", hold_and_drain, by_namespace},
    {"mode: sidecar\nlisten: both", "any", both, "", hold_and_drain, by_namespace},
    {"mode: sidecar\nimage: cassandra:3.0.29", "1.10..", "the pod's IP", "", hold_and_drain,
     by_namespace},
    {"mode: ambient\nlisten: pod-ip", "1.21..", "the pod's IP", "", "",
     "Namespace istio.io/dataplane-mode=ambient"},
};

std::string istio_objects(const Rendered& rendered) {
  std::string text;
  for (const auto& object : rendered.manifest->objects) {
    const auto version = rendered.find(object.kind)["apiVersion"].text();
    if (version.find("istio.io") != std::string_view::npos) {
      text += fmt::format("{} {}\n", object.kind, version);
    }
  }
  return text;
}

std::string mesh_label(const Rendered& rendered) {
  std::string text;
  const auto look = [&](std::string_view where, const yaml::Node& labels) {
    for (const auto label : labels) {
      if (label.key().find("istio") == std::string_view::npos) continue;
      text += fmt::format("{} {}={}", where, label.key(), label.text());
    }
  };
  look("Namespace", rendered.find("Namespace")["metadata"]["labels"]);
  look("Pod", rendered.pod()["metadata"]["labels"]);
  return text;
}

}  // namespace

TEST_CASE(
    "each range of versions gets the objects that it needs, in a version that all of it serves") {
  for (const auto& row : version_table) {
    DYNAMIC_SECTION(row.spec) {
      const Rendered rendered(row.spec.empty() ? "" : "mesh:\n  " + row.spec + "\n");
      CHECK(rendered.header("# Istio: ") == row.istio);
      CHECK(rendered.header(" listens at ") == row.listen);
      CHECK(istio_objects(rendered) == row.policies);
      CHECK(entries(rendered.pod()["metadata"]["annotations"]) == row.annotations);
      CHECK(mesh_label(rendered) == row.label);
    }
  }
}

TEST_CASE(
    "the header says where the nodes talk in plaintext, if no rule of the manifest keeps them") {
  const auto says = [](const std::string& spec) {
    return Rendered(spec).manifest->header.find("the nodes talk in plaintext") != std::string::npos;
  };
  CHECK(says(""));
  CHECK(says("mesh: {istio: '1.0'}"));
  CHECK_FALSE(says("mesh: {istio: 1.0.3..1.4}"));
  CHECK_FALSE(says("mesh: {istio: 1.7.2}"));
  CHECK_FALSE(says("mesh: {istio: 1.8..}"));
  CHECK_FALSE(says("mesh: {mtls: strict}"));
  CHECK_FALSE(says("mesh: {mode: ambient}"));
}

TEST_CASE("the sidecar does not outlive the pod's grace period") {
  CHECK(
      entries(Rendered("terminationGracePeriodSeconds: 20").pod()["metadata"]["annotations"]) ==
      "proxy.istio.io/config=holdApplicationUntilProxyStarts: true;terminationDrainDuration: 20s;");
}

TEST_CASE("mTLS is asked for where the version looks for it") {
  const Rendered old("mesh: {istio: '1.4', mtls: permissive}");
  CHECK((*old.find("Policy")["spec"]["targets"].begin())["name"].text() == "cassandra");
  CHECK((*old.find("Policy")["spec"]["peers"].begin())["mtls"]["mode"].text() == "PERMISSIVE");
  const auto rule = old.find("DestinationRule")["spec"];
  CHECK(rule["host"].text() == "cassandra.cassandra.svc.cluster.local");
  CHECK(rule["trafficPolicy"]["tls"]["mode"].text() == "ISTIO_MUTUAL");
  const Rendered now("mesh: {mtls: strict}");
  const auto spec = now.find("PeerAuthentication")["spec"];
  CHECK(entries(spec["selector"]["matchLabels"]) == "app=cassandra");
  CHECK(spec["mtls"]["mode"].text() == "STRICT");
}

TEST_CASE("an AuthorizationPolicy admits the ring itself, its clients, and nobody else") {
  const Rendered rendered(
      "namespace: db\nserviceAccount: ring\ntestClient: true\nports: {internodeTls: false}\n"
      "mesh:\n  clients:\n"
      "    - {namespace: shop, serviceAccount: orders}\n"
      "    - {namespace: reports, ports: [9042, 7199]}\n");
  const auto spec = rendered.find("AuthorizationPolicy")["spec"];
  CHECK(entries(spec["selector"]["matchLabels"]) == "app=cassandra");
  CHECK_FALSE(spec["action"]);
  std::string rules;
  for (const auto rule : spec["rules"]) {
    CHECK(rule.size() == 2);
    for (const auto from : rule["from"]) {
      for (const auto by : from["source"]) {
        for (const auto who : by) rules += fmt::format("{} {}:", by.key(), who.text());
      }
    }
    for (const auto to : rule["to"]) {
      for (const auto port : to["operation"]["ports"]) {
        CHECK(port.quoted());
        rules += fmt::format(" {}", port.text());
      }
    }
    rules += '\n';
  }
  CHECK(rules ==
        "principals cluster.local/ns/db/sa/ring: 7000\n"
        "principals cluster.local/ns/shop/sa/orders: 9042\n"
        "namespaces reports: 9042 7199\n"
        "principals cluster.local/ns/db/sa/default: 9042\n");
}

TEST_CASE("the client outside of the mesh is kept out in the way of its mode") {
  const auto pod = [](const Rendered& rendered, std::string_view name) {
    return rendered.find("Deployment", name)["spec"]["template"]["metadata"];
  };
  const Rendered sidecar("testClient: true\nmesh: {mtls: strict}");
  CHECK(entries(pod(sidecar, "cqlsh-noistio")["labels"]) ==
        "app=cqlsh-noistio sidecar.istio.io/inject=false");
  CHECK(entries(pod(sidecar, "cqlsh-noistio")["annotations"]) == "sidecar.istio.io/inject=false");
  CHECK(entries(pod(sidecar, "cqlsh")["labels"]) == "app=cqlsh");
  CHECK(entries(sidecar.find("Deployment", "cqlsh-noistio")["metadata"]["annotations"]) ==
        "cassmesh/ignore=plaintext-client-of-strict-ring: it is here to be refused");
  const Rendered inherit("testClient: true");
  CHECK_FALSE(inherit.find("Deployment", "cqlsh-noistio")["metadata"]["annotations"]);

  const Rendered ambient("testClient: true\nmesh: {mode: ambient}");
  CHECK(entries(pod(ambient, "cqlsh-noistio")["labels"]) ==
        "app=cqlsh-noistio istio.io/dataplane-mode=none");
  CHECK_FALSE(pod(ambient, "cqlsh-noistio")["annotations"]);
  const Rendered labelled("testClient: true\nmesh: {injection: pod-label}");
  CHECK(entries(pod(labelled, "cqlsh")["labels"]) == "app=cqlsh sidecar.istio.io/inject=true");
}

TEST_CASE("the test client speaks to the ring's host and port with a cqlsh that runs") {
  const auto container = [](const Rendered& rendered) {
    return *rendered.find("Deployment")["spec"]["template"]["spec"]["containers"].begin();
  };
  const Rendered example("testClient: true");
  CHECK(container(example)["image"].text() == "cassandra:3.11");
  CHECK(environment(container(example)) ==
        "CQLSH_HOST=cassandra.cassandra.svc.cluster.local\nCQLSH_PORT=9042\n");
  const Rendered other(
      "testClient: true\nimage: cassandra:4.1.8\nname: ring\nnamespace: db\nports: {cql: 9999}");
  CHECK(container(other)["image"].text() == "cassandra:4.1.8");
  CHECK(environment(container(other)) == "CQLSH_HOST=ring.db.svc.cluster.local\nCQLSH_PORT=9999\n");
}

TEST_CASE("seeds are the first pods of the first racks, by their DNS names") {
  struct Row {
    std::string spec;
    std::vector<std::string> seeds;  ///< without the Service, the namespace and the domain
  };
  const std::vector<Row> rows{
      {"replicas: 1", {"cassandra-0"}},
      {"replicas: 2", {"cassandra-0"}},
      {"replicas: 3", {"cassandra-0", "cassandra-1"}},
      {"replicas: 30", {"cassandra-0", "cassandra-1"}},
      {"replicas: 3\nseeds: 3", {"cassandra-0", "cassandra-1", "cassandra-2"}},
      {"replicas: 3\nseeds: 1", {"cassandra-0"}},
      {"racks: [{name: a}]", {"cassandra-a-0"}},
      {"racks: [{name: a}, {name: b}]", {"cassandra-a-0"}},
      {"racks: [{name: b}, {name: a}, {name: c}]", {"cassandra-b-0", "cassandra-a-0"}},
      {"racks: [{name: a, replicas: 3}]", {"cassandra-a-0", "cassandra-a-1"}},
      {"racks: [{name: a, replicas: 3}, {name: b}]\nseeds: 4",
       {"cassandra-a-0", "cassandra-b-0", "cassandra-a-1", "cassandra-a-2"}},
      {"racks: [{name: a}, {name: b, replicas: 2}, {name: c, replicas: 3}]\nseeds: 5",
       {"cassandra-a-0", "cassandra-b-0", "cassandra-c-0", "cassandra-b-1", "cassandra-c-1"}},
  };
  for (const auto& [spec, seeds] : rows) {
    DYNAMIC_SECTION(spec) {
      std::vector<std::string> hosts;
      for (const auto& seed : seeds)
        hosts.push_back(seed + ".cassandra.cassandra.svc.cluster.local");
      CHECK(variable(Rendered(spec).container(), "CASSANDRA_SEEDS") ==
            fmt::format("{}", fmt::join(hosts, ",")));
    }
  }
  CHECK(variable(Rendered("name: ring\nnamespace: db\nreplicas: 1").container(),
                 "CASSANDRA_SEEDS") == "ring-0.ring.db.svc.cluster.local");
}

TEST_CASE("each rack is a StatefulSet of its own behind the one Service") {
  const Rendered rendered(
      "nodeSelector: {disk: ssd, arch: arm64}\n"
      "racks:\n"
      "  - {name: a, replicas: 2, zone: z1}\n"
      "  - {name: b, nodeSelector: {disk: nvme, cpu: '8'}}\n");
  const auto a = rendered.find("StatefulSet", "cassandra-a")["spec"];
  const auto b = rendered.find("StatefulSet", "cassandra-b")["spec"];
  CHECK(a["replicas"].text() == "2");
  CHECK(b["replicas"].text() == "1");
  for (const auto& set : {a, b}) CHECK(set["serviceName"].text() == "cassandra");
  CHECK(entries(a["selector"]["matchLabels"]) == "app=cassandra rack=a");
  CHECK(entries(b["template"]["metadata"]["labels"]) ==
        "app=cassandra rack=b app.kubernetes.io/version=3.11.2");
  const auto a_pod = a["template"]["spec"];
  const auto b_pod = b["template"]["spec"];
  CHECK(entries(a_pod["nodeSelector"]) == "disk=ssd arch=arm64 topology.kubernetes.io/zone=z1");
  CHECK(entries(b_pod["nodeSelector"]) == "disk=nvme arch=arm64 cpu=8");
  CHECK(b_pod["nodeSelector"]["cpu"].quoted());
  CHECK(variable(*a_pod["containers"].begin(), "CASSANDRA_RACK") == "a");
  CHECK(variable(*b_pod["containers"].begin(), "CASSANDRA_RACK") == "b");
}

TEST_CASE("the young generation follows from the heap and the CPUs, as cassandra-env.sh has it") {
  struct Row {
    std::string spec;
    std::string young;
  };
  const std::vector<Row> rows{
      {"heap: {}", "100M"},
      {"heap: {max: 512M}", "100M"},
      {"heap: {max: 16G, new: 2G}", "2G"},
      {"heap: {max: 1G}", "256M"},
      {"heap: {max: 8G}", "800M"},
      {"heap: {max: 2m}", "512K"},
      {"heap: {max: 1073741824}", "256M"},
      {"heap: {max: 16G}\nresources: {requests: {cpu: 8, memory: 32Gi}}", "800M"},
      {"heap: {max: 16G}\nresources: {requests: {cpu: 12}}", "1200M"},
      {"heap: {max: 16G}\nresources: {requests: {cpu: 2}, limits: {cpu: 3500m}}", "400M"},
      {"heap: {max: 16G}\nresources: {requests: {memory: 32Gi}}", "800M"},
      {"heap: {max: 256M}\nresources: {requests: {cpu: 8}}", "64M"},
  };
  for (const auto& [spec, young] : rows) {
    DYNAMIC_SECTION(spec) {
      CHECK(variable(Rendered(spec).container(), "HEAP_NEWSIZE") == young);
    }
  }
}

TEST_CASE("JMX may be open to other pods where nodetool gets in all the same") {
  const auto renders = [](const std::string& image, const std::string& rest) {
    const Rendered rendered(fmt::format("image: {}\n{}", image, rest));
    return variable(rendered.container(), "LOCAL_JMX");
  };
  const std::string off = "-Dcom.sun.management.jmxremote.authenticate=false";
  CHECK(renders("cassandra:4.1.5", "env: [{name: LOCAL_JMX, value: 'yes'}]") == "yes");
  CHECK(renders("example.com/mine:1", "flavour: custom\nenv: [{name: LOCAL_JMX, value: 'no'}]") ==
        "no");
  CHECK(renders("cassandra:4.1.5",
                "env: [{name: LOCAL_JMX, value: 'no'}, {name: JVM_EXTRA_OPTS, "
                "value: " +
                    off + "}]") == "no");
  CHECK(
      renders("gcr.io/google-samples/cassandra:v13",
              "env: [{name: LOCAL_JMX, value: 'no'}, {name: CASSANDRA_OPEN_JMX, value: 'true'}]") ==
      "no");
  CHECK(renders("cassandra:4.1.5",
                "env: [{name: LOCAL_JMX, value: 'no'}]\n"
                "patches:\n"
                "  - target: {kind: StatefulSet}\n"
                "    merge: {spec: {template: {spec: {containers: [{name: cassandra, "
                "readinessProbe: {exec: {command: [/probe]}}, "
                "lifecycle: {preStop: {exec: {command: [/drain]}}}}]}}}}\n") == "no");
}

TEST_CASE("a rack keeps its name in Cassandra, whatever Kubernetes takes for a name") {
  const Rendered rendered("racks: [{name: RAC1}, {name: Rack_2.b}]\nreplicas: ~\nseeds: 2\n");
  const auto first = rendered.find("StatefulSet", "cassandra-rac1")["spec"];
  CHECK(variable(*first["template"]["spec"]["containers"].begin(), "CASSANDRA_RACK") == "RAC1");
  CHECK(entries(first["selector"]["matchLabels"]) == "app=cassandra rack=RAC1");
  CHECK(variable(*first["template"]["spec"]["containers"].begin(), "CASSANDRA_SEEDS") ==
        "cassandra-rac1-0.cassandra.cassandra.svc.cluster.local,"
        "cassandra-rack-2-b-0.cassandra.cassandra.svc.cluster.local");
  CHECK(rendered.find("StatefulSet", "cassandra-rack-2-b"));
}

TEST_CASE("a disruption budget counts the ring's pods unless it says otherwise") {
  const Rendered rendered("podDisruptionBudget: {minAvailable: 2}");
  const auto spec = rendered.find("PodDisruptionBudget")["spec"];
  CHECK(spec["minAvailable"].text() == "2");
  CHECK(entries(spec["selector"]["matchLabels"]) == "app=cassandra");
  const Rendered own("podDisruptionBudget: {minAvailable: 2, selector: {matchLabels: {a: b}}}");
  CHECK(entries(own.find("PodDisruptionBudget")["spec"]["selector"]["matchLabels"]) == "a=b");
}

TEST_CASE("a spread constraint counts the ring's pods unless it says otherwise") {
  const Rendered rendered(
      "racks: [{name: a}]\ntopologySpreadConstraints:\n"
      "  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}\n"
      "  - {maxSkew: 1, topologyKey: host, whenUnsatisfiable: ScheduleAnyway, "
      "labelSelector: {matchLabels: {a: b}}}\n");
  std::string counted;
  for (const auto constraint : rendered.pod()["spec"]["topologySpreadConstraints"]) {
    counted += entries(constraint["labelSelector"]["matchLabels"]) + '\n';
  }
  CHECK(counted == "app=cassandra\na=b\n");
}

TEST_CASE("each pod whose image is the ring's enters the registry by the same secrets") {
  const Rendered rendered(
      "image: registry.corp/cassandra:4.1.5\nflavour: official\ntestClient: true\n"
      "imagePullSecrets: [{name: a}, {name: b}]\n");
  for (const auto& [kind, name] :
       {std::pair{"StatefulSet", "cassandra"}, std::pair{"Deployment", "cqlsh"},
        std::pair{"Deployment", "cqlsh-noistio"}}) {
    std::string secrets;
    const auto pod = rendered.find(kind, name)["spec"]["template"]["spec"];
    for (const auto secret : pod["imagePullSecrets"]) secrets += entries(secret) + '\n';
    CHECK(secrets == "name=a\nname=b\n");
  }
}

TEST_CASE("texts of the spec arrive as texts, and null is nothing") {
  const Rendered rendered(
      "labels: {a: on, b: 1e3, c: ~}\n"
      "annotations: {a: 0x10, b: null, c: 2026-11-22}\n"
      "env: [{name: A, value: 'on'}, {name: B, value: '1e3'}, {name: C, value: l\u00e4uft}]\n"
      "nodeSelector: {a: 'yes', b: '5'}\n");
  const auto metadata = rendered.find("Service")["metadata"];
  CHECK(entries(metadata["labels"]) == "app=cassandra a=on b=1e3");
  CHECK(entries(metadata["annotations"]) == "a=0x10 c=2026-11-22");
  const auto node_selector = rendered.pod()["spec"]["nodeSelector"];
  CHECK(entries(node_selector) == "a=yes b=5");
  for (const auto& mapping : {metadata["annotations"], node_selector}) {
    for (const auto value : mapping) CHECK(value.quoted());
  }
  std::string env;
  for (const auto one : rendered.container()["env"]) {
    if (one["name"].text().size() > 1) continue;
    CHECK(one["value"].quoted());
    env += fmt::format("{} ", one["value"].text());
  }
  CHECK(env == "on 1e3 l\u00e4uft ");
}

TEST_CASE("Kubernetes' own shapes pass through with the types that they have") {
  const Rendered rendered(
      "resources: {limits: {cpu: 2, memory: 4Gi, hugepages: '0'}}\n"
      "tolerations: [{operator: Exists, effect: NoExecute, tolerationSeconds: 30}]\n"
      "env:\n  - name: LINES\n    value: one\n\n      two\n");
  const auto limits = rendered.container()["resources"]["limits"];
  CHECK(dump(limits).find("'") == std::string::npos);
  CHECK(entries(limits) == "cpu=2 memory=4Gi hugepages=0");
  CHECK_FALSE(limits["cpu"].quoted());
  CHECK(limits["hugepages"].quoted());
  const auto toleration = *rendered.pod()["spec"]["tolerations"].begin();
  CHECK_FALSE(toleration["tolerationSeconds"].quoted());
  CHECK(variable(rendered.container(), "LINES") == "one\ntwo");
}

TEST_CASE("an image that is not known, and a namespace that is not made, are spoken of") {
  CHECK(Rendered("image: example.com/cassandra:1").messages() ==
        "info: 'example.com/cassandra:1' is no image that cassmesh knows: it is started as it is, "
        "with the official image's environment [set 'flavour' to official, bitnami or "
        "google-samples if it is made like one of these, else to custom]\n");
  CHECK(Rendered("image: example.com/cassandra:1\nflavour: custom").messages().empty());

  const auto told = [](const std::string& mesh, const std::string& label) {
    CHECK(
        Rendered("namespace: db\ncreateNamespace: false\nmesh: {" + mesh + "}").messages() ==
        fmt::format("info: the namespace 'db' is not in the manifest and must carry the label {0} "
                    "[kubectl label namespace db {0}]\n",
                    label));
  };
  told("", "istio-injection=enabled");
  told("revision: canary", "istio.io/rev=canary");
  told("mode: ambient", "istio.io/dataplane-mode=ambient");
  for (const std::string mesh : {"mode: none", "injection: pod-label"}) {
    CHECK(Rendered("createNamespace: false\nmesh: {" + mesh + "}").messages().empty());
  }
}
