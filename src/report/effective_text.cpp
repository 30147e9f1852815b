#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../config/written.hpp"
#include "../text.hpp"
#include "cassmesh/effective.hpp"
#include "cassmesh/report.hpp"
#include "counts.hpp"

namespace cassmesh::report {
namespace {

using config::Line;
using lint::Setting;

/// Whether a line of it must not be read.
bool is_remark(const Setting& setting) {
  return !setting.is_set || setting.differs;
}

void add(std::vector<Line>& lines, const Setting& setting, const std::string& indent,
         std::string_view mark);

void add_below(std::vector<Line>& lines, const Setting& setting, const std::string& indent,
               bool is_commented) {
  for (const auto& below : setting.below) {
    const auto mark = !is_commented && is_remark(below) ? "# " : "";
    add(lines, below, indent, mark);
  }
}

/// `indent` may hold a `# ` already; `mark` is one of its own.
void add(std::vector<Line>& lines, const Setting& setting, const std::string& indent,
         std::string_view mark) {
  const auto name = last_part(setting.path);
  if (setting.differs) {
    lines.push_back({fmt::format("{}{}{}:", indent, mark, name), "differs by scope, see below"});
    return;
  }
  const bool is_list = setting.key->type == config::Type::list && !setting.value.entries.empty();
  const auto value = is_list ? std::string() : config::on_one_line(setting.value);
  lines.push_back({fmt::format("{}{}{}:{}{}", indent, mark, name, value.empty() ? "" : " ", value),
                   setting.origin});
  if (is_list) {
    for (const auto& line : config::as_items(setting.value)) lines.push_back({"  " + line});
  }
  add_below(lines, setting, indent + std::string(mark) + "  ", !mark.empty() || !indent.empty());
}

std::string name_of(const lint::ScopeSettings& scope) {
  return scope.name.empty() ? "all other files" : printable(scope.name);
}

void add_scopes(std::vector<Line>& lines, const std::vector<lint::ScopeSettings>& scopes) {
  if (scopes.empty() || (scopes.size() == 1 && scopes.front().name.empty())) return;
  lines.push_back({});
  lines.push_back({"# Judged together, each of these by itself:"});
  for (const auto& scope : scopes) {
    lines.push_back({fmt::format("#   {}: {}{}", name_of(scope), counted(scope.objects, "object"),
                                 scope.rings == 0 ? "" : ", " + counted(scope.rings, "ring"))});
    for (const auto& setting : scope.settings) {
      lines.push_back(
          {fmt::format("#     {}: {}", setting.path, config::on_one_line(setting.value)),
           setting.origin});
    }
  }
}

void add_files(std::vector<Line>& lines, const lint::Effective& effective) {
  lines.push_back({});
  lines.push_back({"# Linted:"});
  for (const auto& file : effective.files)
    lines.push_back({fmt::format("#   {}", printable(file))});
  if (effective.summary.not_checked.empty()) return;
  lines.push_back({"# Not checked:"});
  for (const auto& [file, reason] : effective.summary.not_checked)
    lines.push_back({fmt::format("#   {}: {}", printable(file), printable(reason))});
}

}  // namespace

std::string effective_text(const lint::Effective& effective, std::string_view config,
                           bool with_files) {
  const auto& summary = effective.summary;
  std::vector<Line> lines{
      {fmt::format("# In force for {} in {}{}. What stands behind a # at the start of a line is a",
                   counted(summary.objects, "object"), counted(summary.files, "file"),
                   summary.rings == 0 ? "" : ", " + counted(summary.rings, "ring"))},
      {"# default or a remark; the rest can be saved as .cassmesh.yaml."},
      {config.empty() ? std::string("# Read: no .cassmesh.yaml.")
                      : fmt::format("# Read: {}.", printable(config))},
      {}};
  for (const auto& setting : effective.settings) {
    const auto mark = is_remark(setting) ? "# " : "";
    add(lines, setting, "", mark);
  }
  add_scopes(lines, effective.scopes);
  if (with_files) add_files(lines, effective);
  return config::joined(lines);
}

}  // namespace cassmesh::report
