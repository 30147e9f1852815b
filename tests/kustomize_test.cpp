#include "lint/kustomize.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "lint/kustomize/target.hpp"
#include "pattern.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

std::string show(const Place& place, const Sources& sources) {
  return fmt::format("{}:{}:{}-{}", sources[place.at.file].name(), place.at.line, place.at.column,
                     place.end.column);
}

/// Every key and value with its place, a line each; keys only where they do not stand in front of
/// their value.
void dump_fields(const yaml::Node& node, const std::string& path, const Sources& sources,
                 std::string& text) {
  if (node.size() == 0) {
    const auto value = node.is_scalar() ? fmt::format("{}{}", node.quoted() ? "=" : "", node.text())
                                        : std::string(node.is_null() ? "null" : "{}");
    text += fmt::format("  {}: {} @{}", path, value, show(node.place(), sources));
    const auto key = node.key_where();
    const auto at = node.where().at;
    if (!node.key().empty() && (key.at.file != at.file || key.at.line != at.line))
      text += fmt::format(", its key @{}", show(key, sources));
    text += '\n';
  }
  std::size_t index = 0;
  for (const auto& child : node) {
    const auto name = node.is_mapping() ? std::string(child.key()) : std::to_string(index++);
    dump_fields(child, path.empty() ? name : path + "/" + name, sources, text);
  }
}

/// What a kustomization makes.
std::string dump_of(const lint::Kustomized& made, const Sources& sources) {
  std::string text;
  for (const auto& object : made.objects) {
    text += fmt::format("{} {}/{}\n", object["kind"].text(), object["metadata"]["namespace"].text(),
                        object["metadata"]["name"].text());
    dump_fields(object, "", sources, text);
  }
  for (const auto* document : made.documents) {
    const auto place = document->root().where();
    text += fmt::format("document {}:{}\n", document->source().name(), place.at.line);
  }
  if (made.lacks_objects) text += "lacks objects\n";
  for (const auto& [file, reason] : made.not_checked)
    text += fmt::format("not checked: {}: {}\n", file, reason);
  return text;
}

/// The working folder while this lives.
class In {
 public:
  explicit In(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
  In(const In&) = delete;
  In& operator=(const In&) = delete;
  ~In() { fs::current_path(before_); }

 private:
  fs::path before_;
};

void write(const fs::path& path, std::string_view text) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// The names of what the kustomization of the working folder makes, and what is not checked.
std::string made_here(std::size_t values = lint::kustomize::Budget().values) {
  Sources sources;
  lint::Project project(sources, {});
  lint::kustomize::Budget budget{values};
  const auto made = lint::kustomized(project, "kustomization.yaml", budget);
  std::vector<std::string> names;
  for (const auto& object : made.objects) names.emplace_back(object["metadata"]["name"].text());
  for (const auto& [file, reason] : made.not_checked)
    names.push_back(fmt::format("{}: {}", file, reason));
  return fmt::format("{}", fmt::join(names, "\n"));
}

}  // namespace

TEST_CASE("each kustomization makes what its folder says") {
  const auto folder = source_folder() / "tests/kustomize";
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (!entry.is_directory()) continue;
    ++count;
    DYNAMIC_SECTION(name) {
      const In place(folder);
      Sources sources;
      lint::Project project(sources, {});
      lint::kustomize::Budget budget;
      const auto made = lint::kustomized(project, name + "/kustomization.yaml", budget);
      CHECK(golden_difference("tests/kustomize/" + name + ".txt", dump_of(made, sources)) == "");
    }
  }
  CHECK(count >= 6);
}

TEST_CASE("kustomizations that include each other many times end") {
  const Workplace place;
  write("kustomization.yaml", "resources: [l0, l0b]\n");
  for (int i = 0; i < 40; ++i) {
    for (const auto* side : {"", "b"}) {
      write(fmt::format("l{}{}/kustomization.yaml", i, side),
            fmt::format("namePrefix: p{}-\nresources: [../l{}, ../l{}b]\n", side, i + 1, i + 1));
    }
  }
  write("l40/kustomization.yaml", "resources: [s.yaml]\n");
  write("l40/s.yaml", "{apiVersion: v1, kind: Service, metadata: {name: s}}\n");
  const auto text = made_here(20'000);
  CHECK(text.ends_with("kustomization.yaml: it makes more than can be judged"));
}

TEST_CASE("components that include each other many times end") {
  const Workplace place;
  write("kustomization.yaml", "components: [c0, c0]\n");
  for (int i = 0; i < 40; ++i) {
    write(fmt::format("c{}/kustomization.yaml", i),
          fmt::format("kind: Component\ncomponents: [../c{}, ../c{}]\n", i + 1, i + 1));
  }
  write("c40/kustomization.yaml", "kind: Component\n");
  CHECK(made_here().ends_with("kustomization.yaml: it makes more than can be judged"));
}

TEST_CASE("a kustomization that is nested too deeply is left out") {
  const Workplace place;
  write("kustomization.yaml", "resources: [l0, s.yaml]\n");
  write("s.yaml", "{apiVersion: v1, kind: Service, metadata: {name: s}}\n");
  for (int i = 0; i < 100; ++i)
    write(fmt::format("l{}/kustomization.yaml", i), fmt::format("resources: [../l{}]\n", i + 1));
  write("l100/kustomization.yaml", "resources: []\n");
  CHECK(made_here() == "s\nl63/kustomization.yaml: it is included through more than 64 others");
}

TEST_CASE("a file outside of the folder is read only if it is linted anyway") {
  const Workplace place;
  write("app/kustomization.yaml", "resources: [../shared.yaml, link.yaml]\n");
  write("shared.yaml", "{apiVersion: v1, kind: Service, metadata: {name: shared}}\n");
  fs::create_symlink("../shared.yaml", "app/link.yaml");
  for (const bool given : {false, true}) {
    Sources sources;
    std::vector<const Source*> files;
    if (given) {
      files.push_back(&sources.add("./shared.yaml",
                                   "{apiVersion: v1, kind: Service, metadata: {name: shared}}\n"));
    }
    lint::Project project(sources, files);
    lint::kustomize::Budget budget;
    const auto made = lint::kustomized(project, "app/kustomization.yaml", budget);
    CHECK(made.objects.size() == (given ? 1 : 0));
    CHECK(made.not_checked.size() == (given ? 1 : 2));
    CHECK(made.lacks_objects);
    CHECK(made.files == std::vector<std::string>{"app/link.yaml", "shared.yaml"});
  }
}

namespace {

struct PatternRow {
  std::string_view pattern;
  std::vector<std::string_view> match;
  std::vector<std::string_view> no_match;
};

const std::vector<PatternRow> patterns{
    {"", {""}, {"a"}},
    {"abc", {"abc"}, {"ab", "abcd", "xabc"}},
    {"^abc$", {"abc"}, {"abcd"}},
    {"a.c", {"abc", "a.c"}, {"ac", "a\nc"}},
    {"a\\.c", {"a.c"}, {"abc"}},
    {".*", {"", "abc"}, {}},
    {"a+", {"a", "aaa"}, {"", "b"}},
    {"ab?c", {"ac", "abc"}, {"abbc"}},
    {"a|bc", {"a", "bc"}, {"ac", "abc"}},
    {"a|b|c", {"a", "b", "c"}, {"d", ""}},
    {"(a|b)c", {"ac", "bc"}, {"c", "abc"}},
    {"(?:ab)*", {"", "abab"}, {"aba"}},
    {"x(a(b|c)+)?y", {"xy", "xaby", "xacbcy"}, {"xay"}},
    {"[a-c]+", {"abc"}, {"abd", ""}},
    {"[^a-c]", {"d"}, {"a"}},
    {"[]a]", {"]", "a"}, {"b"}},
    {"[a-]", {"a", "-"}, {"b"}},
    {"\\d\\w\\s\\D\\W\\S", {"1a a-b"}, {"aa a-b"}},
    {"cassandra-\\d+", {"cassandra-12"}, {"cassandra-"}},
    {"(a*)*b", {"b", "aaab"}, {"a"}},
};

}  // namespace

TEST_CASE("patterns match whole texts") {
  for (const auto& row : patterns) {
    for (const auto text : row.match) {
      CAPTURE(row.pattern, text);
      CHECK(pattern_matches(row.pattern, text) == true);
    }
    for (const auto text : row.no_match) {
      CAPTURE(row.pattern, text);
      CHECK(pattern_matches(row.pattern, text) == false);
    }
  }
}

TEST_CASE("a pattern that is none, or knows more, matches neither way") {
  for (const std::string pattern :
       {"(", ")", "(a", "a)", "[", "[a", "[z-a]", "*", "a{2}", "(?i)a", "(?=a)", "\\b", "\\",
        "[[:alpha:]]", "a^b", "a$b", "+a", "(*)", "\\pL"}) {
    CAPTURE(pattern);
    CHECK(pattern_matches(pattern, "a") == std::nullopt);
  }
  CHECK(pattern_matches(std::string(200, '(') + std::string(200, ')'), "a") == std::nullopt);
  CHECK(pattern_matches(std::string(5000, 'a'), "a") == std::nullopt);
}

TEST_CASE("a hostile pattern takes no longer than its length times the text's") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "(a*)*";
  CHECK(pattern_matches(pattern + "b", std::string(900, 'a')) == false);
  CHECK(pattern_matches("(((((a*)*)*)*)*)*", std::string(900, 'a')) == true);
  CHECK(pattern_matches(std::string(999, '*') + "a", "a") == std::nullopt);
  CHECK(pattern_matches("a" + std::string(900, '*'), std::string(900, 'a')) == true);
}

TEST_CASE("label selectors of targets are read as kubectl reads them") {
  auto labels = yaml::Value::mapping();
  labels.set("app", yaml::Value::string("web"));
  labels.set("tier", yaml::Value::string(""));
  const std::vector<std::pair<std::string_view, std::optional<bool>>> rows{
      {"app=web", true},
      {"app==web", true},
      {" app = web ", true},
      {"app!=web", false},
      {"app!=api", true},
      {"none!=api", true},
      {"app", true},
      {"none", false},
      {"!none", true},
      {"!app", false},
      {"tier=", true},
      {"app in (api, web)", true},
      {"app in (api)", false},
      {"app notin (api)", true},
      {"none notin (api)", true},
      {"app=web,tier", true},
      {"app=web,!tier", false},
      {"app in (web,api),none", false},
      {"", std::nullopt},
      {"app=web,", std::nullopt},
      {"app among (web)", std::nullopt},
      {"app in web", std::nullopt},
      {"=web", std::nullopt},
  };
  for (const auto& [selector, expected] : rows) {
    CAPTURE(selector);
    CHECK(lint::kustomize::selects(selector, labels) == expected);
  }
  CHECK(lint::kustomize::selects("app", yaml::Value()) == false);
  CHECK(lint::kustomize::selects("!app", yaml::Value()) == true);
}
