// What is told of the configuration: every key in every place, and nothing that is not so.

#include "cassmesh/effective.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/config_keys.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/rule.hpp"
#include "files.hpp"
#include "lint/environments.hpp"
#include "support.hpp"
#include "text.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string_view>& rule_names() {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const auto* rule : all_rules()) all.push_back(rule->name);
    return all;
  }();
  return names;
}

/// Files with the configuration that they are judged by.
struct Run {
  using Files = std::vector<std::pair<std::string, std::string>>;

  explicit Run(const Files& files, const std::string& configuration = "") {
    options.config = config::read(sources.add(".cassmesh.yaml", configuration), rule_names(), bad);
    for (const auto& [name, text] : files) inputs.push_back(&sources.add(name, text));
  }

  lint::Effective effective() { return lint::effective_config(sources, inputs, options); }
  std::string text() { return report::effective_text(effective(), ".cassmesh.yaml", false); }

  /// The findings, a line each.
  std::string findings() {
    std::string lines;
    for (const auto& finding : lint::lint(sources, inputs, options).findings) {
      const auto& at = finding.place.at;
      lines += fmt::format("{}:{}:{}: {}[{}]: {}\n", at ? sources[at.file].name() : "", at.line,
                           at.column, to_string(finding.severity), finding.rule, finding.message);
    }
    return lines;
  }

  Sources sources;
  std::vector<Finding> bad;
  lint::Options options;
  std::vector<const Source*> inputs;
};

/// The folders of tests/setups, each with its files.
std::vector<std::pair<std::string, Run::Files>> setups() {
  std::vector<std::pair<std::string, Run::Files>> all;
  for (const auto& folder : fs::directory_iterator(source_folder() / "tests/setups")) {
    auto& [name, files] = all.emplace_back(folder.path().filename().string(), Run::Files());
    for (const auto& path : lint::find_files({folder.path().string()}, {}))
      files.emplace_back(fs::path(path).lexically_relative(folder.path()).string(),
                         files::read_file(path));
  }
  std::ranges::sort(all);
  return all;
}

/// One line of the text for a key, whatever stands before it.
std::string line_of(const std::string& text, const std::string& key) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const auto line = text.substr(at, end - at);
    const auto from = line.find_first_not_of("# ");
    if (from != std::string::npos && line.compare(from, key.size() + 1, key + ":") == 0)
      return line;
    at = end + 1;
  }
  return {};
}

const std::string installation =
    "apiVersion: install.istio.io/v1alpha1\n"
    "kind: IstioOperator\n"
    "metadata: {name: mesh, namespace: istio-system}\n"
    "spec:\n"
    "  tag: 1.24.2\n"
    "  meshConfig:\n"
    "    outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n"
    "    defaultServiceExportTo: ['.']\n";

const std::string map =
    "apiVersion: v1\n"
    "kind: ConfigMap\n"
    "metadata: {name: istio, namespace: istio-system}\n"
    "data:\n"
    "  mesh: |-\n"
    "    enableAutoMtls: false\n"
    "    inboundTrafficPolicy:\n"
    "      mode: LOCALHOST\n";

std::string service(const std::string& name) {
  return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: shop}\n";
}

}  // namespace

TEST_CASE("every key of the configuration is shown, suggested, explained and in the schema") {
  Run run({});
  const auto effective = run.text();
  const auto suggested = lint::suggested_config(run.sources, run.inputs, "");
  const auto page = config::reference_page();
  const auto schema = nlohmann::json::parse(config::json_schema(rule_names()));
  const auto json = nlohmann::json::parse(report::effective_json(run.effective()));
  REQUIRE(config::keys().size() >= 20);
  for (const auto& key : config::keys()) {
    CAPTURE(key.path);
    const std::string name(last_part(key.path));
    CHECK(page.find(fmt::format("\n| `{}` | ", key.path)) != std::string::npos);
    CHECK_FALSE(key.meaning.empty());
    CHECK(key.meaning.ends_with('.'));
    CHECK((!key.fallback.empty() || !key.otherwise.empty() || key.required ||
           key.type == config::Type::group));
    const bool is_item = key.path.find("[]") != std::string_view::npos;
    if (is_item) continue;
    CHECK(line_of(effective, name) != "");
    CHECK(line_of(suggested, name) != "");
    const bool is_told = std::ranges::any_of(
        json["config"], [&](const auto& setting) { return setting["key"] == key.path; });
    CHECK(is_told == (key.type != config::Type::group));
    auto part = schema["properties"];
    if (key.path != name)
      part = part[std::string(key.path.substr(0, key.path.find('.')))]["properties"];
    CHECK(part.contains(name));
  }
}

TEST_CASE("the examples and defaults in the table of keys are right") {
  for (const auto& key : config::keys()) {
    if (key.type == config::Type::group || key.path == "scopes[].name") continue;
    for (const auto value : {key.fallback, key.example}) {
      if (value.empty()) continue;
      CAPTURE(key.path, value);
      const auto name = last_part(key.path);
      auto text = fmt::format("{}: {}\n", name, value);
      if (key.path.starts_with("defaultExportTo."))
        text = fmt::format("defaultExportTo: {{{}: {}}}\n", name, value);
      if (key.path == "scopes[].paths")
        text = fmt::format("scopes: [{{name: a, paths: {}}}]\n", value);
      if (key.path == "scopes[].istio")
        text = fmt::format("scopes: [{{name: a, paths: [b], istio: {}}}]\n", value);
      const Run run({}, text);
      CHECK(report::text(run.bad, run.sources, false) == "");
    }
  }
}

TEST_CASE("defaults that change with Istio are told as they change") {
  const auto words = [](std::string_view path) {
    return std::string(std::ranges::find(config::keys(), path, &config::Key::path)->otherwise);
  };
  const auto since = [](mesh::Capability capability) {
    return mesh::to_string(mesh::versions_with(capability));
  };
  CHECK(since(mesh::Capability::inbound_to_pod_ip) == "1.10..");
  CHECK(words("inboundTrafficPolicy").ends_with("PASSTHROUGH from 1.10 on, LOCALHOST before"));
  CHECK(since(mesh::Capability::outbound_registry_only_by_default) == "1.0");
  CHECK(words("outboundTrafficPolicy").ends_with("ALLOW_ANY from 1.1 on, REGISTRY_ONLY before"));
  CHECK(since(mesh::Capability::auto_mtls) == "1.5..");
  CHECK(words("autoMtls").ends_with("true from 1.5 on, false before"));
  const auto shown = [](const std::string& istio) {
    Run run({}, "istio: " + istio + "\n");
    const auto text = run.text();
    std::string values;
    for (const auto* key : {"inboundTrafficPolicy", "outboundTrafficPolicy", "autoMtls"}) {
      const auto line = line_of(text, key);
      values += line.substr(0, line.find("  #")) + "\n";
    }
    return values;
  };
  CHECK(shown("1.24").starts_with("# inboundTrafficPolicy: PASSTHROUGH"));
  CHECK(shown("1.0").find("# outboundTrafficPolicy: REGISTRY_ONLY") != std::string::npos);
  CHECK(shown("1.0").find("# autoMtls: false") != std::string::npos);
  CHECK(shown("1.9..1.10").starts_with("# inboundTrafficPolicy: "));
  CHECK(shown("1.9..1.10").find("PASSTHROUGH") == std::string::npos);
}

TEST_CASE("each setting that is in force says who set it") {
  Run run({{"k8s/istio.yaml", installation}, {"k8s/map.yaml", map}},
          "rootNamespace: mesh\ndefaultExportTo:\n  destinationRule: [.]\nrules:\n"
          "  dead-host: off\n");
  run.options.istio = mesh::GivenRange::parse("1.23..1.24");
  run.options.ignore = {"duplicate-key"};
  const auto text = run.text();
  const auto origin = [&](const std::string& key) {
    const auto line = line_of(text, key);
    const auto at = line.find(" # ", 2);
    return line.substr(0, line.find("  ", line.find_first_not_of("# "))) +
           (at == std::string::npos ? "" : line.substr(at));
  };
  CHECK(origin("istio") == "istio: 1.23..1.24 # --istio");
  CHECK(origin("rootNamespace") == "rootNamespace: mesh # .cassmesh.yaml:1");
  CHECK(origin("outboundTrafficPolicy") ==
        "outboundTrafficPolicy: REGISTRY_ONLY "
        "# k8s/istio.yaml:7:35, IstioOperator 'istio-system/mesh'");
  CHECK(origin("autoMtls") ==
        "autoMtls: false # k8s/map.yaml:6:21, ConfigMap 'istio-system/istio'");
  CHECK(line_of(text, "inboundTrafficPolicy").find("# k8s/map.yaml:8:13, ConfigMap") !=
        std::string::npos);
  CHECK(line_of(text, "service").find("service: ['.']") != std::string::npos);
  CHECK(line_of(text, "service").find("# k8s/istio.yaml:8:29, IstioOperator") != std::string::npos);
  CHECK(line_of(text, "destinationRule").find("# .cassmesh.yaml:3") != std::string::npos);
  CHECK(line_of(text, "virtualService").find("# default") != std::string::npos);
  CHECK(line_of(text, "dead-host").find("# .cassmesh.yaml:5") != std::string::npos);
  CHECK(line_of(text, "duplicate-key").find("off") != std::string::npos);
  CHECK(line_of(text, "duplicate-key").find("# --ignore") != std::string::npos);
  CHECK(origin("meshMode").starts_with("# meshMode:"));
}

TEST_CASE("what differs by scope is told of each scope") {
  const auto other =
      "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {tag: 1.26.0}\n";
  Run run({{"a/mesh.yaml", installation}, {"b/mesh.yaml", other}, {"b/s.yaml", service("x")}},
          "scopes:\n  - {name: one, paths: [a/**]}\n  - {name: two, paths: [b/**], istio: 1.27}\n");
  const auto effective = run.effective();
  REQUIRE(effective.scopes.size() == 2);
  const auto told = [&](std::size_t scope) {
    std::string lines;
    for (const auto& setting : effective.scopes[scope].settings)
      lines += fmt::format("{} {} {}\n", setting.path, setting.value.text, setting.origin);
    return lines;
  };
  CHECK(told(0).starts_with("istio 1.24.2 a/mesh.yaml:5:8, IstioOperator 'istio-system/mesh'\n"));
  CHECK(told(1).starts_with("istio 1.27 scope 'two' of .cassmesh.yaml:1\n"));
  CHECK(told(0).find("defaultExportTo.service") != std::string::npos);
  CHECK(told(0).find("clusterDomain") == std::string::npos);
  const auto text = report::effective_text(effective, "", true);
  CHECK(line_of(text, "istio").starts_with("# istio:"));
  CHECK(text.find("#   one: 1 object\n") != std::string::npos);
  CHECK(text.find("#   b/mesh.yaml\n") != std::string::npos);
}

TEST_CASE("what is shown as in force can be saved, and judges the same") {
  for (const auto& [name, files] : setups()) {
    DYNAMIC_SECTION(name) {
      Run before(files);
      const auto text = before.text();
      Run after(files, text);
      CHECK(report::text(after.bad, after.sources, false) == "");
      CHECK(after.findings() == before.findings());
    }
  }
}

TEST_CASE("a suggested configuration is right, and changes no finding of a known setup") {
  for (const auto& [name, files] : setups()) {
    DYNAMIC_SECTION(name) {
      Run before(files);
      const auto text = lint::suggested_config(before.sources, before.inputs, "");
      CHECK(text == lint::suggested_config(before.sources, before.inputs, ""));
      Run after(files, text);
      CHECK(report::text(after.bad, after.sources, false) == "");
      CHECK(after.findings() == before.findings());
    }
  }
}

namespace {

/// Each file as `path object object…`; `path!` is one of kustomize.
std::string environments(const std::vector<std::vector<std::string>>& rows) {
  std::vector<lint::SeenFile> files;
  for (const auto& row : rows) {
    auto& file = files.emplace_back(lint::SeenFile{.path = row.front()});
    file.objects.insert(row.begin() + 1, row.end());
    file.is_kustomized = file.path.ends_with('!');
    if (file.is_kustomized) file.path.pop_back();
    file.is_loose = !file.is_kustomized && row.size() > 1;
  }
  const auto found = lint::find_environments(files);
  std::string text = found.is_sure ? "sure" : found.scopes.empty() ? "none" : "maybe";
  for (const auto& scope : found.scopes) {
    text += fmt::format("; {}:", scope.name);
    for (const auto& path : scope.paths) text += " " + path;
  }
  return text;
}

}  // namespace

TEST_CASE("folders that define the same objects are environments") {
  CHECK(environments({}) == "none");
  CHECK(environments({{"a/x.yaml", "s1"}, {"b/x.yaml", "s2"}}) == "none");
  CHECK(environments({{"prod/x.yaml", "s"}, {"staging/y.yaml", "s"}}) ==
        "sure; prod: prod/**; staging: staging/**");
  // By their names one can't tell whether that is meant, or one of them a slip.
  CHECK(environments({{"old/x.yaml", "s"}, {"new/y.yaml", "s"}}) ==
        "maybe; new: new/**; old: old/**");
  CHECK(environments({{"k8s/eu-prod/a/x.yaml", "s"}, {"k8s/dev2/b/y.yaml", "s"}}) ==
        "sure; dev2: k8s/dev2/**; eu-prod: k8s/eu-prod/**");
  // Twice in one folder is a slip.
  CHECK(environments({{"x.yaml", "s"}, {"y.yaml", "s"}}) == "none");
  CHECK(environments({{"x.yaml", "s"}, {"prod/y.yaml", "s"}}) == "none");
  // What they share is judged with each; what says nothing does not matter.
  CHECK(environments({{"istio/a/m.yaml", "m"},
                      {"n*.yaml", "n"},
                      {"k8s/common/c.yaml", "c"},
                      {"k8s/one.yaml", "o"},
                      {"k8s/prod/x.yaml", "s"},
                      {"k8s/test/x.yaml", "s"},
                      {"values.yaml"}}) ==
        "sure; prod: k8s/prod/** istio/** ./n\\*.yaml k8s/common/** k8s/one.yaml; "
        "test: k8s/test/** istio/** ./n\\*.yaml k8s/common/** k8s/one.yaml");
  // What kustomize includes has its own scope and is left to it.
  CHECK(environments({{"base/b.yaml!", "b"},
                      {"base/extra.yaml", "e"},
                      {"prod/x.yaml", "s"},
                      {"test/x.yaml", "s"}}) ==
        "sure; prod: prod/** base/extra.yaml; test: test/** base/extra.yaml");
  CHECK(environments({{"prod/kustomization.yaml!"}, {"prod/x.yaml", "s"}, {"test/x.yaml", "s"}}) ==
        "maybe; prod: prod/**; test: test/**");
  // One place after the other, with the same names everywhere, or it is no pattern.
  CHECK(environments({{"a/prod/x.yaml", "s"},
                      {"a/test/x.yaml", "s"},
                      {"b/prod/x.yaml", "t"},
                      {"b/test/x.yaml", "t"}}) ==
        "sure; prod: a/prod/** b/prod/**; test: a/test/** b/test/**");
  CHECK(environments({{"a/prod/x.yaml", "s"},
                      {"a/test/x.yaml", "s"},
                      {"b/one/x.yaml", "t"},
                      {"b/two/x.yaml", "t"}}) == "none");
}

TEST_CASE("environments in folders are judged apart, each with what they share") {
  const auto ring = files::read_file(source_folder() / "tests/render/default.yaml");
  const auto bad_rule =
      "apiVersion: networking.istio.io/v1beta1\nkind: DestinationRule\n"
      "metadata: {name: off, namespace: cassandra}\n"
      "spec: {host: cassandra.cassandra.svc.cluster.local, trafficPolicy: {tls: {mode: "
      "DISABLE}}}\n";
  const Run::Files files{
      {"prod/ring.yaml", ring}, {"staging/ring.yaml", ring}, {"shared/rule.yaml", bad_rule}};
  Run before(files);
  CHECK(before.findings().find("duplicate-object") != std::string::npos);
  const auto text = lint::suggested_config(before.sources, before.inputs, "");
  Run after(files, text);
  CHECK(report::text(after.bad, after.sources, false) == "");
  REQUIRE(after.options.config.scopes.size() == 2);
  CHECK(after.options.config.scopes[0].paths == std::vector<std::string>{"prod/**", "shared/**"});
  CHECK(after.findings().find("duplicate-object") == std::string::npos);
}
