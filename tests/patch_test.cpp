#include "render/patch.hpp"

#include <fmt/core.h>

#include <string>
#include <vector>

#include "cassmesh/render.hpp"
#include "cassmesh/report.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// Patches an object. Gives what comes of it, and before that a line for each problem.
std::string patched(const std::string& object_text, const std::string& patch_text) {
  Sources sources;
  const auto& object_source = sources.add("object.yaml", object_text);
  const auto& patch_source = sources.add("patch.yaml", patch_text);
  const auto objects = yaml::parse(object_source);
  const auto patches = yaml::parse(patch_source);
  REQUIRE(objects.front().problems().empty());
  REQUIRE(patches.front().problems().empty());
  auto object = yaml::Value::from(objects.front().root());
  std::string text;
  for (const auto& problem :
       render::apply_patch(object, yaml::Value::from(patches.front().root()))) {
    CHECK(problem.rule == "cluster-spec");
    CHECK(problem.severity == Severity::error);
    text += fmt::format("{}:{}: {}{}\n", problem.place.at.line, problem.place.at.column,
                        problem.message, problem.fix.empty() ? "" : " = " + problem.fix);
  }
  return text + write_yaml(object);
}

/// What the user sees of a spec whose patches are wrong.
std::string seen(const std::string& patches) {
  Sources sources;
  const auto& source = sources.add("spec.yaml", "patches:\n" + patches);
  const std::vector<const Source*> files{&source};
  std::vector<Finding> problems;
  const auto spec = spec::read(files, {}, problems);
  REQUIRE(problems.empty());
  const auto manifest = render::render(spec, {.origin = "spec.yaml", .command = ""}, problems);
  CHECK(manifest.has_value() == problems.empty());
  sort(problems);
  return report::text(problems, sources, false);
}

struct Row {
  std::string object;
  std::string patch;
  std::string result;
};

const std::vector<Row> patch_table{
    // Mappings: key by key; null takes a key away.
    {"{a: 1, b: 2}", "{b: 3, c: {d: 4}}", "a: 1\nb: 3\nc:\n  d: 4\n"},
    {"{a: {b: 1, c: 2}}", "{a: {b: null}}", "a:\n  c: 2\n"},
    {"{a: 1}", "{b: null}", "a: 1\n"},
    {"{a: 1}", "{b: {c: null, d: 2}}", "a: 1\nb:\n  d: 2\n"},
    {"{a: {b: 1}}", "{a: text}", "a: text\n"},
    {"{a: text}", "{a: {b: 1}}", "a:\n  b: 1\n"},
    {"{a: '5'}", "{a: 5}", "a: 5\n"},

    // $patch in mappings.
    {"{a: {b: 1, c: 2}}", "{a: {$patch: replace, d: 3}}", "a:\n  d: 3\n"},
    {"{a: {b: 1}, c: 2}", "{a: {$patch: delete}}", "c: 2\n"},
    {"{a: 1}", "{b: {$patch: delete}}", "a: 1\n"},

    {"{a: {b: 1}}", "{a: {$patch: merge, c: 2}}", "a:\n  b: 1\n  c: 2\n"},
    {"{a: {b: 1}}", "{a: {$patch: remove, c: 2}}",
     "1:14: '$patch' is delete, merge or replace, not 'remove'\na:\n  b: 1\n  c: 2\n"},
    {"{a: 1}", "{$setElementOrder/env: [{name: A}]}",
     "1:24: patches know no '$setElementOrder/env' = use '$patch'\na: 1\n"},

    // Lists without a key are replaced as a whole.
    {"{args: [a, b]}", "{args: [c]}", "args:\n  - c\n"},
    {"{tolerations: [{key: a}]}", "{tolerations: [{key: b}]}", "tolerations:\n  - key: b\n"},
    {"{finalizers: [a]}", "{finalizers: []}", "finalizers: []\n"},

    // Lists with a key: item by item, new ones at the end.
    {"{containers: [{name: a, image: x}, {name: b}]}", "{containers: [{name: a, image: y}]}",
     "containers:\n  - name: a\n    image: y\n  - name: b\n"},
    {"{containers: [{name: a}]}", "{containers: [{name: b, image: null}]}",
     "containers:\n  - name: a\n  - name: b\n"},
    {"{containers: [{name: a, env: [{name: X, value: '1'}, {name: Y, value: '2'}]}]}",
     "{containers: [{name: a, env: [{name: Y, value: '3'}, {name: Z, value: '4'}]}]}",
     "containers:\n  - name: a\n    env:\n      - name: X\n        value: \"1\"\n"
     "      - name: Y\n        value: \"3\"\n      - name: Z\n        value: \"4\"\n"},
    {"{initContainers: [{name: a}]}", "{initContainers: [{name: b}]}",
     "initContainers:\n  - name: a\n  - name: b\n"},
    {"{volumes: [{name: a, emptyDir: {}}]}", "{volumes: [{name: b, configMap: {name: c}}]}",
     "volumes:\n  - name: a\n    emptyDir: {}\n  - name: b\n    configMap:\n      name: c\n"},
    {"{volumeMounts: [{name: a, mountPath: /a}]}", "{volumeMounts: [{name: b, mountPath: /a}]}",
     "volumeMounts:\n  - name: b\n    mountPath: /a\n"},
    {"{imagePullSecrets: [{name: a}]}", "{imagePullSecrets: [{name: b}]}",
     "imagePullSecrets:\n  - name: a\n  - name: b\n"},
    {"{hostAliases: [{ip: 1.1.1.1, hostnames: [a]}]}",
     "{hostAliases: [{ip: 1.1.1.1, hostnames: [b]}]}",
     "hostAliases:\n  - ip: 1.1.1.1\n    hostnames:\n      - b\n"},
    {"{topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1}]}",
     "{topologySpreadConstraints: [{topologyKey: zone, maxSkew: 2}, {topologyKey: host}]}",
     "topologySpreadConstraints:\n  - topologyKey: zone\n    maxSkew: 2\n  - topologyKey: host\n"},

    // Ports: by `port` in a Service, by `containerPort` in a container.
    {"{spec: {ports: [{name: a, port: 1}, {name: b, port: 2}]}}",
     "{spec: {ports: [{port: 2, name: c}]}}",
     "spec:\n  ports:\n    - name: a\n      port: 1\n    - name: c\n      port: 2\n"},
    {"{containers: [{name: a, ports: [{containerPort: 1}]}]}",
     "{containers: [{name: a, ports: [{containerPort: 1, name: x}, {containerPort: 2}]}]}",
     "containers:\n  - name: a\n    ports:\n      - containerPort: 1\n        name: x\n"
     "      - containerPort: 2\n"},

    // $patch in lists.
    {"{env: [{name: A, value: x}, {name: B}]}", "{env: [{name: A, $patch: delete}]}",
     "env:\n  - name: B\n"},
    {"{env: [{name: A}, {name: B}]}", "{env: [{$patch: replace}, {name: C}]}",
     "env:\n  - name: C\n"},
    {"{env: [{name: A}]}", "{env: [{name: B, $patch: delete}]}",
     "1:15: 'env' has no item with name 'B' to delete\nenv:\n  - name: A\n"},
    {"{env: [{name: A}]}", "{env: []}", "env:\n  - name: A\n"},
    {"{env: [{name: A}]}", "{env: null}", "{}\n"},
    {"{env: [{name: A, value: x, valueFrom: {y: z}}]}",
     "{env: [{name: A, value: null, valueFrom: {$patch: replace, w: v}}]}",
     "env:\n  - name: A\n    valueFrom:\n      w: v\n"},

    // Items that can't be found.
    {"{env: [{name: A}]}", "{env: [{value: x}]}",
     "1:8: an item of 'env' is found by its 'name', which is not given here = add 'name'\n"
     "env:\n  - name: A\n"},
    {"{spec: {ports: [{port: 1}]}}", "{spec: {ports: [{name: a}, 5]}}",
     "1:17: an item of 'ports' is found by its 'port', which is not given here = add 'port'\n"
     "1:28: an item of 'ports' is found by its 'port', which is not given here = add 'port'\n"
     "spec:\n  ports:\n    - port: 1\n"},

    // $patch in lists, as Kubernetes reads it: deletions, then replace, then the items.
    {"{env: [{name: A}, {name: B}]}", "{env: [{name: C}, {$patch: replace}, {name: D}]}",
     "env:\n  - name: C\n  - name: D\n"},
    {"{env: [{name: A}]}", "{env: [{name: A, $patch: delete}, {name: B}, {$patch: replace}]}",
     "env:\n  - name: B\n"},
    {"{env: [{name: A, value: x}]}", "{env: [{name: A, value: y}, {name: A, $patch: delete}]}",
     "env:\n  - name: A\n    value: y\n"},
    {"{env: [{name: A}]}", "{env: [{$patch: replace}]}", "env: []\n"},
    {"{env: [{name: A, value: x}]}", "{env: [{name: A, $patch: replace, value: y}]}",
     "1:26: '$patch: replace' in a list replaces all of it, and stands in its own item = "
     "write '- $patch: replace' to replace the list, or leave it out\n"
     "env:\n  - name: A\n    value: y\n"},
    {"{env: [{name: A}]}", "{env: [{name: A, $patch: merge, value: y}]}",
     "1:26: '$patch' in an item of a list is delete or replace, not 'merge' = "
     "leave it out: an item is merged without it\n"
     "env:\n  - name: A\n    value: y\n"},
    {"{env: [{name: A}]}", "{env: [{$patch: delete}]}",
     "1:8: an item of 'env' is found by its 'name', which is not given here = add 'name'\n"
     "env:\n  - name: A\n"},
    {"{tolerations: [{key: a}]}", "{tolerations: [{$patch: replace}, {key: b}]}",
     "tolerations:\n  - key: b\n"},
    {"{tolerations: [{key: a}]}", "{tolerations: [{key: a, $patch: delete}, {key: b}]}",
     "1:33: 'tolerations' is replaced as a whole, so no item of it can be deleted = "
     "list the items that stay\ntolerations:\n  - key: b\n"},

    // What is not there can't be deleted, and a patch that deletes adds nothing.
    {"{a: 1}", "{volumes: [{name: tmp, $patch: delete}]}",
     "1:19: 'volumes' has no item with name 'tmp' to delete\na: 1\n"},
    {"{a: 1}", "{spec: {template: {spec: {volumes: [{name: tmp, $patch: delete}]}}}}",
     "1:44: 'volumes' has no item with name 'tmp' to delete\na: 1\n"},
    {"{a: 1}", "{env: [{$patch: delete}]}",
     "1:8: an item of 'env' is found by its 'name', which is not given here = add 'name'\na: 1\n"},
    {"{a: 1}", "{b: {c: {$patch: delete}}}", "a: 1\n"},
    {"{a: 1}", "{b: {c: {d: null}}}", "a: 1\n"},
    {"{a: {b: 1}}", "{a: {$patch: replace, env: [{name: A, $patch: delete}], c: 2}}",
     "1:36: 'env' has no item with name 'A' to delete\na:\n  c: 2\n"},
    {"{containers: [{name: a}]}",
     "{containers: [{name: b, env: [{name: X, $patch: delete}], resources: {$patch: delete}}]}",
     "1:38: 'env' has no item with name 'X' to delete\n"
     "containers:\n  - name: a\n  - name: b\n"},
    {"{tolerations: [{key: a}]}", "{tolerations: [{key: b, c: {$patch: delete}}]}",
     "tolerations:\n  - key: b\n"},
    {"{a: text}", "{a: {b: {$patch: delete}, c: 1}}", "a:\n  c: 1\n"},

    // What is empty because the patch says so stays.
    {"{a: 1}", "{b: {}, env: [], c: [{}]}", "a: 1\nb: {}\nenv: []\nc:\n  - {}\n"},
    {"{a: 1}", "{b: {$patch: replace}, env: [{$patch: replace}]}", "a: 1\nb: {}\nenv: []\n"},
    {"{a: {b: 1}}", "{a: {b: null}}", "a: {}\n"},

    // New lists have the items that the patch gives them.
    {"{a: 1}", "{env: [{$patch: replace}, {name: C}]}", "a: 1\nenv:\n  - name: C\n"},
    {"{spec: {}}", "{spec: {ports: [{$patch: replace}, {number: 1}]}}",
     "spec:\n  ports:\n    - number: 1\n"},
    {"{spec: {ports: [{port: 1}]}}",
     "{spec: {ports: [{port: 53, protocol: TCP}, {$patch: replace}, {port: 53, protocol: UDP}]}}",
     "spec:\n  ports:\n    - port: 53\n      protocol: TCP\n"
     "    - port: 53\n      protocol: UDP\n"},

    // What was not there is added as it is.
    {"{a: 1}", "{env: [{name: A}, {value: x}]}", "a: 1\nenv:\n  - name: A\n  - value: x\n"},
};

}  // namespace

TEST_CASE("a patch merges as Kubernetes' strategic merge does") {
  for (const auto& [object, patch, result] : patch_table) {
    DYNAMIC_SECTION(object + " and " + patch) {
      CHECK(patched(object, patch) == result);
    }
  }
}

TEST_CASE("a patch keeps the comments of what it does not replace") {
  auto object = yaml::Value::mapping({{"a", yaml::Value::integer(1), {"The first."}}});
  Sources sources;
  const auto& source = sources.add("patch.yaml", "a: 2\n");
  const auto documents = yaml::parse(source);
  CHECK(render::apply_patch(object, yaml::Value::from(documents.front().root())).empty());
  CHECK(write_yaml(object) == "# The first.\na: 2\n");
}

TEST_CASE("patches are applied in order, to every object of their kind and name") {
  Sources sources;
  const auto& source = sources.add("spec.yaml",
                                   "racks: [{name: a}, {name: b}]\n"
                                   "patches:\n"
                                   "  - target: {kind: StatefulSet}\n"
                                   "    merge: {spec: {replicas: 7, minReadySeconds: 1}}\n"
                                   "  - target: {kind: StatefulSet, name: cassandra-b}\n"
                                   "    merge: {spec: {replicas: 8}}\n");
  const std::vector<const Source*> files{&source};
  std::vector<Finding> problems;
  const auto spec = spec::read(files, {}, problems);
  const auto manifest = render::render(spec, {.origin = "spec.yaml", .command = ""}, problems);
  REQUIRE(manifest);
  for (const auto& object : manifest->objects) {
    if (object.kind != "StatefulSet") continue;
    CHECK(object.text.find("minReadySeconds: 1") != std::string::npos);
    CHECK(object.text.find(object.name == "cassandra-b" ? "replicas: 8" : "replicas: 7") !=
          std::string::npos);
  }
}

TEST_CASE("a patch that matches nothing says what it could match") {
  struct Wrong {
    std::string patches;
    std::string text;
  };
  const std::vector<Wrong> rows{
      {"  - {target: {kind: Statefulset}, merge: {a: 1}}\n",
       "spec.yaml:2:21: error[cluster-spec]: the manifest has no Statefulset\n"
       "  2 |   - {target: {kind: Statefulset}, merge: {a: 1}}\n"
       "    |                     ^^^^^^^^^^^\n"
       "  = fix: did you mean 'StatefulSet'?\n"},
      {"  - {target: {kind: Ingress}, merge: {a: 1}}\n",
       "spec.yaml:2:21: error[cluster-spec]: the manifest has no Ingress\n"
       "  2 |   - {target: {kind: Ingress}, merge: {a: 1}}\n"
       "    |                     ^^^^^^^\n"
       "  = fix: its objects are Namespace/cassandra, ServiceAccount/cassandra, Service/cassandra, "
       "StatefulSet/cassandra\n"},
      {"  - {target: {kind: Service, name: casandra}, merge: {a: 1}}\n",
       "spec.yaml:2:36: error[cluster-spec]: the manifest has no Service 'casandra'\n"
       "  2 |   - {target: {kind: Service, name: casandra}, merge: {a: 1}}\n"
       "    |                                    ^^^^^^^^\n"
       "  = fix: did you mean 'cassandra'?\n"},
      {"  - {target: {kind: Service, name: other-thing}, merge: {a: 1}}\n",
       "spec.yaml:2:36: error[cluster-spec]: the manifest has no Service 'other-thing'\n"
       "  2 |   - {target: {kind: Service, name: other-thing}, merge: {a: 1}}\n"
       "    |                                    ^^^^^^^^^^^\n"
       "  = fix: its objects are Namespace/cassandra, ServiceAccount/cassandra, Service/cassandra, "
       "StatefulSet/cassandra\n"},
      // Patched away by an earlier patch? Objects stay, so this one is found.
      {"  - {target: {kind: Service}, merge: {spec: null}}\n"
       "  - {target: {kind: Service}, merge: {spec: {a: 1}}}\n",
       ""},
  };
  for (const auto& [patches, text] : rows) {
    INFO(patches);
    CHECK(seen(patches) == text);
  }
}

TEST_CASE("a patch can't make another object of one") {
  struct Wrong {
    std::string merge;
    std::string column;
    std::string what;
    std::string value;
  };
  const std::vector<Wrong> rows{
      {"{kind: Secret}", "45", "kind", "Secret"},
      {"{apiVersion: v2}", "51", "apiVersion", "v2"},
      {"{metadata: {name: other}}", "56", "name", "other"},
      {"{metadata: {namespace: other}}", "61", "namespace", "other"},
  };
  for (const auto& [merge, column, what, value] : rows) {
    const auto line = fmt::format("  - {{target: {{kind: Service}}, merge: {}}}", merge);
    INFO(line);
    const auto blanks = std::string(static_cast<std::size_t>(std::stoi(column)) - 1, ' ');
    CHECK(seen(line + "\n") ==
          fmt::format(
              "spec.yaml:2:{}: error[cluster-spec]: a patch can't change the {} of an object\n"
              "  2 | {}\n    | {}{}\n  = fix: set it by the spec's own keys\n",
              column, what, line, blanks, std::string(value.size(), '^')));
  }
  CHECK(seen("  - {target: {kind: Service}, merge: {kind: Service, metadata: {name: cassandra}}}\n")
            .empty());
}

TEST_CASE("a patch can't take away what names an object") {
  for (const std::string merge :
       {"{metadata: null}", "{metadata: text}", "{metadata: {$patch: delete}}",
        "{metadata: {$patch: replace, name: cassandra}}", "{$patch: delete}",
        "{$patch: replace, spec: {}}"}) {
    INFO(merge);
    const auto text = seen(fmt::format("  - {{target: {{kind: Service}}, merge: {}}}\n", merge));
    CHECK(text.find("error[cluster-spec]: a patch can't take away what names an object\n") !=
          std::string::npos);
    CHECK(text.ends_with("  = fix: name the keys to change\n"));
  }
  for (const std::string key : {"kind", "apiVersion"}) {
    const auto text =
        seen(fmt::format("  - {{target: {{kind: Service}}, merge: {{{}: null}}}}\n", key));
    CHECK(text.find(fmt::format("a patch can't change the {} of an object", key)) !=
          std::string::npos);
  }
  CHECK(seen("  - {target: {kind: Service}, merge: {$patch: merge, metadata: {labels: {a: b}}}}\n")
            .empty());
}

TEST_CASE("every wrong item of every patch is shown in one run, at its place") {
  CHECK(seen("  - target: {kind: StatefulSet}\n"
             "    merge:\n"
             "      spec:\n"
             "        template:\n"
             "          spec:\n"
             "            containers:\n"
             "              - image: x\n"
             "  - target: {kind: Service}\n"
             "    merge: {spec: {ports: [{port: 1, $patch: delete}]}}\n") ==
        "spec.yaml:8:17: error[cluster-spec]: an item of 'containers' is found by its 'name', "
        "which is not "
        "given here\n"
        "  8 |               - image: x\n"
        "    |                 ^^^^^^^^\n"
        "  = fix: add 'name'\n"
        "spec.yaml:10:35: error[cluster-spec]: 'ports' has no item with port '1' to delete\n"
        "  10 |     merge: {spec: {ports: [{port: 1, $patch: delete}]}}\n"
        "     |                                   ^\n");
}
