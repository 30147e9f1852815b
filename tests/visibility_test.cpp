// Who sees what: exportTo, the Service annotation, the mesh's defaults, Sidecars.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "mesh/precedence.hpp"

using namespace cassmesh;

namespace {

/// The objects of a text, which stay good as long as it lives.
struct Objects {
  explicit Objects(std::string text) : source(1, "objects.yaml", std::move(text)) {
    documents = yaml::parse(source);
    std::vector<k8s::Object> all;
    for (const auto& document : documents) {
      if (k8s::is_object(document.root())) all.emplace_back(document.root(), "default");
    }
    set = k8s::ObjectSet(std::move(all));
  }
  const k8s::Object& operator[](std::size_t index) const { return set.objects()[index]; }

  Source source;
  std::vector<yaml::Document> documents;
  k8s::ObjectSet set;
};

/// A routing object of namespace `data` with these further lines.
std::string object(std::string_view kind, std::string_view lines, std::string_view name = "it",
                   std::string_view name_space = "data") {
  return fmt::format("apiVersion: {}\nkind: {}\nmetadata: {{name: {}, namespace: {}}}\n{}\n---\n",
                     kind == "Service" ? "v1" : "networking.istio.io/v1", kind, name, name_space,
                     lines);
}

std::string shown(const mesh::Audience& audience) {
  if (audience.is_everybody()) return "everybody";
  return audience.namespaces().empty() ? "nobody"
                                       : fmt::format("{}", fmt::join(audience.namespaces(), " "));
}

}  // namespace

TEST_CASE("exportTo says who sees an object") {
  struct Row {
    std::string_view kind;
    std::string_view lines;
    std::string_view audience;
  };
  const Row rows[] = {
      {"VirtualService", "", "everybody"},
      {"VirtualService", "spec: {exportTo: []}", "everybody"},
      {"VirtualService", "spec: {exportTo: ['*']}", "everybody"},
      {"VirtualService", "spec: {exportTo: ['.', '*']}", "everybody"},
      {"VirtualService", "spec: {exportTo: ['~', '*']}", "everybody"},
      {"VirtualService", "spec: {exportTo: ['.']}", "data"},
      {"VirtualService", "spec: {exportTo: [data]}", "data"},
      {"VirtualService", "spec: {exportTo: ['.', app]}", "app data"},
      {"VirtualService", "spec: {exportTo: [app]}", "app"},
      {"VirtualService", "spec: {exportTo: [app, ops]}", "app ops"},
      {"VirtualService", "spec: {exportTo: ['~']}", "nobody"},
      {"VirtualService", "spec: {exportTo: ['~', app]}", "nobody"},
      {"VirtualService", "spec: {exportTo: ['.', '~']}", "nobody"},
      // What the API would refuse says nothing.
      {"VirtualService", "spec: {exportTo: app}", "everybody"},
      {"VirtualService", "spec: {exportTo: [[app]]}", "everybody"},
      {"ServiceEntry", "spec: {exportTo: ['~']}", "nobody"},
      {"ServiceEntry", "spec: {exportTo: ['.']}", "data"},
      {"ServiceEntry", "", "everybody"},
      {"DestinationRule", "", "everybody"},
      {"DestinationRule", "spec: {exportTo: ['.']}", "data"},
      {"DestinationRule", "spec: {exportTo: [app]}", "app"},
      {"DestinationRule", "spec: {exportTo: ['~']}", "nobody"},
      {"DestinationRule", "spec: {exportTo: ['.', '~']}", "data"},
      {"DestinationRule", "spec: {workloadSelector: {matchLabels: {app: a}}}", "data"},
      {"DestinationRule", "spec: {exportTo: ['*'], workloadSelector: {matchLabels: {app: a}}}",
       "data"},
      {"Service", "", "everybody"},
      // A Service has no such field, only the annotation.
      {"Service", "spec: {exportTo: ['.']}", "data"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.kind, row.lines);
    const Objects objects(object(row.kind, row.lines));
    CHECK(shown(mesh::audience(objects[0], {})) == row.audience);
  }
}

TEST_CASE("a Service says in an annotation who sees it") {
  struct Row {
    std::string_view value;
    std::string_view audience;
  };
  const Row rows[] = {
      {"'*'", "everybody"},   {"'.'", "data"},          {"'~'", "nobody"},
      {"app", "app"},         {"'app,ops'", "app ops"}, {"' app , . '", "app data"},
      {"'.,*'", "everybody"}, {"'~,app'", "nobody"},    {"''", "everybody"},
      {"[app]", "everybody"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    const Objects objects(
        fmt::format("apiVersion: v1\nkind: Service\nmetadata:\n  name: it\n  namespace: data\n"
                    "  annotations: {{networking.istio.io/exportTo: {}}}\n",
                    row.value));
    CHECK(shown(mesh::audience(objects[0], {})) == row.audience);
  }
}

TEST_CASE("the mesh has defaults for exportTo") {
  struct Row {
    std::string_view kind;
    std::vector<std::string> by_default;
    std::string_view audience;
  };
  const Row rows[] = {
      {"VirtualService", {}, "everybody"},
      {"VirtualService", {"*"}, "everybody"},
      {"VirtualService", {"."}, "data"},
      {"VirtualService", {".", "*"}, "data"},
      {"VirtualService", {"~"}, "nobody"},
      {"VirtualService", {"app"}, "nobody"},
      {"ServiceEntry", {"."}, "data"},
      {"Service", {"."}, "data"},
      {"Service", {"~"}, "nobody"},
      {"DestinationRule", {"."}, "data"},
      {"DestinationRule", {"~"}, "everybody"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.kind, row.by_default);
    mesh::Settings settings;
    const std::string_view kind = row.kind;
    auto& list = kind == "VirtualService"    ? settings.virtual_service_export_to
                 : kind == "DestinationRule" ? settings.destination_rule_export_to
                                             : settings.service_export_to;
    list = row.by_default;
    CHECK(shown(mesh::audience(Objects(object(kind, ""))[0], settings)) == row.audience);
    if (kind == "Service") continue;
    const Objects explicitly(object(kind, "spec: {exportTo: [app]}"));
    CHECK(shown(mesh::audience(explicitly[0], settings)) == "app");
  }
}

TEST_CASE("audiences overlap where some namespace is in both") {
  const auto everybody = mesh::Audience::everybody();
  const mesh::Audience nobody{std::set<std::string, std::less<>>()};
  const mesh::Audience app({"app"});
  const mesh::Audience both({"app", "ops"});
  const mesh::Audience ops({"ops"});
  CHECK(everybody.overlaps(everybody));
  CHECK(everybody.overlaps(app));
  CHECK(app.overlaps(everybody));
  CHECK(app.overlaps(both));
  CHECK_FALSE(app.overlaps(ops));
  CHECK_FALSE(nobody.overlaps(nobody));
  CHECK_FALSE(nobody.overlaps(everybody));
  CHECK_FALSE(everybody.overlaps(nobody));
  CHECK(everybody.includes("app"));
  CHECK(both.includes("ops"));
  CHECK_FALSE(app.includes("ops"));
}

TEST_CASE("what a namespace keeps to itself ranks before what it is given") {
  struct Row {
    std::string_view export_to;
    std::vector<std::string> ranks;
  };
  const Row rows[] = {
      {"[]", {"*"}},
      {"['*', app]", {"*"}},
      {"['.']", {"data/own"}},
      {"[data]", {"data/own"}},
      {"[app]", {"app/given"}},
      {"['.', app]", {"app/given", "data/own"}},
      {"['~']", {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.export_to);
    const Objects objects(
        object("VirtualService", fmt::format("spec: {{exportTo: {}}}", row.export_to)));
    CHECK(mesh::ranks(objects[0], {}) == row.ranks);
  }
}

TEST_CASE("the older object goes first, and of the same age the first by name") {
  struct Row {
    std::string_view left;
    std::string_view right;
    std::string_view first;
    bool known;
  };
  const Row rows[] = {
      {"name: a, namespace: x", "name: b, namespace: x", "x/a", false},
      {"name: b, namespace: x", "name: a, namespace: y", "y/a", false},
      {"name: a, namespace: y", "name: a, namespace: x", "x/a", false},
      {"name: a, namespace: x, creationTimestamp: '2024-05-02T00:00:00Z'",
       "name: b, namespace: x, creationTimestamp: '2024-05-01T23:59:59Z'", "x/b", true},
      {"name: b, namespace: x, creationTimestamp: '2024-05-01T00:00:00Z'",
       "name: a, namespace: x, creationTimestamp: '2024-05-01T00:00:00Z'", "x/a", true},
      {"name: b, namespace: x, creationTimestamp: '2024-05-01T00:00:00Z'", "name: a, namespace: x",
       "x/a", false},
      {"name: a, namespace: x, creationTimestamp: null",
       "name: b, namespace: x, creationTimestamp: null", "x/a", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.left, row.right);
    const auto service = [](std::string_view metadata) {
      return fmt::format("apiVersion: v1\nkind: Service\nmetadata: {{{}}}\n---\n", metadata);
    };
    const Objects objects(service(row.left) + service(row.right));
    for (const auto& order :
         {mesh::precedence(objects[0], objects[1]), mesh::precedence(objects[1], objects[0])}) {
      CHECK(fmt::format("{}/{}", order.first->name_space(), order.first->name()) == row.first);
      CHECK(order.second != order.first);
      CHECK(order.known == row.known);
    }
  }
}

TEST_CASE("of many, those with a date are in the order of their age") {
  const auto service = [](std::string_view name, std::string_view created) {
    return fmt::format(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {}, namespace: x{}{}}}\n---\n", name,
        created.empty() ? "" : ", creationTimestamp: ", created);
  };
  const auto names = [](const mesh::Objects& list) {
    std::string text;
    for (const auto* each : list) text += fmt::format("{} ", each->name());
    return text;
  };
  const Objects objects(service("c", "2024-05-01T00:00:00Z") + service("b", "") +
                        service("a", "2024-05-03T00:00:00Z") + service("b", "") +
                        service("d", "2024-05-02T00:00:00Z"));
  const mesh::Objects list{&objects[0], &objects[1], &objects[2], &objects[3], &objects[4]};
  CHECK(names(mesh::by_precedence(list)) == "c b b d a ");
  CHECK(names(mesh::possible_firsts(list)) == "c b ");
  CHECK(names(mesh::possible_firsts(mesh::Objects{&objects[2], &objects[4]})) == "d ");
  CHECK(names(mesh::possible_firsts(mesh::Objects{&objects[1], &objects[3]})) == "b ");
}

TEST_CASE("one Sidecar shapes what a workload sees") {
  const auto sidecar = [](std::string_view name, std::string_view name_space,
                          std::string_view spec) {
    return object("Sidecar", fmt::format("spec: {}", spec), name, name_space);
  };
  const auto selecting = [](std::string_view labels) {
    return fmt::format("{{workloadSelector: {{labels: {}}}}}", labels);
  };
  const auto mine = selecting("{app: cassandra}");
  const std::pair<std::string, std::string_view> rows[] = {
      {"", "-"},
      {sidecar("default", "data", "{}"), "data/default"},
      {sidecar("default", "app", "{}"), "-"},
      {sidecar("default", "istio-system", "{}"), "istio-system/default"},
      {sidecar("root", "istio-system", "{}") + sidecar("own", "data", "{}"), "data/own"},
      {sidecar("own", "data", "{}") + sidecar("mine", "data", mine), "data/mine"},
      {sidecar("own", "data", "{}") + sidecar("other", "data", selecting("{app: shop}")),
       "data/own"},
      {sidecar("root", "istio-system", "{}") + sidecar("other", "data", selecting("{app: shop}")),
       "istio-system/root"},
      // Every label must fit; no label at all fits everything.
      {sidecar("two", "data", selecting("{app: cassandra, tier: db}")), "-"},
      {sidecar("own", "data", "{}") + sidecar("z-all", "data", "{workloadSelector: {}}"),
       "data/z-all"},
      {sidecar("own", "data", "{workloadSelector: null}"), "data/own"},
      // In the root namespace a selector is for its own workloads.
      {sidecar("mine", "istio-system", mine), "-"},
      {sidecar("b", "data", mine) + sidecar("a", "data", mine), "data/a"},
      {sidecar("b", "data", "{}") + sidecar("a", "data", "{}"), "data/a"},
  };
  for (const auto& [sidecars, chosen] : rows) {
    CAPTURE(sidecars);
    const Objects objects(
        sidecars +
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: cassandra, namespace: data}\n"
        "spec: {template: {metadata: {labels: {app: cassandra}}}}\n");
    const auto& workload = *objects.set.of("StatefulSet").front();
    const auto* found = mesh::sidecar_of(workload, objects.set, {});
    CHECK((found == nullptr ? "-" : fmt::format("{}/{}", found->name_space(), found->name())) ==
          chosen);
  }
}

TEST_CASE("a Sidecar's egress imports hosts of namespaces") {
  struct Row {
    std::string_view spec;
    std::string_view host_namespace;
    std::string_view host;
    bool imported;
  };
  const std::string_view ring = "cassandra.data.svc.cluster.local";
  // The client stands in namespace `app`.
  const Row rows[] = {
      {"{}", "data", ring, true},
      {"{egress: []}", "data", ring, true},
      {"{egress: null}", "data", ring, true},
      {"{egress: [{hosts: ['*/*']}]}", "data", ring, true},
      {"{egress: [{hosts: ['./*']}]}", "data", ring, false},
      {"{egress: [{hosts: ['./*']}]}", "app", "shop.app.svc.cluster.local", true},
      {"{egress: [{hosts: ['data/*']}]}", "data", ring, true},
      {"{egress: [{hosts: ['data/*']}]}", "app", "shop.app.svc.cluster.local", false},
      {"{egress: [{hosts: ['*/cassandra.data.svc.cluster.local']}]}", "data", ring, true},
      {"{egress: [{hosts: ['*/*.data.svc.cluster.local']}]}", "data", ring, true},
      {"{egress: [{hosts: ['*/*.cassandra.data.svc.cluster.local']}]}", "data", ring, false},
      {"{egress: [{hosts: ['data/cassandra.data.svc.cluster.local']}]}", "data", ring, true},
      {"{egress: [{hosts: ['app/cassandra.data.svc.cluster.local']}]}", "data", ring, false},
      // Hosts are not completed here.
      {"{egress: [{hosts: ['data/cassandra']}]}", "data", ring, false},
      {"{egress: [{hosts: ['data/cassandra.data']}]}", "data", ring, false},
      {"{egress: [{hosts: ['data/cassandra.data.svc']}]}", "data", ring, false},
      {"{egress: [{hosts: ['data/Cassandra.data.svc.cluster.local']}]}", "data", ring, false},
      {"{egress: [{hosts: ['~/*']}]}", "data", ring, false},
      {"{egress: [{hosts: ['~/*', 'data/*']}]}", "data", ring, true},
      // Without a namespace it is refused.
      {"{egress: [{hosts: ['*']}]}", "data", ring, false},
      {"{egress: [{hosts: [cassandra.data.svc.cluster.local]}]}", "data", ring, false},
      {"{egress: [{hosts: ['/*']}]}", "data", ring, false},
      {"{egress: [{hosts: ['./*']}, {hosts: ['data/*']}]}", "data", ring, true},
      {"{egress: [{port: {number: 9042}}]}", "data", ring, false},
      {"{egress: [{hosts: 'data/*'}]}", "data", ring, false},
      // An exact import of a wildcard ServiceEntry is none of the names below it.
      {"{egress: [{hosts: ['*/api.example.com']}]}", "data", "*.example.com", false},
      {"{egress: [{hosts: ['*/*.example.com']}]}", "data", "*.example.com", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.spec, row.host_namespace, row.host);
    const Objects objects(object("Sidecar", fmt::format("spec: {}", row.spec), "default", "app"));
    CHECK(mesh::imports(objects[0], "app", row.host, row.host_namespace) == row.imported);
  }
  // The root namespace's Sidecar means the client's namespace by a dot.
  const Objects root(
      object("Sidecar", "spec: {egress: [{hosts: ['./*']}]}", "default", "istio-system"));
  CHECK(mesh::imports(root[0], "data", ring, "data"));
  CHECK_FALSE(mesh::imports(root[0], "app", ring, "data"));
}
