#include "cassmesh/k8s.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support.hpp"

using namespace cassmesh;

namespace {

/// The objects of a text with several documents, and what holds them.
struct Parsed {
  explicit Parsed(std::string text)
      : documents(yaml::parse(sources.add("a.yaml", std::move(text)))) {
    for (const auto& document : documents) objects.emplace_back(document.root(), "default");
  }

  Sources sources;
  std::vector<yaml::Document> documents;
  std::vector<k8s::Object> objects;
};

std::string deployment(std::string_view labels) {
  return fmt::format(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\n"
      "spec: {{template: {{metadata: {{labels: {}}}}}}}\n",
      labels);
}

bool is_selected(const std::string& selector, const std::string& workload) {
  const Parsed parsed(selector + "\n---\n" + workload);
  return k8s::label_selector_selects(parsed.documents[0].root(), parsed.objects[1]);
}

}  // namespace

TEST_CASE("an object is what its group and kind say together") {
  struct Row {
    const char* api_version;
    const char* kind;
    const char* known;
    bool is;
  };
  const std::vector<Row> rows{
      {"v1", "Service", "Service", true},
      {"serving.knative.dev/v1", "Service", "Service", false},
      {"networking.istio.io/v1beta1", "Gateway", "Gateway", true},
      {"gateway.networking.k8s.io/v1", "Gateway", "Gateway", false},
      {"authentication.istio.io/v1alpha1", "Policy", "Policy", true},
      {"kyverno.io/v1", "Policy", "Policy", false},
      {"extensions/v1beta1", "Deployment", "Deployment", true},
      {"apps/v1", "Deployment", "StatefulSet", false},
      {"apps/v1", "deployment", "Deployment", false},
      {"example.org/v1", "Ring", "Ring", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.api_version, row.kind, row.known);
    const Parsed parsed(fmt::format("apiVersion: {}\nkind: {}\n", row.api_version, row.kind));
    CHECK(parsed.objects[0].is(row.known) == row.is);
  }
}

TEST_CASE("an object stands in its namespace, in the default one, or in none") {
  const Parsed parsed(
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: data}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\n"
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n"
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n---\n"
      "apiVersion: example.org/v1\nkind: Ring\nmetadata: {name: a}\n");
  CHECK(k8s::described(parsed.objects[0]) == "Service 'data/a'");
  CHECK(k8s::described(parsed.objects[1]) == "Service 'default/a'");
  CHECK(k8s::described(parsed.objects[2]) == "Namespace 'a'");
  CHECK(k8s::described(parsed.objects[3]) == "ClusterRole 'a'");
  CHECK(k8s::described(parsed.objects[4]) == "Ring 'default/a'");
}

TEST_CASE("an API version is a group and a version") {
  const Parsed parsed(
      "apiVersion: v1\nkind: Service\n---\napiVersion: apps/v1beta2\nkind: Deployment\n---\n[]\n");
  CHECK(parsed.objects[0].group().empty());
  CHECK(parsed.objects[0].version() == "v1");
  CHECK(parsed.objects[1].group() == "apps");
  CHECK(parsed.objects[1].version() == "v1beta2");
  CHECK(parsed.objects[2].kind().empty());
}

TEST_CASE("pods are found in each kind that runs them") {
  struct Row {
    const char* head;
    const char* template_path;
  };
  const std::vector<Row> rows{
      {"apiVersion: v1\nkind: Pod\n",
       "spec: {containers: [{name: c}], initContainers: [{name: i}]}"},
      {"apiVersion: apps/v1\nkind: StatefulSet\n",
       "spec: {template: {spec: {containers: [{name: c}], initContainers: [{name: i}]}}}"},
      {"apiVersion: batch/v1\nkind: CronJob\n",
       "spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c}], "
       "initContainers: [{name: i}]}}}}}"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.head);
    const Parsed parsed(std::string(row.head) + row.template_path + "\n");
    const auto containers = k8s::containers(parsed.objects[0]);
    REQUIRE(containers.size() == 2);
    CHECK(containers[0].init);
    CHECK(containers[0].node["name"].text() == "i");
    CHECK(!containers[1].init);
    CHECK(containers[1].node["name"].text() == "c");
  }
  const Parsed none(
      "apiVersion: v1\nkind: Service\nspec: {template: {spec: {containers: [{}]}}}\n");
  CHECK(k8s::containers(none.objects[0]).empty());
  const Parsed odd(
      "apiVersion: v1\nkind: Pod\nspec: {containers: {a: b}, initContainers: [1, null]}\n");
  CHECK(k8s::containers(odd.objects[0]).empty());
}

TEST_CASE("selectors select as Kubernetes does") {
  struct Row {
    const char* selector;
    const char* labels;
    bool selects;
  };
  const std::vector<Row> rows{
      {"{}", "{app: web}", true},
      {"{matchLabels: {app: web}}", "{app: web, tier: front}", true},
      {"{matchLabels: {app: web, tier: back}}", "{app: web, tier: front}", false},
      {"{matchLabels: {app: web}}", "{}", false},
      {"{matchLabels: {app: Web}}", "{app: web}", false},
      {"{matchLabels: {app: ''}}", "{app: ''}", true},
      {"{matchLabels: {app: ''}}", "{}", false},
      {"{matchLabels: {pod-template-hash: 6b7}}", "{app: web}", true},
      {"{matchExpressions: [{key: app, operator: In, values: [a, web]}]}", "{app: web}", true},
      {"{matchExpressions: [{key: app, operator: In, values: [a]}]}", "{app: web}", false},
      {"{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}", "{app: web}", true},
      {"{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", "{app: web}", false},
      {"{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", "{}", true},
      {"{matchExpressions: [{key: app, operator: Exists}]}", "{app: web}", true},
      {"{matchExpressions: [{key: app, operator: Exists}]}", "{}", false},
      {"{matchExpressions: [{key: app, operator: DoesNotExist}]}", "{app: web}", false},
      {"{matchExpressions: [{key: app, operator: DoesNotExist}]}", "{}", true},
      {"{matchExpressions: [{key: app, operator: exists}]}", "{app: web}", false},
      {"{matchExpressions: 3, matchLabels: 4}", "{app: web}", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.selector, row.labels);
    CHECK(is_selected(row.selector, deployment(row.labels)) == row.selects);
  }
}

TEST_CASE("labels that controllers set count where a pod would have them") {
  const std::string set =
      "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: cassandra}\n"
      "spec: {template: {metadata: {labels: {app: cassandra}}}}\n";
  const auto selects = [&](std::string_view name) {
    return is_selected(
        fmt::format("{{matchLabels: {{statefulset.kubernetes.io/pod-name: {}}}}}", name), set);
  };
  CHECK(selects("cassandra-0"));
  CHECK(selects("cassandra-12"));
  CHECK(!selects("cassandra"));
  CHECK(!selects("cassandra-"));
  CHECK(!selects("cassandra-x"));
  CHECK(!selects("scylla-0"));
  CHECK(is_selected("{matchLabels: {apps.kubernetes.io/pod-index: '0'}}", set));
  CHECK(!is_selected("{matchLabels: {statefulset.kubernetes.io/pod-name: web-0}}",
                     deployment("{app: web}")));
}

TEST_CASE("a Service selects in its namespace, and without a selector nothing") {
  const Parsed parsed(
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: web}}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {selector: {}}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {name: c, namespace: x}\n"
      "spec: {selector: {app: web}}\n---\n" +
      deployment("{app: web}"));
  CHECK(k8s::service_selects(parsed.objects[0], parsed.objects[3]));
  CHECK(!k8s::service_selects(parsed.objects[1], parsed.objects[3]));
  CHECK(!k8s::service_selects(parsed.objects[2], parsed.objects[3]));
}

TEST_CASE("a set finds objects by kind, namespace and name") {
  Parsed parsed(
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: x}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: y}\n---\n"
      "apiVersion: example.org/v1\nkind: Service\nmetadata: {name: b, namespace: z}\n---\n"
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: w}\n---\n" +
      deployment("{app: web}"));
  const k8s::ObjectSet set(std::move(parsed.objects));
  CHECK(set.size() == 5);
  CHECK(set.of("Service").size() == 2);
  CHECK(set.of("ConfigMap").size() == 1);
  CHECK(set.of("Gateway").empty());
  REQUIRE(set.find("Service", "y", "a") != nullptr);
  CHECK(set.find("Service", "y", "a")->name_space() == "y");
  CHECK(set.find("Service", "z", "b") == nullptr);
  CHECK(set.find("ConfigMap", "x", "a") == nullptr);
  CHECK(set.workloads().size() == 1);
  CHECK(set.workloads("default").size() == 1);
  CHECK(set.workloads("x").empty());
  CHECK(set.covers("x"));
  CHECK(set.covers("default"));
  CHECK(!set.covers("w"));
}

TEST_CASE("of several definitions the last one is in force") {
  Parsed parsed(
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {x: '1'}}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {name: b}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {x: '2'}}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {generateName: a}\n---\n"
      "apiVersion: v1\nkind: Service\nmetadata: {generateName: a}\n");
  const k8s::ObjectSet set(std::move(parsed.objects));
  CHECK(set.all_of("Service").size() == 5);
  REQUIRE(set.of("Service").size() == 4);
  CHECK(set.of("Service")[0]->name() == "b");
  CHECK(set.of("Service")[1]->labels()["x"].text() == "2");
  CHECK(set.find("Service", "default", "a") == set.of("Service")[1]);
}

TEST_CASE("kinds that rules read stand in order, so that they are found") {
  CHECK(std::ranges::is_sorted(k8s::known_kinds(), {}, &k8s::Kind::name));
}

TEST_CASE("a kind of that group stands in no namespace, or in the default one") {
  const Parsed parsed(
      "apiVersion: storage.k8s.io/v1\nkind: VolumeAttachment\nmetadata: {name: a}\n---\n"
      "apiVersion: flowcontrol.apiserver.k8s.io/v1\nkind: FlowSchema\nmetadata: {name: a}\n---\n"
      "apiVersion: rbac.istio.io/v1alpha1\nkind: ClusterRbacConfig\nmetadata: {name: a}\n---\n"
      "apiVersion: example.com/v1\nkind: Node\nmetadata: {name: a}\n---\n"
      "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n");
  std::string seen;
  for (const auto& object : parsed.objects) seen += k8s::described(object) + "\n";
  CHECK(seen ==
        "VolumeAttachment 'a'\nFlowSchema 'a'\nClusterRbacConfig 'a'\nNode 'default/a'\n"
        "Secret 'default/a'\n");
}

TEST_CASE("apiVersion is a group and a version") {
  CHECK(k8s::parts_of("networking.istio.io/v1").group == "networking.istio.io");
  CHECK(k8s::parts_of("networking.istio.io/v1").version == "v1");
  CHECK(k8s::parts_of("v1").group.empty());
  CHECK(k8s::parts_of("v1").version == "v1");
}
