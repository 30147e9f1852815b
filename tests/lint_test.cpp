#include "cassmesh/lint.hpp"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "linted.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

std::string account(std::string_view name, std::string_view rest = "") {
  return fmt::format("apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {}\n{}", name, rest);
}

std::string not_checked(const lint::Result& result) {
  std::string text;
  for (const auto& [file, reason] : result.summary.not_checked)
    text += fmt::format("{}: {}\n", file, reason);
  return text;
}

}  // namespace

TEST_CASE("a broken document hides nothing else") {
  const Linted linted({{"a.yaml", account("a") + "---\napiVersion: [\n---\n" + account("a")}});
  CHECK(linted.lines() ==
        "a.yaml:6:13: error[invalid-yaml]: this '[' is never closed\n"
        "a.yaml:11:9: error[duplicate-object]: ServiceAccount 'default/a' is here twice, and the "
        "last one applied wins\n");
  CHECK(linted.result.summary.documents == 3);
  CHECK(linted.result.summary.objects == 2);
}

TEST_CASE("what is no object is counted, not reported") {
  struct Row {
    const char* name;
    std::string text;
    const char* expected;
  };
  const std::vector<Row> rows{
      {"values.yaml", "replicas: 3\nimage: {tag: v1}\n", "values.yaml: not a Kubernetes object\n"},
      {"chart/templates/a.yaml", "a: {{ .Values.x }}\n",
       "chart/templates/a.yaml: template, to be rendered first\n"},
      {"a.yaml", "kind: Service\napiVersion: v1\nmetadata:\n  name: {{ .Release.Name }}-x\n",
       "a.yaml: template, to be rendered first\n"},
      {"a.yaml", account("'{{ .Release.Name }}'"), "a.yaml: template, to be rendered first\n"},
      {"a.yaml", "{% if x %}\na: b\n{% endif %}\n", "a.yaml: template, to be rendered first\n"},
      {"a.yaml", account("$NAME-db"), "a.yaml: template, to be rendered first\n"},
      {"a.yaml",
       "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\n"
       "spec: {host: 'a.{{ .Namespace }}.svc'}\n",
       "a.yaml: template, to be rendered first\n"},
      {"a.yaml", account("a") + "$patch: delete\n", "a.yaml: not a Kubernetes object\n"},
      {"a.yaml", "kind: Service\n", "a.yaml: not a Kubernetes object\n"},
      {"a.yaml", "- apiVersion: v1\n  kind: Service\n", "a.yaml: not a Kubernetes object\n"},
      {"a.yaml", "just a text\n", "a.yaml: not a Kubernetes object\n"},
      {"a.json", "{\"a\": 1}\n{\"a\": 2}\n", "a.json: not a Kubernetes object\n"},
      {"a.yaml", "", ""},
      {"a.yaml", "---\n# nothing\n---\n", ""},
      // A placeholder of something else than Helm, in a text of an object.
      {"a.yaml", account("a", "  annotations: {summary: '{{ $labels.pod }} is down'}\n"), ""},
      {"templates/a.yaml", account("a"), ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name, row.text);
    const Linted linted({{row.name, row.text}});
    CHECK(linted.lines().empty());
    CHECK(not_checked(linted.result) == row.expected);
  }
}

TEST_CASE("lists are unpacked, in any depth") {
  const Linted linted(Files{{"a.json",
                             R"({"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}},
  {"apiVersion": "v1", "kind": "List", "items": [
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a"}}, 3, null, {}]}]})"}});
  CHECK(linted.result.summary.objects == 2);
  CHECK(linted.lines() ==
        "a.json:4:73: error[duplicate-object]: ServiceAccount 'default/a' is here twice, and the "
        "last one applied wins\n");
}

TEST_CASE("line ends and a byte order mark move nothing") {
  std::string text = "\xEF\xBB\xBF" + account("a") + "---\n" + account("a");
  std::string dos;
  for (const char c : text) dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const auto expected =
      "a.yaml:9:9: error[duplicate-object]: ServiceAccount 'default/a' is here twice, and the last "
      "one applied wins\n";
  CHECK(Linted(Files{{"a.yaml", text}}).lines() == expected);
  CHECK(Linted(Files{{"a.yaml", dos}}).lines() == expected);
}

TEST_CASE("the same name without a namespace in two folders is applied to two namespaces") {
  const auto with = [](const char* first, const char* second, const std::string& rest) {
    return Linted({{first, account("a", rest)}, {second, account("a", rest)}}).result.findings;
  };
  CHECK(with("x/a.yaml", "y/a.yaml", "").empty());
  CHECK(with("x/a.yaml", "x/b.yaml", "").size() == 1);
  CHECK(with("x/a.yaml", "y/a.yaml", "  namespace: data\n").size() == 1);
}

TEST_CASE("rules can be chosen, left out, and made more or less severe") {
  const std::string text =
      account("a", "  labels: {x: '1', x: '2'}\n") + "---\n" + account("a") + "---\n[apiVersion\n";
  const auto rules = [&](const lint::Options& options) {
    std::string names;
    for (const auto& finding : Linted({{"a.yaml", text}}, options).result.findings)
      names += fmt::format("{} {}, ", to_string(finding.severity), finding.rule);
    return names;
  };
  CHECK(rules({}) == "error duplicate-key, error duplicate-object, error invalid-yaml, ");
  CHECK(rules({.select = {"duplicate-key"}}) == "error duplicate-key, ");
  CHECK(rules({.ignore = {"duplicate-key", "invalid-yaml"}}) == "error duplicate-object, ");
  CHECK(rules({.select = {"duplicate-key"}, .ignore = {"duplicate-key"}}).empty());
  lint::Options options;
  options.config.rules = {{"duplicate-key", Severity::info}, {"duplicate-object", std::nullopt}};
  CHECK(rules(options) == "info duplicate-key, error invalid-yaml, ");
  options.select = {"duplicate-object"};
  CHECK(rules(options) == "error duplicate-object, ");
}

TEST_CASE("only what touches the named files is reported") {
  const Files files{{"a.yaml", account("a", "  labels: {x: '1', x: '2'}\n")},
                    {"b.yaml", account("a")}};
  const auto lines = [&](const std::string& file) {
    return Linted(files, {.only_in = {file}}).lines();
  };
  const std::string key =
      "a.yaml:5:20: error[duplicate-key]: key 'x' stands here a second time, and only the last one "
      "counts\n";
  const std::string object =
      "b.yaml:4:9: error[duplicate-object]: ServiceAccount 'default/a' is here twice, and the last "
      "one applied wins\n";
  CHECK(lines("a.yaml") == key + object);
  CHECK(lines("./b.yaml") == object);
  CHECK(lines("c.yaml").empty());
}

TEST_CASE("the summary counts") {
  const Linted linted(
      {{"a.yaml", account("a") + "---\n" + account("a") + "---\n"}, {"b.yaml", "a: 1\n"}});
  const auto& summary = linted.result.summary;
  CHECK(summary.files == 2);
  CHECK(summary.documents == 3);
  CHECK(summary.objects == 2);
  CHECK(summary.rings == 0);
  CHECK(summary.errors == 1);
  CHECK(summary.warnings == 0);
  CHECK(summary.infos == 0);
  CHECK(summary.suppressed == 0);
  CHECK(to_string(linted.result.istio) == "1.10..");
}

TEST_CASE("the versions that are judged are given, said by the files, or those of all objects") {
  const std::string plain = account("a");
  const std::string v1 = "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: a}\n";
  const std::string old =
      "apiVersion: authentication.istio.io/v1alpha1\nkind: MeshPolicy\n"
      "metadata: {name: default}\nspec: {peers: [{mtls: {}}]}\n";
  const std::string istiod =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod, namespace: istio-system}\n"
      "spec: {template: {spec: {containers: [{name: discovery, image: 'istio/pilot:1.20.3'}]}}}\n";
  struct Row {
    std::string text;
    const char* asked;
    const char* configured;
    const char* judged;
  };
  const std::vector<Row> rows{
      {plain, "", "", "1.10.."},
      {plain, "any", "", "any"},
      {v1, "", "", "1.22.."},
      {v1, "any", "", "1.22.."},
      {v1, "1.0..", "", "any"},
      {v1, "..1.22", "", "1.0..1.22"},
      {v1, "", "1.0..", "any"},
      {v1, "1.0..", "any", "any"},
      {v1, "any", "1.0..", "1.22.."},
      {v1, "1.9..1.24", "", "1.9..1.24"},
      {old, "any", "", "1.0..1.5"},
      {old, "", "", "1.10.."},
      {old + "---\n" + v1, "any", "", "any"},
      {istiod, "", "", "1.20.3"},
      {istiod, "", "1.21", "1.21"},
      {istiod, "1.5", "1.21", "1.5"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text, row.asked, row.configured);
    lint::Options options;
    const std::string asked = row.asked;
    const std::string configured = row.configured;
    if (!asked.empty()) options.istio = mesh::GivenRange::parse(asked);
    if (!configured.empty()) options.config.istio = mesh::GivenRange::parse(configured);
    CHECK(to_string(Linted(Files{{"a.yaml", row.text}}, options).result.istio) == row.judged);
  }
}

TEST_CASE("a suppression silences its line or its object, and says why") {
  const auto text = [](std::string_view first, std::string_view above, std::string_view behind) {
    return fmt::format(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n{}  labels:\n    x: '1'\n"
        "{}    x: '2'{}\n",
        first, above, behind);
  };
  struct Row {
    const char* first;
    const char* above;
    const char* behind;
    std::size_t suppressed;
    const char* lines;
  };
  const auto* const key =
      "error[duplicate-key]: key 'x' stands here a second time, and only the last one counts\n";
  const std::vector<Row> rows{
      {"", "", "  # cassmesh: ignore duplicate-key -- why", 1, ""},
      {"", "", "  # cassmesh:ignore duplicate-key -- why", 0, "a.yaml:7:5: KEY"},
      {"", "    # cassmesh: ignore duplicate-key -- why\n", "", 1, ""},
      {"", "    # cassmesh: ignore duplicate-key -- why\n    # and more\n", "", 1, ""},
      {"", "    # cassmesh: ignore duplicate-key, duplicate-object -- why\n", "", 1,
       "a.yaml:7:39: warning[unused-suppression]: there is no 'duplicate-object' here to ignore\n"},
      {"", "    # cassmesh: ignore duplicate-key -- why\n\n", "", 0,
       "a.yaml:7:24: warning[unused-suppression]: there is no 'duplicate-key' here to ignore\n"
       "a.yaml:9:5: KEY"},
      {"  # cassmesh: ignore duplicate-key -- why\n", "", "", 0,
       "a.yaml:5:22: warning[unused-suppression]: there is no 'duplicate-key' here to ignore\n"
       "a.yaml:8:5: KEY"},
      {"", "", "  # cassmesh: ignore duplicate-key", 0,
       "a.yaml:7:5: KEY"
       "a.yaml:7:32: warning[unused-suppression]: 'duplicate-key' is ignored without a reason, so "
       "it is not\n"},
      {"", "", "  # cassmesh: ignore duplicate-kye -- why", 0,
       "a.yaml:7:5: KEY"
       "a.yaml:7:32: warning[unused-suppression]: there is no rule 'duplicate-kye'\n"},
      {"", "    y: 'a # cassmesh: ignore duplicate-key -- why'\n", "", 0, "a.yaml:8:5: KEY"},
      {"", "    y: |\n      # cassmesh: ignore duplicate-key -- why\n", "", 0, "a.yaml:9:5: KEY"},
      {"", "", "x# cassmesh: ignore duplicate-key -- why", 0, nullptr},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first, row.above, row.behind);
    if (row.lines == nullptr) continue;
    const Linted linted({{"a.yaml", text(row.first, row.above, row.behind)}});
    std::string expected = row.lines;
    if (const auto at = expected.find("KEY"); at != std::string::npos) expected.replace(at, 3, key);
    CHECK(linted.lines() == expected);
    CHECK(linted.result.summary.suppressed == row.suppressed);
  }
}

TEST_CASE("an annotation silences its object alone") {
  const auto object = [](std::string_view annotation) {
    return account("a", fmt::format("  annotations: {{cassmesh/ignore: \"{}\"}}\n", annotation));
  };
  struct Row {
    std::string second;
    const char* lines;
  };
  const std::string on_pods =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {x: '1', x: '2'}}\n"
      "spec: {template: {metadata: {annotations: {cassmesh/ignore: 'duplicate-key: why'}}}}\n";
  CHECK(Linted(Files{{"a.yaml", on_pods}}).lines().empty());
  const auto* const twice =
      "a.yaml:9:9: error[duplicate-object]: ServiceAccount 'default/a' is here twice, and the last "
      "one applied wins\n";
  const std::vector<Row> rows{
      {object("duplicate-object: a reason"), ""},
      {object("duplicate-object: a reason\\nduplicate-key: another"),
       "a.yaml:10:34: warning[unused-suppression]: there is no 'duplicate-key' here to ignore\n"},
      {account("a", "  labels: {x: y}\n"), twice},
      {object("duplicate-object"),
       "a.yaml:9:9: error[duplicate-object]: ServiceAccount 'default/a' is here twice, and the "
       "last "
       "one applied wins\n"
       "a.yaml:10:34: warning[unused-suppression]: 'duplicate-object' is ignored without a reason, "
       "so it is not\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.second);
    CHECK(Linted(Files{{"a.yaml", account("a").substr(0) + "---\n" + row.second}}).lines() ==
          row.lines);
  }
}

TEST_CASE("what one overlay ignores another still reports") {
  const std::string rule =
      "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: a\n"
      "spec:\n  host: a.example.com\n  trafficPolicy: {tls: {mod: SIMPLE}}\n";
  const std::string overlay = "resources: [../base]\nnamespace: ";
  const std::string ignore = "commonAnnotations:\n  cassmesh/ignore: \"unknown-field: a reason\"\n";
  const auto lint = [&](const std::string& dev, const std::string& prod) {
    const Linted linted(Files{{"base/kustomization.yaml", "resources: [dr.yaml]\n"},
                              {"base/dr.yaml", rule},
                              {"dev/kustomization.yaml", overlay + "dev\n" + dev},
                              {"prod/kustomization.yaml", overlay + "prod\n" + prod}});
    return linted.lines() + std::to_string(linted.result.summary.suppressed);
  };
  const std::string found =
      "base/dr.yaml:7:25: error[unknown-field]: 'mod' is no field of 'spec.trafficPolicy.tls', "
      "Istio drops it silently: did you mean 'mode'?\n";
  CHECK(lint("", "") == found + "0");
  CHECK(lint(ignore, "") == found + "1");
  CHECK(lint(ignore, ignore) == "2");
}

TEST_CASE("a kustomization that brings more than the files makes nothing missing for certain") {
  const auto lint = [](const std::string& charts) {
    return Linted(Files{{"kustomization.yaml", "resources: [a.yaml]\n" + charts},
                        {"a.yaml",
                         "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: x}\n"
                         "spec: {ports: [{name: http, port: 80}]}\n---\n"
                         "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                         "metadata: {name: a, namespace: x}\n"
                         "spec: {hosts: [a], gateways: [edge], "
                         "http: [{route: [{destination: {host: a}}]}]}\n"}})
        .lines();
  };
  CHECK(lint("") ==
        "a.yaml:9:31: warning[gateway-missing]: Gateway 'x/edge' is not among the manifests\n");
  CHECK(lint("helmCharts: [{name: b}]\n") ==
        "a.yaml:9:31: info[gateway-missing]: Gateway 'x/edge' is not among the manifests\n");
}

TEST_CASE("hostile objects are survived") {
  for (
      const auto* text :
      {"apiVersion: v1\nkind: Service\nmetadata: 3\nspec: [1]\n",
       "apiVersion: v1\nkind: Service\nmetadata: {name: [a], namespace: {b: c}, labels: 4}\n",
       "apiVersion: apps/v1\nkind: StatefulSet\nspec: {template: [], replicas: x}\n",
       "apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec: {hosts: 3, http: {a: b}}\n",
       "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nspec: {hosts: [[1]], ports: [x]}\n",
       "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nspec: {host: {}, subsets: 1}\n",
       "apiVersion: networking.istio.io/v1\nkind: Sidecar\nspec: {egress: {hosts: 1}}\n",
       "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nspec: {selector: 1}\n",
       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
       "data: {mesh: '['}\n",
       "apiVersion: v1\nkind: List\nitems: {a: b}\n"}) {
    CAPTURE(text);
    const Linted linted(Files{{"a.yaml", text}});
    for (const auto& finding : linted.result.findings) CHECK(finding.place);
    CHECK(linted.result.summary.documents == 1);
  }
}

TEST_CASE("what is too much to be compared is not checked") {
  std::string hosts;
  std::string namespaces;
  for (int i = 0; i < 800; ++i) {
    hosts += fmt::format("h{}.example.com, ", i);
    namespaces += fmt::format("n{}, ", i);
  }
  const auto entry = fmt::format(
      "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {{name: many, namespace: "
      "a}}\n"
      "spec: {{hosts: [{}], exportTo: [{}], resolution: DNS,\n"
      "  ports: [{{number: 443, name: tls, protocol: TLS}}]}}\n",
      hosts, namespaces);
  std::string matches;
  std::string routes;
  for (int i = 0; i < 101; ++i) {
    matches += fmt::format("{{uri: {{prefix: /outer{}}}}}, ", i);
    routes += fmt::format(
        "{{match: [{{headers: {{h: {{exact: v{}}}}}}}], route: [{{destination: "
        "{{host: other}}}}]}}, ",
        i);
  }
  const auto outer = fmt::format(
      "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: outer, "
      "namespace: a}}\n"
      "spec: {{hosts: [shop.example.com], gateways: [edge], http: [{{match: [{}], delegate: "
      "{{name: "
      "inner}}}}]}}\n",
      matches);
  const auto inner = fmt::format(
      "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: inner, "
      "namespace: a}}\nspec: {{http: [{}]}}\n",
      routes);
  const Linted linted({{"entry.yaml", entry}, {"routes.yaml", outer + inner}});
  std::string seen;
  for (const auto& [file, reason] : linted.result.summary.not_checked)
    seen += fmt::format("{}: {}\n", file, reason);
  CHECK(seen ==
        "entry.yaml: ServiceEntry 'a/many' has more hosts and ports than can be compared with "
        "others\n"
        "routes.yaml: VirtualService 'a/outer' has more routes than can be compared with others\n");
}
