#include "cassmesh/baseline.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "cassmesh/config.hpp"
#include "cassmesh/value.hpp"
#include "cassmesh/yaml.hpp"
#include "config/check.hpp"
#include "shown.hpp"
#include "text.hpp"

namespace cassmesh::baseline {
namespace {

using config::Checker;
using yaml::Node;

constexpr std::string_view head =
    R"(# What was wrong here when cassmesh came: 'cassmesh lint --baseline' does not report it again.
# Made by 'cassmesh lint --write-baseline'. Delete what is solved; lint says what that is.
)";

constexpr std::array<std::string_view, 3> keys_of_file{"version", "paths", "findings"};
constexpr std::array<std::string_view, 4> keys_of_entry{"rule", "objects", "file", "count"};

/// Says which keys are unknown or stand twice.
void check_keys(Checker& checker, const Node& mapping, std::span<const std::string_view> keys) {
  config::Seen seen;
  for (const auto& child : mapping) {
    if (!config::is_first(checker, child, seen)) continue;
    if (std::ranges::find(keys, child.key()) != keys.end()) continue;
    auto fix = config::meant(child.key(), keys);
    if (fix.empty()) fix = fmt::format("the keys here are {}", fmt::join(keys, ", "));
    checker.complain(child.key_where(),
                     fmt::format("unknown key '{}' in a baseline", cut(child.key())),
                     std::move(fix));
  }
}

std::vector<std::string> texts(Checker& checker, const Node& list) {
  std::vector<std::string> all;
  if (!list || !config::is_of_kind(checker, list, yaml::Kind::sequence, config::subject(list)))
    return all;
  for (const auto& item : list) {
    auto text =
        config::text_of(checker, item, config::subject(item, list.key()), config::no_problem);
    if (text) all.push_back(std::move(*text));
  }
  return all;
}

std::size_t count_of(Checker& checker, const Node& node) {
  if (!node) return 1;
  if (const auto count = whole_number(node.text(), 1)) return static_cast<std::size_t>(*count);
  checker.complain(node.place(), fmt::format("'count' is a number from 1 on, not {}", shown(node)));
  return 1;
}

std::optional<Entry> entry_of(Checker& checker, const Node& item) {
  if (!config::is_of_kind(checker, item, yaml::Kind::mapping, config::subject(item, "findings")))
    return std::nullopt;
  check_keys(checker, item, keys_of_entry);
  const auto rule = item["rule"];
  if (!rule) {
    checker.complain(item.place(), "an item of 'findings' lacks its 'rule'");
    return std::nullopt;
  }
  auto name = config::text_of(checker, rule, config::subject(rule), config::no_problem);
  if (!name) return std::nullopt;
  Entry entry{.key = {.rule = std::move(*name)}, .place = rule.place()};
  entry.key.objects = texts(checker, item["objects"]);
  if (const auto file = item["file"])
    entry.key.file = config::text_of(checker, file, config::subject(file), config::no_problem)
                         .value_or(std::string());
  entry.count = count_of(checker, item["count"]);
  return entry;
}

void check_version(Checker& checker, const Node& root) {
  const auto version = root["version"];
  if (version && version.text() == "1") return;
  checker.complain(version ? version.place() : root.place(),
                   version ? fmt::format("a baseline of version {} is none of ours", shown(version))
                           : "a baseline begins with 'version: 1'",
                   "write it anew with --write-baseline");
}

void read_root(Checker& checker, const Node& root, Baseline& baseline) {
  if (!config::is_of_kind(checker, root, yaml::Kind::mapping, "a baseline")) return;
  check_version(checker, root);
  check_keys(checker, root, keys_of_file);
  baseline.paths = texts(checker, root["paths"]);
  const auto findings = root["findings"];
  if (!findings ||
      !config::is_of_kind(checker, findings, yaml::Kind::sequence, config::subject(findings)))
    return;
  for (const auto& item : findings) {
    if (auto entry = entry_of(checker, item)) baseline.entries.push_back(std::move(*entry));
  }
}

/// Whether `path` is `folder` or lies in it.
bool is_in(std::string_view path, std::string_view folder) {
  if (path == "-" || folder == "-") return path == folder;
  if (folder == "." || path == folder) return !path.starts_with("..");
  return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
}

}  // namespace

std::string to_string(const ObjectName& object) {
  if (object.name_space.empty()) return fmt::format("{} {}", object.kind, object.name);
  return fmt::format("{} {}/{}", object.kind, object.name_space, object.name);
}

Key key_of(const Finding& finding, const Sources& sources, const std::string& folder) {
  Key key{.rule = std::string(finding.rule)};
  for (const auto& related : finding.related) {
    if (related.object && related.object != finding.object)
      key.objects.push_back(to_string(*related.object));
  }
  std::ranges::sort(key.objects);
  key.objects.erase(std::unique(key.objects.begin(), key.objects.end()), key.objects.end());
  if (finding.object) {
    key.objects.insert(key.objects.begin(), to_string(*finding.object));
  } else if (finding.place) {
    const auto& name = sources[finding.place.at.file].name();
    key.file = config::PathMatcher(folder).seen_from_config(name);
  }
  return key;
}

Baseline read(const Source& source, std::vector<Finding>& problems) {
  Baseline baseline{.folder = std::filesystem::path(source.name()).parent_path().generic_string()};
  const std::vector<std::string_view> no_rules;
  Checker checker(no_rules, problems);
  const auto before = problems.size();
  for (const auto& document : yaml::parse(source)) {
    problems.insert(problems.end(), document.problems().begin(), document.problems().end());
    if (document.root()) {
      read_root(checker, document.root(), baseline);
      return baseline;
    }
  }
  if (problems.size() == before)
    checker.complain(source.place(0, 0), "a baseline is empty", "write it with --write-baseline");
  return baseline;
}

Baseline make(std::span<const Finding> findings, const Sources& sources, std::string folder,
              std::span<const std::string> paths) {
  Baseline baseline{.folder = std::move(folder)};
  const config::PathMatcher matcher(baseline.folder);
  for (const auto& path : paths)
    baseline.paths.push_back(path == "-" ? path : matcher.seen_from_config(path));
  std::ranges::sort(baseline.paths);
  std::map<Key, std::size_t> counts;
  for (const auto& finding : findings) ++counts[key_of(finding, sources, baseline.folder)];
  for (const auto& [key, count] : counts) baseline.entries.push_back({.key = key, .count = count});
  return baseline;
}

std::string written(const Baseline& baseline) {
  using yaml::Value;
  auto entries = Value::sequence();
  for (const auto& [key, count, place] : baseline.entries) {
    auto entry = Value::mapping();
    entry.set("rule", Value::string(key.rule));
    if (!key.objects.empty()) entry.set("objects", Value::strings(key.objects));
    if (!key.file.empty()) entry.set("file", Value::string(key.file));
    if (count > 1) entry.set("count", Value::literal(std::to_string(count)));
    entries.add(std::move(entry));
  }
  auto root = Value::mapping();
  root.set("version", Value::integer(1));
  root.set("paths", Value::strings(baseline.paths));
  root.set("findings", std::move(entries));
  return std::string(head) + yaml::write_yaml(root);
}

bool is_read_whole(const Baseline& baseline, std::span<const std::string> paths) {
  const config::PathMatcher matcher(baseline.folder);
  return std::ranges::all_of(baseline.paths, [&](const std::string& linted) {
    return std::ranges::any_of(paths, [&](const std::string& path) {
      return is_in(linted, path == "-" ? path : matcher.seen_from_config(path));
    });
  });
}

}  // namespace cassmesh::baseline
