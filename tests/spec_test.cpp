#include "cassmesh/spec.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/render.hpp"
#include "cassmesh/report.hpp"
#include "spec/check.hpp"
#include "support.hpp"
#include "text.hpp"

using cassmesh::Finding;
using cassmesh::Source;
using cassmesh::Sources;
using cassmesh::spec::ClusterSpec;

namespace {

/// A spec as `cassmesh render` reads it, and what comes of it. Owns the texts that the spec looks
/// into.
class Run {
 public:
  using File = std::pair<std::string, std::string>;  ///< name and text

  Run(const std::vector<File>& files, const std::vector<std::string>& sets) {
    std::vector<const Source*> sources;
    std::vector<const Source*> arguments;
    for (const auto& [name, text] : files) sources.push_back(&texts_.add(name, text));
    for (const auto& set : sets) arguments.push_back(&texts_.add("--set", set));
    spec = cassmesh::spec::read(sources, arguments, problems);
    manifest = cassmesh::render::render(spec, {.origin = "spec.yaml", .command = "cassmesh render"},
                                        problems);
    cassmesh::sort(problems);
  }
  explicit Run(const std::string& text, const std::vector<std::string>& sets = {})
      : Run({{"spec.yaml", text}}, sets) {}

  std::string shown() const { return cassmesh::report::text(problems, texts_, false); }

  std::vector<Finding> problems;
  ClusterSpec spec;
  std::optional<cassmesh::render::Manifest> manifest;

 private:
  Sources texts_;
};

const std::string table_path = source_folder() / "tests/bad_specs.txt";

/// A section of bad_specs.txt: a title, what is typed, and what is seen.
struct BadSpec {
  std::string title;
  std::string input;  ///< its lines as they stand, to write them again
  std::vector<Run::File> files;
  std::vector<std::string> sets;
  std::string seen;
};

/// The text of `\t`, `\n`, `\\` and `\xFF`.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    switch (text.at(++i)) {
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'x':
        out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

/// Reads the table; what stands in front of the first section goes to `preface`.
std::vector<BadSpec> read_table(std::string& preface) {
  std::ifstream file(table_path);
  std::vector<BadSpec> table;
  bool escaped = false;
  bool answer = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("=== ")) {
      table.emplace_back().title = line.substr(4);
      escaped = answer = false;
    } else if (table.empty()) {
      preface += line + '\n';
    } else if (line == "--- stderr") {
      answer = true;
    } else if (auto& section = table.back(); answer) {
      section.seen += line + '\n';
    } else {
      section.input += line + '\n';
      if (line.starts_with("--- ")) {
        escaped = line.ends_with(" (escaped)");
        section.files.emplace_back(line.substr(4, line.find(' ', 4) - 4), "");
      } else if (line.starts_with("--set ")) {
        section.sets.push_back(line.substr(6));
      } else if (!section.files.empty()) {
        section.files.back().second += escaped ? unescaped(line) : line + '\n';
      }
    }
  }
  for (auto& section : table) {  // the empty line in front of the next section
    if (section.seen.ends_with("\n\n")) section.seen.pop_back();
  }
  return table;
}

void write_table(const std::string& preface, const std::vector<BadSpec>& table) {
  std::ofstream file(table_path);
  file << preface;
  for (const auto& section : table) {
    file << "=== " << section.title << '\n' << section.input << "--- stderr\n" << section.seen;
    if (&section != &table.back()) file << '\n';
  }
}

}  // namespace

TEST_CASE("each broken spec is answered as the table says") {
  std::string preface;
  auto table = read_table(preface);
  const bool update = golden_files_are_rewritten();
  CHECK(table.size() >= 80);
  std::set<std::string> titles;
  for (auto& bad : table) {
    CHECK(titles.insert(bad.title).second);
    DYNAMIC_SECTION(bad.title) {
      const Run run(bad.files, bad.sets);
      CHECK_FALSE(run.manifest);
      CHECK(std::ranges::any_of(run.problems, [](const Finding& finding) {
        return finding.severity == cassmesh::Severity::error;
      }));
      if (!update) CHECK(run.shown() == bad.seen);
    }
  }
  if (!update) return;
  for (auto& bad : table) bad.seen = Run(bad.files, bad.sets).shown();
  write_table(preface, table);
}

namespace {

/// The labels of the Service, in order, as `key=value` with blanks between them.
std::string label_line(const Run& run) {
  std::string line;
  for (const auto& [key, value, comment] : run.spec.value("labels").entries) {
    line += fmt::format("{}{}={}", line.empty() ? "" : " ", key, value.text);
  }
  return line;
}

}  // namespace

TEST_CASE("an empty file, comments alone and no file at all are the default spec") {
  const Run none(std::vector<Run::File>{}, {});
  REQUIRE(none.manifest);
  CHECK(none.problems.empty());
  for (const std::string text :
       {"", "\n\n", "# nothing\n", "---\n", "---\n...\n", "null\n", "{}\n"}) {
    CAPTURE(text);
    const Run run(text);
    CHECK(run.shown().empty());
    REQUIRE(run.manifest);
    CHECK(run.manifest->text() == none.manifest->text());
  }
}

TEST_CASE("later files go over earlier ones: mappings merge, lists are replaced") {
  const Run run({{"base.yaml",
                  "labels: {team: data, tier: db}\n"
                  "cluster: {name: Base, rack: r1}\n"
                  "resources: {limits: {memory: 2Gi, cpu: 1}}\n"
                  "tolerations: [{key: a}, {key: b}]\n"},
                 {"prod.yaml",
                  "labels: {tier: prod}\n"
                  "cluster: {name: Prod}\n"
                  "resources: {limits: {memory: 4Gi}}\n"
                  "tolerations: [{key: c}]\n"}},
                {});
  CHECK(run.shown().empty());
  CHECK(label_line(run) == "team=data tier=prod");
  CHECK(run.spec.text("cluster.name") == "Prod");
  CHECK(run.spec.text("cluster.rack") == "r1");
  CHECK(run.spec.value("resources")["limits"]["memory"].text == "4Gi");
  CHECK(run.spec.value("resources")["limits"]["cpu"].text == "1");
  REQUIRE(run.spec.value("tolerations").entries.size() == 1);
  CHECK(run.spec.value("tolerations").entries[0].value["key"].text == "c");
}

TEST_CASE("a null in a later file goes back to the default") {
  const Run run({{"base.yaml",
                  "replicas: 5\n"
                  "labels: {team: data, tier: db}\n"
                  "mesh: {mtls: strict, istio: 1.24}\n"
                  "heap: {max: 1G}\n"
                  "resources: {limits: {memory: 4Gi, cpu: 2}}\n"},
                 {"prod.yaml",
                  "replicas: null\n"
                  "labels: {team: ~}\n"
                  "mesh: {istio: }\n"
                  "heap:\n"
                  "resources: {limits: {cpu: null}}\n"}},
                {});
  CHECK(run.shown().empty());
  CHECK(run.spec.text("replicas") == "3");
  CHECK_FALSE(run.spec.given("replicas"));
  CHECK(label_line(run) == "tier=db");
  CHECK(run.spec.text("mesh.mtls") == "strict");
  CHECK_FALSE(run.spec.given("mesh.istio"));
  CHECK(run.spec.text("heap.max") == "512M");
  CHECK(run.spec.value("resources")["limits"].entries.size() == 1);
}

TEST_CASE("a null with nothing below it is as good as nothing") {
  const Run run(
      "name: null\n"
      "labels: {team: null}\n"
      "nodeSelector: {disk: ~}\n"
      "mesh: {clients: [{namespace: shop, serviceAccount: null, ports: null}]}\n"
      "racks: [{name: a, replicas: null, zone: ~, nodeSelector: null}]\n"
      "podDisruptionBudget: null\n");
  CHECK(run.shown().empty());
  REQUIRE(run.manifest);
  CHECK(run.manifest->text().find("null") == std::string::npos);
  CHECK(run.manifest->text().find("replicas: 1\n") != std::string::npos);
  CHECK(run.manifest->text().find("PodDisruptionBudget") == std::string::npos);
}

TEST_CASE("a --set goes over all files, and the last one wins") {
  const Run run("replicas: 5\ncluster: {name: File}\n",
                {"replicas=7", "replicas=9", "cluster.name=Argument"});
  CHECK(run.shown().empty());
  CHECK(run.spec.integer("replicas") == 9);
  CHECK(run.spec.text("cluster.name") == "Argument");
}

TEST_CASE("a --set reads its value as YAML") {
  const Run run("labels: {team: data}\nreplicas: 5\n",
                {"mesh={mode: ambient, mtls: strict}", "testClient=true", "cluster.name='a=b: c'",
                 "tolerations=[{key: a}]", "replicas=", "annotations.note=0x10", "seeds=null",
                 "image=cassandra:4.1"});
  CHECK(run.spec.text("mesh.mode") == "ambient");
  CHECK(run.spec.text("mesh.mtls") == "strict");
  CHECK(run.spec.flag("testClient"));
  CHECK(run.spec.text("cluster.name") == "a=b: c");
  CHECK(run.spec.value("tolerations").entries.size() == 1);
  CHECK_FALSE(run.spec.given("replicas"));
  CHECK(run.spec.value("annotations")["note"].text == "0x10");
  CHECK_FALSE(run.spec.value("annotations")["note"].typed);
  CHECK_FALSE(run.spec.given("seeds"));
  CHECK(run.spec.text("image") == "cassandra:4.1");
}

TEST_CASE("a backslash before a dot makes it a part of --set's key") {
  const Run run("labels: {team: data}\n",
                {R"(labels.example\.com/team=data)", R"(annotations.a\.b\.c=x)",
                 R"(nodeSelector.kubernetes\.io/os=linux)"});
  CHECK(run.shown().empty());
  CHECK(label_line(run) == "team=data example.com/team=data");
  CHECK(run.spec.value("annotations")["a.b.c"].text == "x");
  CHECK(run.spec.value("nodeSelector")["kubernetes.io/os"].text == "linux");
}

TEST_CASE("a --set reaches into mappings of Kubernetes' own shape") {
  const Run run("resources: {requests: {cpu: 500m}}\n",
                {"resources.limits.memory=2Gi", "resources.limits.cpu=2",
                 "podSecurityContext.windowsOptions.x=[1]", "securityContext.runAsNonRoot=false",
                 "resources.requests.cpu="});
  CHECK(run.shown().empty());
  const auto& limits = run.spec.value("resources")["limits"];
  CHECK(limits["memory"].text == "2Gi");
  CHECK(limits["cpu"].typed);
  CHECK_FALSE(run.spec.value("resources")["requests"]["cpu"]);
  CHECK(run.spec.value("podSecurityContext")["windowsOptions"]["x"].is_sequence());
  CHECK(run.spec.value("securityContext")["runAsNonRoot"].typed);
}

TEST_CASE("a text is what is written, whatever YAML would take it for") {
  const Run run(
      "labels: {a: on, b: 1e3, c: 0x10, d: 1.10, e: 012, f: 2024-01-01}\n"
      "cluster: {name: yes}\nmesh: {istio: 1.10}\n");
  CHECK(run.shown().empty());
  CHECK(label_line(run) == "a=on b=1e3 c=0x10 d=1.10 e=012 f=2024-01-01");
  CHECK(run.spec.text("cluster.name") == "yes");
  CHECK(run.spec.text("mesh.istio") == "1.10");
}

TEST_CASE("a spec knows what was given, and where") {
  const Run run({{"base.yaml", "replicas: 5\nmesh:\n  mode: none\n"},
                 {"prod.yaml", "name: a\n\nreplicas: 7\n"}},
                {"cluster.name=Demo"});
  CHECK(run.spec.given("replicas"));
  CHECK(run.spec.given("mesh"));
  CHECK(run.spec.given("mesh.mode"));
  CHECK_FALSE(run.spec.given("mesh.istio"));
  CHECK_FALSE(run.spec.given("seeds"));
  CHECK_FALSE(run.spec.given("name.first"));
  const auto where = [&](const char* path) {
    const auto at = run.spec.place(path).at;
    return fmt::format("{}:{}:{}", at.file, at.line, at.column);
  };
  CHECK(where("mesh.mode") == "1:3:9");
  CHECK(where("replicas") == "2:3:11");
  CHECK(where("cluster.name") == "3:1:14");
  CHECK_FALSE(run.spec.place("seeds"));
}

TEST_CASE("a value that was refused is not sound, nor is what lies below it") {
  const Run run("replicas: many\nports: 9042\nracks: [{name: A B}]\nheap: {max: 1G}\n");
  CHECK_FALSE(run.spec.sound("replicas"));
  CHECK_FALSE(run.spec.sound("ports"));
  CHECK_FALSE(run.spec.sound("ports.cql"));
  CHECK_FALSE(run.spec.sound("racks"));
  CHECK(run.spec.sound("heap.max"));
  CHECK(run.spec.sound("seeds"));
  CHECK_FALSE(run.spec.given("replicas"));
  CHECK(run.spec.text("replicas") == "3");
}

TEST_CASE("an anchor's value may be used again") {
  const Run run(
      "labels: &all {team: data}\nannotations: *all\ncluster: {name: &n Demo, datacenter: *n}\n");
  CHECK(run.shown().empty());
  CHECK(run.spec.value("annotations")["team"].text == "data");
  CHECK(run.spec.text("cluster.datacenter") == "Demo");
}

TEST_CASE("the more exact of tag and version is Cassandra's version") {
  const auto version_label = [](const std::string& text) {
    const Run run(text);
    REQUIRE(run.manifest);
    const auto manifest = run.manifest->text();
    const auto at = manifest.find("app.kubernetes.io/version: ");
    return at == std::string::npos ? ""
                                   : manifest.substr(at + 27, manifest.find('\n', at) - at - 27);
  };
  CHECK(version_label("image: cassandra:4.1.3\nversion: 4.1\n") == "4.1.3");
  CHECK(version_label("image: cassandra:4.1\nversion: 4.1.3\n") == "4.1.3");
  CHECK(version_label("image: cassandra:4.1.3\n") == "4.1.3");
  CHECK(version_label("") == "3.11.2");
}

namespace {

using cassmesh::spec::Key;
using cassmesh::spec::Type;

bool in_list(const Key& key) {
  return key.path.find('[') != std::string_view::npos;
}

/// What is wrong with a value at its key; empty if nothing.
std::string complaint_about(const Key& key, std::string_view text) {
  Sources texts;
  const auto& source = texts.add(std::string(key.path), std::string(text));
  const auto documents = cassmesh::yaml::parse(source);
  std::vector<Finding> problems = documents.front().problems();
  std::set<std::string, std::less<>> unsound;
  cassmesh::spec::Checker(problems, unsound).value(documents.front().root(), key);
  return cassmesh::report::text(problems, texts, false);
}

/// `commented_spec()` with the `# ` in front of every key taken away, but for those of `left`.
std::string uncommented_spec(const std::set<std::string>& left, std::size_t& count) {
  std::istringstream lines(cassmesh::spec::commented_spec());
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    const auto begin = line.find_first_not_of(' ', line.starts_with("#") ? 1 : 0);
    const auto name =
        begin == std::string::npos ? "" : line.substr(begin, line.find(':', begin) - begin);
    const bool is_key = line.find(':') != std::string::npos &&
                        std::ranges::any_of(cassmesh::spec::keys(), [&](const Key& key) {
                          return cassmesh::last_part(key.path) == name;
                        });
    const bool below = line.starts_with("#   #");
    if (is_key && !below) ++count;
    out += (is_key && !left.contains(name)) || below ? line.substr(2) : line;
    out += '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("the table's own defaults and examples are valid where they stand") {
  for (const auto& key : cassmesh::spec::keys()) {
    CAPTURE(key.path);
    CHECK(complaint_about(key, key.fallback).empty());
    CHECK(complaint_about(key, key.example).empty());
    CHECK_FALSE(key.summary.empty());
    CHECK(key.summary.ends_with('.'));
    CHECK_FALSE((key.fallback.empty() && key.example.empty() && key.type != Type::group));
    CHECK((key.type == Type::choice) == !key.choices.empty());
    CHECK((key.most > 0) ==
          (key.type == Type::integer || key.type == Type::port || key.type == Type::integers));
    CHECK((key.form != nullptr) == (key.type == Type::text));
  }
}

TEST_CASE("a rack without replicas has as many nodes as the table says") {
  const Run run("racks: [{name: a}]\n");
  REQUIRE(run.manifest);
  const auto* key = cassmesh::spec::find_key("racks[].replicas");
  REQUIRE(key != nullptr);
  CHECK(run.manifest->text().find(fmt::format("replicas: {}\n", key->fallback)) !=
        std::string::npos);
}

TEST_CASE("the commented spec renders what no spec renders") {
  const Run none(std::vector<Run::File>{}, {});
  const Run commented(cassmesh::spec::commented_spec());
  CHECK(commented.shown().empty());
  REQUIRE(none.manifest);
  REQUIRE(commented.manifest);
  CHECK(commented.manifest->text() == none.manifest->text());
}

TEST_CASE("the commented spec holds every key, ready to be used") {
  std::size_t found = 0;
  Sources texts;
  const auto& source = texts.add("cassmesh.yaml", uncommented_spec({}, found));
  CHECK(found == static_cast<std::size_t>(std::ranges::count_if(
                     cassmesh::spec::keys(), [](const Key& key) { return !in_list(key); })));
  std::vector<Finding> problems;
  const std::vector<const Source*> files{&source};
  const auto spec = cassmesh::spec::read(files, {}, problems);
  CHECK(cassmesh::report::text(problems, texts, false).empty());
  for (const auto& key : cassmesh::spec::keys()) {
    CAPTURE(key.path);
    if (!in_list(key)) CHECK(spec.given(key.path));
  }
}

TEST_CASE("all keys of the commented spec together make a manifest, racks apart") {
  std::size_t found = 0;
  const Run run(uncommented_spec({"racks"}, found));
  CHECK(run.shown().empty());
  CHECK(run.manifest);
}

TEST_CASE("the reference page names every key") {
  const auto page = cassmesh::spec::reference_page();
  for (const auto& key : cassmesh::spec::keys()) {
    CAPTURE(key.path);
    CHECK(page.find(fmt::format("| `{}` |", key.path)) != std::string::npos);
  }
}

TEST_CASE("an image that nobody knows is rendered, and said to be one") {
  const Run run("image: registry.example/our-cassandra:4.1\nmesh: {istio: 1.24}\n");
  CHECK(run.manifest);
  CHECK(run.shown() ==
        "spec.yaml:1:8: info[cluster-spec]: 'registry.example/our-cassandra:4.1' is no image that "
        "cassmesh "
        "knows: it is started as it is, with the official image's environment\n"
        "  1 | image: registry.example/our-cassandra:4.1\n"
        "    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  = fix: set 'flavour' to official, bitnami or google-samples if it is made like one of "
        "these, else to "
        "custom\n");
}

TEST_CASE("a namespace that is not in the manifest must carry the label that asks for the mesh") {
  const auto told = [](const std::string& mesh) {
    const Run run("createNamespace: false\n" + mesh);
    CHECK(run.manifest);
    return run.problems.empty() ? "" : run.problems.front().fix;
  };
  CHECK(told("") == "kubectl label namespace cassandra istio-injection=enabled");
  CHECK(told("mesh: {revision: canary}") ==
        "kubectl label namespace cassandra istio.io/rev=canary");
  CHECK(told("mesh: {mode: ambient}") ==
        "kubectl label namespace cassandra istio.io/dataplane-mode=ambient");
  CHECK(told("mesh: {mode: none}").empty());
  CHECK(told("mesh: {injection: pod-label}").empty());
}
