#include "pages.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "cassmesh/report.hpp"
#include "text.hpp"

namespace cassmesh::pages {
namespace {

constexpr std::size_t columns = 80;

/// What stands behind a key in the first lines, if it is there.
std::optional<mesh::GivenRange> range_in(std::string_view text, std::string_view key) {
  while (text.starts_with("# ")) {
    const auto line = text.substr(0, text.find('\n'));
    if (line.starts_with(key)) return mesh::GivenRange::parse(line.substr(key.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return std::nullopt;
}

const Example* find_example(std::string_view rule, std::string_view file) {
  const auto examples = all_examples();
  const auto found = std::ranges::find_if(examples, [&](const Example& example) {
    return example.rule == rule && example.file == file;
  });
  return found == examples.end() ? nullptr : &*found;
}

/// What the program prints for an example: the findings of the rule itself.
std::string output_for(const Example& example) {
  Sources sources;
  auto result = lint_example(example, without_marks(example.text), sources);
  std::erase_if(result.findings,
                [&](const Finding& finding) { return finding.rule != example.rule; });
  return report::text(result.findings, sources, false);
}

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) out += fmt::format("  {}", text.substr(0, end));
    out += "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string versions_of(const Rule& rule) {
  return std::string(rule.versions.empty() ? "every Istio" : rule.versions);
}

std::string kinds_of(const Rule& rule) {
  return rule.kinds.empty() ? "any" : fmt::format("{}", fmt::join(rule.kinds, ", "));
}

/// An order as a sentence.
std::string sentence(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out + ".";
}

}  // namespace

lint::Options options_for(const Example& example) {
  lint::Options options;
  if (const auto* config = find_example(example.rule, config::file_name)) {
    Sources sources;
    std::vector<std::string_view> names;
    for (const auto* rule : all_rules()) names.push_back(rule->name);
    std::vector<Finding> problems;
    options.config = config::read(sources.add(std::string(config->file), std::string(config->text)),
                                  names, problems);
  }
  options.istio = range_in(example.text, "# istio: ");
  if (const auto range = range_in(example.text, "# kubernetes: "))
    options.config.kubernetes = range;
  return options;
}

lint::Result lint_example(const Example& example, std::string text, Sources& sources) {
  auto options = options_for(example);
  const auto& source = sources.add(std::string(example.file), std::move(text));
  const auto* manifests = find_example(example.rule, manifests_file);
  if (manifests == nullptr) return lint::lint(sources, {&source}, options);
  std::vector<Finding> problems;
  options.baseline = baseline::read(source, problems);
  const auto& linted = sources.add(std::string(manifests->file), std::string(manifests->text));
  auto result = lint::lint(sources, {&linted}, options);
  result.findings.insert(result.findings.end(), problems.begin(), problems.end());
  return result;
}

std::string explanation(const Rule& rule) {
  auto text = fmt::format("{} [{}]\n\n{}\n{}\n{}\n", rule.name, to_string(rule.severity),
                          wrapped(rule.summary, "", columns), wrapped(rule.why, "", columns),
                          wrapped(fmt::format("Fix: {}", sentence(rule.fix)), "", columns));
  text += wrapped(fmt::format("Versions: {}.", versions_of(rule)), "", columns);
  text += wrapped(fmt::format("Kinds: {}.", kinds_of(rule)), "", columns);
  if (!rule.source.empty()) text += wrapped(fmt::format("Source: {}.", rule.source), "", columns);
  if (const auto* bad = find_example(rule.name, "bad.yaml")) {
    text += fmt::format("\nBad:\n\n{}\n{}", indented(without_marks(bad->text)),
                        indented(output_for(*bad)));
  }
  if (const auto* good = find_example(rule.name, "good.yaml"))
    text += fmt::format("\nGood:\n\n{}", indented(without_marks(good->text)));
  return text;
}

std::string page(const Rule& rule) {
  auto text = fmt::format(
      "# {}\n\n{}\n\n| severity | kinds | versions |\n| --- | --- | --- |\n| {} | {} | {} |\n\n",
      rule.name, rule.summary, to_string(rule.severity), kinds_of(rule), versions_of(rule));
  text += fmt::format("## Why\n\n{}\n\n## What to do\n\n{}\n", rule.why, sentence(rule.fix));
  if (const auto* bad = find_example(rule.name, "bad.yaml")) {
    text += fmt::format("\n## Bad\n\n```yaml\n{}```\n\n```text\n{}```\n", without_marks(bad->text),
                        output_for(*bad));
  }
  if (const auto* good = find_example(rule.name, "good.yaml"))
    text += fmt::format("\n## Good\n\n```yaml\n{}```\n", without_marks(good->text));
  text += fmt::format(
      "\n## Where it is right as it is\n\n```yaml\n# cassmesh: ignore {} -- say why\n```\n",
      rule.name);
  if (!rule.source.empty()) text += fmt::format("\n## Source\n\n{}\n", rule.source);
  return text;
}

std::string list() {
  std::size_t width = 0;
  for (const auto* rule : all_rules()) width = std::max(width, rule->name.size());
  std::string text;
  for (const auto* rule : all_rules()) {
    text += fmt::format("{:<{}}  {:<7}  {}\n", rule->name, width, to_string(rule->severity),
                        rule->summary);
  }
  return text;
}

std::string json() {
  auto rules = nlohmann::ordered_json::array();
  for (const auto* rule : all_rules()) {
    rules.push_back({{"name", rule->name},
                     {"severity", to_string(rule->severity)},
                     {"kinds", rule->kinds},
                     {"summary", rule->summary},
                     {"why", rule->why},
                     {"fix", rule->fix},
                     {"versions", rule->versions},
                     {"source", rule->source}});
  }
  return nlohmann::ordered_json{{"version", 1}, {"rules", rules}}.dump(2) + "\n";
}

}  // namespace cassmesh::pages
