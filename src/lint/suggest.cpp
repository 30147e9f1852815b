// What `init --config` writes: every key of the table with what was seen of it in the files. Only
// what is better said than left to the linter is set; all else is a remark, so that the file does
// not go stale where the manifests change.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "../config/written.hpp"
#include "../report/counts.hpp"
#include "../text.hpp"
#include "cassmesh/effective.hpp"
#include "cassmesh/report.hpp"
#include "classify.hpp"
#include "environments.hpp"
#include "judged.hpp"
#include "remarks.hpp"

namespace cassmesh::lint {
namespace {

using report::counted;

/// What is told of a key above its line, and what the line says.
struct Suggestion {
  std::vector<std::string> remarks{};
  std::vector<std::string> lines{};  ///< below `key:`, or one behind it
  bool is_set = false;
};

class Survey {
 public:
  Survey(Sources& sources, const std::vector<const Source*>& files, const std::string& folder)
      : sources_(sources), given_(files), matcher_(folder), inputs_(sources, files, options_) {
    options_.config.folder = folder;
    look_for_environments();
    if (environments_.is_sure) options_.config.scopes = environments_.scopes;
    effective_ = effective_config(sources, files, options_);
    count_findings();
  }

  std::string text() const {
    auto out = head();
    for (const auto& setting : effective_.settings) out += "\n" + part(setting);
    return out;
  }

 private:
  std::string head() const {
    const auto& summary = inputs_.summary();
    return wrapped(
               fmt::format("What `cassmesh lint` and `cassmesh trace` go by here, made from {} "
                           "with {} and {}. Every key stands here, at its default, as the files "
                           "tell it, or with an example: take the # away from those that you "
                           "change.",
                           counted(summary.files, "file"), counted(summary.objects, "object"),
                           counted(summary.rings, "ring")),
               "# ") +
           "#\n" +
           wrapped("`cassmesh lint --show-config` tells what is in force, and who says so.", "# ") +
           "#\n" +
           wrapped(
               "For completion in an editor: cassmesh schema --config > cassmesh.schema.json, and "
               "as the first line here: # yaml-language-server: $schema=cassmesh.schema.json",
               "# ");
  }

  std::string part(const Setting& setting) const {
    const auto& key = *setting.key;
    auto meaning = std::string(key.meaning);
    if (!key.otherwise.empty()) {
      meaning += fmt::format(" Default: {}{}.", key.otherwise,
                             key.in_files ? ", unless the files tell" : "");
    }
    auto out = wrapped(meaning, "# ");
    const auto made = suggestion(setting);
    for (const auto& remark : made.remarks)
      out += wrapped("Here: " + report::printable(remark), "# ");
    const std::string mark = made.is_set ? "" : "# ";
    const auto name = last_part(setting.path);
    if (made.lines.size() == 1 && !made.lines.front().starts_with(' '))
      return out + fmt::format("{}{}: {}\n", mark, name, made.lines.front());
    out += fmt::format("{}{}:\n", mark, name);
    for (const auto& line : made.lines) out += mark + line + "\n";
    return out;
  }

  Suggestion suggestion(const Setting& setting) const {
    auto made = setting.path == "rules"    ? rules(setting)
                : setting.path == "scopes" ? scopes()
                                           : usual(setting);
    for (auto& remark : remarks_on(setting.path, inputs_))
      made.remarks.push_back(std::move(remark));
    return made;
  }

  /// The key as the files tell it, else at its default, else with its example.
  Suggestion usual(const Setting& setting) const {
    const auto& key = *setting.key;
    Suggestion made;
    if (key.type == config::Type::group) {
      for (const auto& below : setting.below) add_below(made, below);
      return made;
    }
    if (setting.is_set) {
      made.remarks.push_back(
          fmt::format("the files tell it ({}), and are read anew each time; a "
                      "value here would go before that.",
                      setting.origin));
      made.lines.push_back(config::on_one_line(setting.value));
    } else if (setting.differs) {
      made.remarks.emplace_back(
          "the files tell it, each scope its own; a value here would go "
          "before that.");
    }
    if (made.lines.empty())
      made.lines.emplace_back(key.example.empty() ? key.fallback : key.example);
    return made;
  }

  void add_below(Suggestion& made, const Setting& below) const {
    auto inner = usual(below);
    const auto name = last_part(below.path);
    for (const auto& remark : inner.remarks)
      made.remarks.push_back(fmt::format("{}: {}", name, remark));
    made.lines.push_back(fmt::format(
        "  {:<24}  # {}", fmt::format("{}: {}", name, inner.lines.front()), below.key->meaning));
  }

  void count_findings() {
    const auto result = lint(sources_, given_, options_);
    for (const auto& finding : result.findings)
      ++counts_[std::string(finding.rule)][finding.severity];
  }

  Suggestion rules(const Setting& setting) const {
    if (counts_.empty()) return usual(setting);
    Suggestion made;
    made.remarks.emplace_back(
        "what is found today; a # less, and these findings fail nothing (info) or are not shown "
        "(off).");
    std::size_t width = 0;
    for (const auto& [rule, severities] : counts_) width = std::max(width, rule.size());
    for (const auto& [rule, severities] : counts_) {
      std::string today;
      for (auto each = severities.rbegin(); each != severities.rend(); ++each) {
        today += fmt::format("{}{}", today.empty() ? "" : ", ",
                             counted(each->second, to_string(each->first)));
      }
      const bool fails = severities.rbegin()->first != Severity::info;
      made.lines.push_back(
          fmt::format("  {:{}}  # {}", rule + (fails ? ": info" : ": off"), width + 6, today));
    }
    return made;
  }

  Suggestion scopes() const {
    Suggestion made;
    made.is_set = environments_.is_sure;
    if (environments_.scopes.empty()) {
      for (const auto* line : {"  - name: prod", "    paths: [prod/**, common/**]"})
        made.lines.emplace_back(line);
      return made;
    }
    std::vector<std::string> names;
    for (const auto& scope : environments_.scopes) names.push_back(scope.name);
    made.remarks.push_back(
        made.is_set ? fmt::format("the folders {} define the same objects, so they are not applied "
                                  "together. Each is judged with what they share.",
                                  listed(names))
                    : fmt::format("the folders {} define the same objects: if they are not applied "
                                  "together, say so.",
                                  listed(names)));
    for (const auto& scope : environments_.scopes) {
      auto item = yaml::Value::mapping();
      item.set("name", yaml::Value::string(scope.name));
      item.set("paths", yaml::Value::strings(scope.paths));
      for (const auto& line : config::as_items(yaml::Value::sequence({std::move(item)})))
        made.lines.push_back("  " + line);
    }
    return made;
  }

  void look_for_environments() {
    std::map<const Source*, SeenFile> loose;
    for (const auto& judged : inputs_.scopes()) {
      if (!judged.files.name.empty()) continue;
      for (const auto& object : judged.objects) {
        auto& file = loose[&object.node().source()];
        file.is_loose = true;
        // Everybody who uses a namespace may have it among his files.
        if (object.name().empty() || object.is("Namespace")) continue;
        file.objects.insert(fmt::format("{} {} {} {}", object.group(), object.kind(),
                                        object.name_space(), object.name()));
      }
    }
    std::vector<SeenFile> files;
    bool are_below = true;
    for (const auto& file : inputs_.files()) {
      auto& each = files.emplace_back(std::move(loose[file.source]));
      each.path = matcher_.seen_from_config(file.source->name());
      are_below = are_below && !each.path.starts_with("..") && !each.path.starts_with('/');
      each.is_kustomized = !each.is_loose && is_of_kustomize(file);
    }
    environments_ = find_environments(files);
    environments_.is_sure = environments_.is_sure && are_below;
  }

  /// Of a file with nothing for the scope of all the rest.
  static bool is_of_kustomize(const File& file) {
    return std::ranges::any_of(file.documents, [](const yaml::Document& document) {
      const auto kind = classify(document);
      return kind == DocumentKind::objects || kind == DocumentKind::kustomization;
    });
  }

  Sources& sources_;
  const std::vector<const Source*>& given_;
  config::PathMatcher matcher_;
  Options options_{};
  Inputs inputs_;
  Environments environments_{};
  Effective effective_{};
  std::map<std::string, std::map<Severity, std::size_t>> counts_;
};

}  // namespace

std::string suggested_config(Sources& sources, const std::vector<const Source*>& files,
                             const std::string& folder) {
  return Survey(sources, files, folder).text();
}

}  // namespace cassmesh::lint
