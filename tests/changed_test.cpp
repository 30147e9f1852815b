// However a hook splits the changed files over its calls, what they report in sum is the same.

#include <fmt/core.h>

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "files.hpp"
#include "linted.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

/// Each document of a fixture as a file of its own, so that conflicts have two.
void add_documents(const std::string& name, std::string_view text, Files& files) {
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\n---\n", at);
    const auto size = end == text.npos ? text.npos : end + 1 - at;
    files.emplace_back(fmt::format("{}/{}.yaml", name, ++number), text.substr(at, size));
    at = end == text.npos ? text.size() : end + 5;
  }
}

std::map<std::string, Files> fixtures() {
  std::map<std::string, Files> result;
  for (const auto& entry : fs::recursive_directory_iterator(source_folder() / "tests/rules")) {
    const auto file = entry.path().filename().string();
    if (!file.starts_with("bad") || entry.path().extension() != ".yaml") continue;
    const auto name = entry.path().parent_path().filename().string() + "/" + file;
    add_documents(name, files::read_file(entry.path()), result[name]);
  }
  return result;
}

using Counts = std::map<std::string, int>;

void count(const Linted& linted, Counts& counts) {
  for (const auto& finding : linted.result.findings) {
    const auto& at = finding.place.at;
    ++counts[fmt::format("{}:{}:{} {} {}", at ? linted.sources[at.file].name() : "", at.line,
                         at.column, finding.rule, finding.message)];
  }
}

/// The files in `calls` groups; those of the last one did not change.
std::vector<Names> split(const Files& files, std::size_t calls, std::mt19937& random) {
  std::vector<Names> result(calls + 1);
  for (const auto& [name, text] : files) result[random() % (calls + 1)].push_back(name);
  return result;
}

Names joined(const std::vector<Names>& groups) {
  Names all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace

TEST_CASE("however changed files are split over calls, each finding on them is reported once") {
  std::mt19937 random(20);
  std::size_t over_two_files = 0;
  for (const auto& [name, files] : fixtures()) {
    CAPTURE(name);
    auto groups = split(files, 3, random);
    groups.pop_back();
    const auto changed = joined(groups);
    if (changed.empty()) continue;
    const Linted whole(files, {.only_in = changed});
    Counts expected;
    count(whole, expected);
    Counts once;
    Counts at_least_once;
    for (const auto& group : groups) {
      if (group.empty()) continue;
      count(Linted(files, {.only_in = group, .changed = changed}), once);
      count(Linted(files, {.only_in = group}), at_least_once);
    }
    CHECK(once == expected);
    for (auto& [finding, times] : at_least_once) {
      over_two_files += times > expected[finding] ? 1 : 0;
      times = expected[finding];
    }
    CHECK(at_least_once == expected);
  }
  CHECK(over_two_files > 20);  // else nothing was shown
}

TEST_CASE("a changed configuration touches every finding, which is still reported once") {
  std::mt19937 random(21);
  for (const auto& [name, files] : fixtures()) {
    CAPTURE(name);
    auto groups = split(files, 2, random);
    groups.pop_back();
    auto changed = joined(groups);
    changed.emplace_back(".cassmesh.yaml");
    groups.front().emplace_back(".cassmesh.yaml");
    Counts expected;
    count(Linted(files), expected);
    Counts seen;
    for (const auto& group : groups) {
      if (group.empty()) continue;
      const bool has_config = &group == &groups.front();
      count(Linted(files, {.only_in = group, .changed = changed, .config_changed = has_config}),
            seen);
    }
    CHECK(seen == expected);
  }
}

TEST_CASE("only what touches a named folder is reported") {
  const std::string account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n  x: {";
  const Files files{{"k8s/deep/a.yaml", account}, {"k8s-b/b.yaml", account}};
  const auto lines = [&](const std::string& path) {
    return Linted(files, {.only_in = {path}}).lines().substr(0, 15);
  };
  CHECK(lines("k8s") == "k8s/deep/a.yaml");
  CHECK(lines("./k8s//deep/") == "k8s/deep/a.yaml");
  CHECK(lines(fs::absolute("k8s-b").string()) == "k8s-b/b.yaml:5:");
  CHECK(lines("k8") == "");
  CHECK(!lines("/").empty());
}
