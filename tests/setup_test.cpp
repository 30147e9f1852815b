// What a ring's container is told: by its start command, its variables and its ConfigMaps.

#include "cassandra/setup.hpp"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "cassandra/script.hpp"
#include "place.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// A StatefulSet of one container, with a ConfigMap beside it.
class Scene {
 public:
  explicit Scene(const std::string& container, const std::string& cassandra_yaml = "a: b")
      : source_(1, "set.yaml",
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: c, namespace: data}\n"
                "spec:\n  template:\n"
                "    metadata: {labels: {app.kubernetes.io/version: 4.1.3}}\n"
                "    spec:\n      volumes: [{name: v, configMap: {name: m}}]\n"
                "      containers:\n      - " +
                    container +
                    "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: data}\n"
                    "data: {key: text, cassandra.yaml: '" +
                    cassandra_yaml + "'}\n"),
        documents_(yaml::parse(source_)) {
    std::vector<k8s::Object> all;
    for (const auto& document : documents_) all.emplace_back(document.root(), "default");
    objects_ = k8s::ObjectSet(std::move(all));
  }

  cassandra::Setup setup() const { return {k8s::containers(*objects_.begin()).front(), objects_}; }

 private:
  Source source_;
  std::vector<yaml::Document> documents_;
  k8s::ObjectSet objects_;
};

/// What a look at a container that starts with a script gives.
template <typename Look>
std::string with_script(const std::string& script, Look look) {
  std::string literal;
  for (const char letter : script)
    literal += letter == '\'' ? std::string("''") : std::string(1, letter);
  const Source source(1, "x.yaml", "command: [sh, -c, '" + literal + "']\n");
  const auto documents = yaml::parse(source);
  return look(documents.front().root());
}

/// `FILE: PATTERN -> TEXT`, a line an edit.
std::string edits(const std::string& script) {
  return with_script(script, [](const yaml::Node& container) {
    std::string all;
    for (const auto& edit : cassandra::edits(container))
      all += fmt::format("{}: {} -> {}\n", edit.file, edit.pattern, edit.text);
    return all;
  });
}

/// `NAME=VALUE;` of each variable that a script sets, then `FILE: LINE;` of its own functions.
std::string set_and_called(const std::string& script) {
  return with_script(script, [](const yaml::Node& container) {
    std::string all;
    const auto calls = cassandra::calls(container);
    for (const auto& each : calls.assignments) all += fmt::format("{}={};", each.name, each.value);
    for (const auto& each : calls.lines) all += fmt::format("{}: {};", each.file, each.text);
    return all;
  });
}

}  // namespace

TEST_CASE("a start command changes files by sed and by echo") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"run.sh", ""},
      {"sed -i 's/^A=.*/A=1/' /run.sh", "/run.sh: ^A=.* -> A=1\n"},
      {"sed -i \"s/^A=.*/A=\\\"1\\\"/\" /run.sh && /run.sh", "/run.sh: ^A=.* -> A=\"1\"\n"},
      {"sed -i 's/^A=.*/A=\\\"1\\\"/' /run.sh", "/run.sh: ^A=.* -> A=\"1\"\n"},
      {"sed -i 's/^A=.*/A=\\1 \\& \\//' f", "f: ^A=.* -> A=\\1 \\& /\n"},
      {"sed -i.bak -E 's|a/b|c|g' f", "f: a/b -> c\n"},
      {"sed -ri s/a/b/ f g", "f: a -> b\ng: a -> b\n"},
      {"sed -i -e 's/a/b/' -e 's/c/d/' f", "f: a -> b\nf: c -> d\n"},
      {"/bin/sed --in-place 's/a\\/b/c/' f;true", "f: a/b -> c\n"},
      {"sed 's/a/b/' f", ""},
      {"sed -i '/x/d' f", ""},
      {"sed -i 's/a/b' f", ""},
      {"sed -i 's/a/b/;s/c/d/' f", ""},
      {"sed -i", ""},
      {"# sed -i s/a/b/ f", ""},
      {"echo 'sed -i s/a/b/ f'", ""},
      {"used -i s/a/b/ f", ""},
      {"echo 'x: true' >> /etc/x.yaml", "/etc/x.yaml:  -> x: true\n"},
      {"echo -n x: true > f", "f:  -> x: true\n"},
      {"echo x | tee f", ""},
      {"echo x >", ""},
      {"sed -i 's/a", ""},
      {"\"", ""},
      {"'", ""},
      {"\\", ""},
  };
  for (const auto& [script, found] : rows) {
    INFO(script);
    CHECK(edits(script) == found);
  }
}

TEST_CASE("a start command sets variables and calls its own functions") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"A=1 run", "A=1;"},
      {"export A=1 B='2 3' && run", "A=1;B=2 3;"},
      {"if true; then A=\"$X\"; fi", "A=$X;"},
      {"exec env A=1 run", "A=1;"},
      {"A=$(hostname -i) run", "A=$;"},
      {"run A=1", ""},
      {"check f A=1", ""},
      {"echo x > A=1", ""},
      {"1A=1 run", ""},
      {"-DA=1", ""},
      {"=1 run", ""},
      {"put() { sed; }; put /etc/x.yaml 'k: v'", "/etc/x.yaml: k: v;"},
      {"put () { sed; }; if put /x 'k: v'; then A=1; fi", "A=1;/x: k: v;"},
      {"put /etc/x.yaml 'k: v'", ""},
      {"put() { sed; }; echo put /x 'k: v'", ""},
      {"put() { sed; }; put x 'k: v'; put /x; put", ""},
  };
  for (const auto& [script, found] : rows) {
    INFO(script);
    CHECK(set_and_called(script) == found);
  }
}

TEST_CASE("a variable's value is what the kubelet makes of it, where the files tell") {
  const Scene scene(
      "{image: cassandra, env: [{name: A, value: one}, {name: B, value: '$(A) $$(A) $(A'}, {name: "
      "C, value: $(NONE)}, {name: D, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}, "
      "{name: E, value: 'c.$(D)'}, {name: F, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: "
      "G, valueFrom: {configMapKeyRef: {name: m, key: key}}}, {name: H, value: $(H)}, {name: I, "
      "valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: J, value: $(I)}, {name: A, value: "
      "two}]}");
  const auto setup = scene.setup();
  const std::vector<std::pair<std::string, std::string>> rows{
      {"A", "two"}, {"B", "one $(A) $(A"}, {"C", "?"},    {"D", "data"}, {"E", "c.data"},
      {"F", "?"},   {"G", "text"},         {"H", "$(H)"}, {"I", "?"},    {"J", "?"}};
  for (const auto& [name, value] : rows) {
    INFO(name);
    CHECK(setup.value(setup.variable(name)).value_or("?") == value);
    CHECK(setup.is_pod_ip(setup.variable(name)) == (name == "I" || name == "J"));
  }
  CHECK_FALSE(setup.variable("Z"));
}

TEST_CASE("an image's own start script runs unless something else was put in its place") {
  const std::vector<std::pair<std::string, bool>> rows{
      {"{image: cassandra}", true},
      {"{image: cassandra, args: [cassandra, -f, -R]}", true},
      {"{image: cassandra, args: [-R]}", true},
      {"{image: cassandra, args: [bash, -c, 'cassandra -f']}", false},
      {"{image: cassandra, command: [bash, -c, 'exec docker-entrypoint.sh cassandra -f']}", true},
      {"{image: cassandra, command: [cassandra, -f]}", false},
      {"{image: gcr.io/google-samples/cassandra:v13, command: [bash, -c, /run.sh]}", true},
      {"{image: gcr.io/google-samples/cassandra:v13, command: [/other.sh]}", false},
      {"{image: bitnami/cassandra, args: [/opt/bitnami/scripts/cassandra/run.sh]}", true},
      {"{image: bitnami/cassandra, command: [sleep, infinity]}", false},
      {"{image: acme/cassandra, command: [x]}", false},
      {"{image: acme/cassandra}", true},
  };
  for (const auto& [container, usual] : rows) {
    INFO(container);
    CHECK(Scene(container).setup().starts_as_usual() == usual);
  }
}

TEST_CASE("a port is what the variable, the command or cassandra.yaml says") {
  struct Row {
    std::string container;
    std::string cassandra_yaml;
    std::string port;
  };
  const std::vector<Row> rows{
      {"{image: cassandra}", "", "7000"},
      {"{image: cassandra}", "storage_port: 7010", "7010"},
      {"{image: cassandra}", "ssl_storage_port: 7011", "7000"},
      {"{image: cassandra}", "storage_port:", "7000"},
      {"{image: cassandra}", "storage_port: ${PORT}", "7000"},
      {"{image: cassandra}", "{storage_port: \"7010\"}", "7010"},
      {"{image: cassandra}", "# storage_port: 7009\n\n  storage_port: 7010 # not 7011", "7010"},
      {"{image: cassandra}", "# storage_port: 7009", "7000"},
      {"{image: cassandra}", "deep: {storage_port: 7009}", "7000"},
      {"{image: cassandra, command: [\"sed -i 's/storage_port: 7000/storage_port: 7010/' f\"]}", "",
       "7010"},
      {"{image: cassandra, command: [\"sed -i 's/^storage_port:.*/storage_port: 7010/' f\"]}", "",
       "7010"},
      {"{image: cassandra, command: [\"# storage_port: 7010\"]}", "", "7000"},
      {"{image: cassandra, env: [{name: JVM_OPTS, value: -Dcassandra.storage_port=7010}]}",
       "storage_port: 7009", "7010"},
      {"{image: cassandra, env: [{name: CASSANDRA_CFG_YAML_STORAGE_PORT, value: '7010'}]}", "",
       "7000"},
      {"{image: cassandra, command: [\"put f 'storage_port: 7010'\"]}", "", "7010"},
      {"{image: bitnami/cassandra, env: [{name: CASSANDRA_TRANSPORT_PORT_NUMBER, value: '7010'}]}",
       "", "7010"},
      {"{image: bitnami/cassandra, env: [{name: CASSANDRA_CFG_YAML_STORAGE_PORT, value: '7010'}]}",
       "", "7010"},
  };
  for (const auto& row : rows) {
    INFO(row.container << " " << row.cassandra_yaml);
    CHECK(Scene(row.container, row.cassandra_yaml).setup().setting("storage_port", "7000") ==
          row.port);
  }
}

TEST_CASE("Cassandra's version is told by the tag, else by the pod's label") {
  using cassandra::Version;
  CHECK(Scene("{image: 'cassandra:3.11.9'}").setup().version() == Version{3, 11, 9});
  CHECK(Scene("{image: acme/cassandra}").setup().version() == Version{4, 1, 3});
  CHECK(Scene("{image: 'acme/cassandra:4.0.5-3'}").setup().version() == Version{4, 0, 5});
  CHECK(Scene("{image: 'acme/cassandra:1.7.2'}").setup().version() == Version{4, 1, 3});
}

TEST_CASE("references of variables to each other end") {
  std::string env;
  for (const char name : std::string("HGFEDCBA")) {
    env += fmt::format("{{name: {}, value: '", name);
    for (int i = 0; i < 200; ++i) env += fmt::format("$({})", static_cast<char>(name + 1));
    env += "'}, ";
  }
  const Scene scene("{image: cassandra, env: [" + env + "]}");
  CHECK_FALSE(scene.setup().value(scene.setup().variable("A")));
}

TEST_CASE("a part of a text stands where it is written once as it reads") {
  const Source source(1, "x.yaml", "a: |\n  one two\n  three one\nb: \"x\\u0079z\"\n");
  const auto documents = yaml::parse(source);
  const auto root = documents.front().root();
  CHECK(place_of(root["a"], "two").at == Location{1, 2, 7});
  CHECK(place_of(root["a"], "one") == root["a"].place());
  CHECK(place_of(root["a"], "") == root["a"].place());
  CHECK(place_of(root["b"], "xyz") == root["b"].place());
}
