#include "cassmesh/config.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/report.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string_view> rule_names{"dead-host", "duplicate-key", "invalid-yaml"};

/// A configuration as it is read, and what is said of it.
struct Read {
  explicit Read(const std::string& text, const std::string& name = ".cassmesh.yaml") {
    config = config::read(sources.add(name, text), rule_names, problems);
    sort(problems);
    said = report::text(problems, sources, false);
  }

  Sources sources;
  std::vector<Finding> problems;
  config::Config config;
  std::string said;
};

const std::string table_path = source_folder() / "tests/bad_configs.txt";

/// A section of bad_configs.txt.
struct BadConfig {
  std::string title;
  std::string input;
  std::string seen;
};

std::vector<BadConfig> read_table(std::string& preface) {
  std::ifstream file(table_path);
  std::vector<BadConfig> table;
  std::string* into = &preface;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("=== ")) {
      table.emplace_back().title = line.substr(4);
      into = nullptr;
    } else if (line == "--- .cassmesh.yaml" && !into) {
      into = &table.back().input;
    } else if (line == "--- stderr" && !table.empty()) {
      into = &table.back().seen;
    } else {
      REQUIRE(into);
      *into += line + '\n';
    }
  }
  for (auto& section : table) {  // the empty line in front of the next section
    if (section.seen.ends_with("\n\n") || section.seen == "\n") section.seen.pop_back();
  }
  return table;
}

void write_table(const std::string& preface, const std::vector<BadConfig>& table) {
  std::ofstream file(table_path);
  file << preface;
  for (const auto& section : table) {
    file << "=== " << section.title << "\n--- .cassmesh.yaml\n"
         << section.input << "--- stderr\n"
         << section.seen << (&section == &table.back() ? "" : "\n");
  }
}

/// What a configuration makes of settings, in one line.
std::string shown(const mesh::Settings& settings) {
  const auto number = [](const auto& value) { return value ? static_cast<int>(*value) : -1; };
  return fmt::format("{} {} {} {} {} {} {} [{}] [{}] [{}] {}", number(settings.mode),
                     settings.cluster_domain, settings.root_namespace, settings.trust_domain,
                     number(settings.inbound), number(settings.outbound),
                     number(settings.auto_mtls), fmt::join(settings.service_export_to, ","),
                     fmt::join(settings.virtual_service_export_to, ","),
                     fmt::join(settings.destination_rule_export_to, ","), settings.closed_world);
}

}  // namespace

TEST_CASE("each broken configuration is answered as the table says") {
  std::string preface;
  auto table = read_table(preface);
  CHECK(table.size() >= 25);
  std::set<std::string> titles;
  for (const auto& bad : table) {
    CHECK(titles.insert(bad.title).second);
    DYNAMIC_SECTION(bad.title) {
      const Read read(bad.input);
      CHECK_FALSE(read.problems.empty());
      CHECK(std::ranges::all_of(read.problems, [](const Finding& finding) {
        return finding.severity == Severity::error && finding.place;
      }));
      if (!golden_files_are_rewritten()) CHECK(read.said == bad.seen);
    }
  }
  if (!golden_files_are_rewritten()) return;
  for (auto& bad : table) bad.seen = Read(bad.input).said;
  write_table(preface, table);
}

TEST_CASE("a configuration with every key is read and laid over the settings") {
  const Read read(
      "istio: 1.9..1.24, 1.26\n"
      "kubernetes: 1.28..\n"
      "meshMode: ambient\n"
      "clusterDomain: k8s.example.com\n"
      "rootNamespace: mesh\n"
      "trustDomain: td_1.example\n"
      "defaultNamespace: db\n"
      "inboundTrafficPolicy: LOCALHOST\n"
      "outboundTrafficPolicy: REGISTRY_ONLY\n"
      "autoMtls: false\n"
      "defaultExportTo:\n"
      "  service: ['.']\n"
      "  virtualService: ['.', team-a]\n"
      "  destinationRule: ['~']\n"
      "closedWorld: true\n"
      "exclude: [vendor/, '*.tmpl.yaml']\n"
      "rules: {dead-host: off, duplicate-key: info, invalid-yaml: warning}\n"
      "scopes:\n"
      "  - name: prod\n"
      "    paths: [prod/**, base]\n"
      "    istio: 1.24\n"
      "  - {name: dev, paths: [dev]}\n",
      "up/here/.cassmesh.yaml");
  CHECK(read.said == "");
  const auto& config = read.config;
  CHECK(config.folder == "up/here");
  REQUIRE(config.istio);
  CHECK(mesh::to_string(*config.istio) == "1.9..1.24, 1.26");
  REQUIRE(config.kubernetes);
  CHECK(mesh::to_string(*config.kubernetes) == "1.28..");
  CHECK(config.default_namespace == "db");
  CHECK(config.exclude == std::vector<std::string>{"vendor/", "*.tmpl.yaml"});
  CHECK(config.rules == decltype(config.rules){{"dead-host", std::nullopt},
                                               {"duplicate-key", Severity::info},
                                               {"invalid-yaml", Severity::warning}});
  REQUIRE(config.scopes.size() == 2);
  CHECK(config.scopes[0].name == "prod");
  CHECK(config.scopes[0].paths == std::vector<std::string>{"prod/**", "base"});
  REQUIRE(config.scopes[0].istio);
  CHECK(mesh::to_string(*config.scopes[0].istio) == "1.24");
  CHECK(config.scopes[1].name == "dev");
  CHECK_FALSE(config.scopes[1].istio);

  mesh::Settings settings;
  config::apply(config, settings);
  CHECK(shown(settings) == "1 k8s.example.com mesh td_1.example 1 1 0 [.] [.,team-a] [~] true");
}

TEST_CASE("what a configuration leaves out stays as the files have it") {
  mesh::Settings settings;
  settings.mode = mesh::Mode::sidecar;
  settings.cluster_domain = "found.example";
  settings.auto_mtls = true;
  settings.service_export_to = {"."};
  const auto before = shown(settings);
  for (const std::string text : {"", "# nothing\n", "---\n", "{}\n", "null\n",
                                 "istio:\nmeshMode: ~\nexclude:\nrules:\nscopes:\nautoMtls:\n"}) {
    CAPTURE(text);
    const Read read(text);
    CHECK(read.said == "");
    CHECK(read.config.default_namespace == "default");
    CHECK(read.config.folder == "");
    config::apply(read.config, settings);
    CHECK(shown(settings) == before);
  }
}

TEST_CASE("an empty list in a configuration says that there is none") {
  mesh::Settings settings;
  settings.service_export_to = {"."};
  const Read read("defaultExportTo: {service: []}\nexclude: []\n");
  CHECK(read.said == "");
  config::apply(read.config, settings);
  CHECK(settings.service_export_to.empty());
}

TEST_CASE("what is right in a broken configuration is read all the same") {
  const Read read(
      "istio: 1.24\nexclude: [a, '!b', c]\nrules: {dead-host: on, duplicate-key: off}\n");
  CHECK(read.problems.size() == 2);
  CHECK(read.config.istio.has_value());
  CHECK(read.config.exclude == std::vector<std::string>{"a", "c"});
  CHECK(read.config.rules.size() == 1);
}

TEST_CASE("the configuration is found upward, up to the repository's root") {
  const TemporaryFolder folder;
  const auto root = folder.path() / "repository";
  fs::create_directories(root / "k8s/prod");
  std::ofstream(folder.path() / ".cassmesh.yaml") << "istio: 1.9\n";
  CHECK(config::find_config(root / "k8s/prod") == folder.path() / ".cassmesh.yaml");
  fs::create_directory(root / ".git");
  CHECK(config::find_config(root / "k8s/prod") == std::nullopt);
  CHECK(config::find_config(root) == std::nullopt);
  std::ofstream(root / ".cassmesh.yaml") << "istio: 1.10\n";
  CHECK(config::find_config(root / "k8s/prod") == root / ".cassmesh.yaml");
  CHECK(config::find_config(root / "k8s/../k8s/prod/") == root / ".cassmesh.yaml");
  fs::create_directory(root / "k8s/.cassmesh.yaml");  // a folder is no file
  CHECK(config::find_config(root / "k8s/prod") == root / ".cassmesh.yaml");
  std::ofstream(root / "k8s/prod/.cassmesh.yaml") << "istio: 1.11\n";
  CHECK(config::find_config(root / "k8s/prod") == root / "k8s/prod/.cassmesh.yaml");
}

namespace {

struct GlobRow {
  std::string_view glob;
  std::vector<std::string_view> match;
  std::vector<std::string_view> no_match;
};

const std::vector<GlobRow> globs{
    // Without a `/`: a name at any depth, and all that is in it if it is a folder.
    {"a.yaml", {"a.yaml", "k8s/a.yaml", "k8s/a.yaml/b"}, {"aa.yaml", "a.yaml.bak", "b/a.yam"}},
    {"vendor", {"vendor", "vendor/x.yaml", "k8s/vendor/y/x.yaml"}, {"vendors/x.yaml"}},
    {"*.yaml", {"a.yaml", "k8s/a.yaml", ".yaml"}, {"a.yml", "a.yaml~"}},
    {"*", {"a", "a/b"}, {}},
    {"**", {"a", "a/b"}, {}},
    {"k8s**", {"k8s-old", "a/k8s"}, {"old-k8s"}},
    // With one: from the folder of the globs on.
    {"/a.yaml", {"a.yaml"}, {"k8s/a.yaml"}},
    {"k8s/a.yaml", {"k8s/a.yaml"}, {"x/k8s/a.yaml", "k8s/b/a.yaml"}},
    {"k8s/*", {"k8s/a.yaml", "k8s/prod", "k8s/prod/a.yaml"}, {"k8s", "x/k8s/a.yaml"}},
    {"k8s/*.yaml", {"k8s/a.yaml"}, {"k8s/prod/a.yaml"}},
    {"./k8s", {"k8s", "k8s/a.yaml"}, {"x/k8s"}},
    {".", {"a", "a/b"}, {}},
    // With one at its end: only folders.
    {"vendor/", {"vendor/", "vendor/x", "k8s/vendor/x", "k8s/vendor/"}, {"vendor", "k8s/vendor"}},
    {"k8s/prod/", {"k8s/prod/", "k8s/prod/a.yaml"}, {"k8s/prod", "x/k8s/prod/a.yaml"}},
    // Two asterisks.
    {"**/prod", {"prod", "k8s/prod", "a/b/prod/x.yaml"}, {"product"}},
    {"k8s/**", {"k8s/a", "k8s/a/b"}, {"k8s", "k8s/", "x/k8s/a"}},
    {"a/**/b", {"a/b", "a/x/b", "a/x/y/b", "a/x/b/c"}, {"a", "b", "x/a/b", "a/xb"}},
    {"a/**/**/b", {"a/b", "a/x/b"}, {"a/x"}},
    {"**/a/**/b/**", {"a/b/c", "x/a/y/b/z"}, {"a/b", "x/a/y/b"}},
    {"overlays/*/secret-*.yaml",
     {"overlays/dev/secret-a.yaml"},
     {"overlays/secret-a.yaml", "overlays/dev/x/secret-a.yaml"}},
    // One character.
    {"a?.yaml", {"ab.yaml", "x/ac.yaml"}, {"a.yaml", "abc.yaml", "a/.yaml"}},
    {"[ab].yaml", {"a.yaml", "b.yaml"}, {"c.yaml", "ab.yaml"}},
    {"[a-c]1", {"a1", "c1"}, {"d1"}},
    {"[!a-c]1", {"d1"}, {"a1", "/1"}},
    {"[^a]", {"b"}, {"a"}},
    {"[]a]", {"]", "a"}, {"b"}},
    {"[a-]", {"a", "-"}, {"b"}},
    {"[\\]]", {"]"}, {"\\"}},
    {"[a", {"[a"}, {"a"}},
    {"\\*", {"*"}, {"a"}},
    {"\\!a", {"!a"}, {"a"}},
    {"a\\", {"a\\"}, {"a"}},
    // No negation, and nothing for nothing.
    {"!a", {"!a"}, {"a", "b"}},
    {"", {}, {"a", ""}},
    {"/", {}, {"a", "a/b"}},
    {"a", {"./a"}, {"A"}},
};

}  // namespace

TEST_CASE("globs mean paths as in .gitignore") {
  for (const auto& row : globs) {
    for (const auto path : row.match) {
      CAPTURE(row.glob, path);
      CHECK(config::glob_matches(row.glob, path));
    }
    for (const auto path : row.no_match) {
      CAPTURE(row.glob, path);
      CHECK_FALSE(config::glob_matches(row.glob, path));
    }
  }
}

TEST_CASE("a hostile glob takes no longer than its length times the path's") {
  std::string stars;
  std::string folders;
  std::string path;
  for (int i = 0; i < 200; ++i) {
    stars += "*a";
    folders += "**/a/";
    path += "a/";
  }
  const std::string name(2000, 'a');
  CHECK_FALSE(config::glob_matches(stars + "b", name));
  CHECK(config::glob_matches(stars, name));
  CHECK_FALSE(config::glob_matches(folders + "b", path + path + "c"));
  CHECK_FALSE(config::glob_matches(std::string(10'000, '[') + "b", name));
}

TEST_CASE("globs are relative to the configuration's folder, paths to the working folder") {
  const Workplace place;
  fs::create_directories("k8s/prod");
  const auto root = place.path();
  const std::vector<std::string> patterns{"/k8s/prod"};
  CHECK(config::PathMatcher("").matches(patterns, "k8s/prod/a.yaml"));
  CHECK(config::PathMatcher("").matches(patterns, "./k8s/x/../prod/a.yaml"));
  CHECK(config::PathMatcher(".").matches(patterns, (root / "k8s/prod/a.yaml").string()));
  CHECK_FALSE(config::PathMatcher("k8s").matches(patterns, "k8s/prod/a.yaml"));
  CHECK(config::PathMatcher("k8s/").matches({"/prod"}, "k8s/prod/a.yaml"));
  CHECK(config::PathMatcher("k8s").seen_from_config("a.yaml") == "../a.yaml");
  fs::current_path("k8s");
  CHECK(config::PathMatcher("..").matches(patterns, "prod/a.yaml"));
  CHECK(config::PathMatcher(root.string()).matches(patterns, "prod/a.yaml"));
  CHECK_FALSE(config::PathMatcher("..").matches(patterns, "dev/a.yaml"));
  CHECK_FALSE(config::PathMatcher("..").matches({}, "prod/a.yaml"));
}
