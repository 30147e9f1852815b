#include "remarks.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "../engine/injection.hpp"
#include "../report/counts.hpp"
#include "classify.hpp"

namespace cassmesh::lint {
namespace {

using Remarks = std::vector<std::string>;
using report::counted;

constexpr std::size_t most_listed = 10;

Remarks on_namespaces(const Inputs& inputs) {
  std::size_t without = 0;
  std::size_t all = 0;
  for (const auto& judged : inputs.scopes()) {
    for (const auto& object : judged.objects) {
      if (object.name_space().empty()) continue;
      ++all;
      if (object["metadata"]["namespace"].text().empty()) ++without;
    }
  }
  if (without == 0) return {};
  return {fmt::format("of {}, {} {} none.", counted(all, "object"), without,
                      without == 1 ? "names" : "name")};
}

std::string mode_of(const mesh::Ring& ring, const Judged& judged) {
  const auto& settings = judged.found.settings;
  const bool is_meant = engine::intent_of(ring, judged.objects, settings).is_meant;
  const auto injection =
      engine::injection_of(*ring.stateful_sets.front(), judged.objects, settings, is_meant);
  if (!injection.is_known)
    return fmt::format("ring '{}': the files do not tell, as {}.", ring.name, injection.why);
  const auto* how = injection.sidecar.overlaps(judged.istio)   ? "has sidecars"
                    : injection.ambient.overlaps(judged.istio) ? "is in ambient mode"
                                                               : "is not in the mesh";
  return fmt::format("ring '{}' {}: {}.", ring.name, how,
                     injection.refusal.empty() ? injection.why : injection.refusal);
}

Remarks on_modes(const Inputs& inputs) {
  Remarks remarks;
  std::set<std::string> said;
  for (const auto& judged : inputs.scopes()) {
    for (const auto& ring : judged.rings) {
      auto remark = mode_of(ring, judged);
      if (said.size() < most_listed && said.insert(remark).second)
        remarks.push_back(std::move(remark));
    }
  }
  return remarks;
}

/// The folder of the Helm chart that a template is in; empty if it is in none.
std::string chart_of(std::string_view file, const std::set<std::string>& charts) {
  for (auto at = file.rfind("/templates/"); at != file.npos;
       at = at == 0 ? file.npos : file.rfind("/templates/", at - 1)) {
    auto folder = std::string(file.substr(0, at));
    if (charts.contains(folder)) return folder;
  }
  return {};
}

/// The folders that hold a Chart.yaml.
std::set<std::string> charts_in(const Inputs& inputs) {
  constexpr std::string_view end = "/Chart.yaml";
  std::set<std::string> charts;
  for (const auto& file : inputs.files()) {
    const auto& name = file.source->name();
    if (name.ends_with(end)) charts.insert(name.substr(0, name.size() - end.size()));
  }
  return charts;
}

/// What is skipped anyway; to exclude it says that it is meant to be.
Remarks on_skipped(const Inputs& inputs) {
  const auto charts = charts_in(inputs);
  std::map<std::string, std::size_t> of_charts;
  std::vector<std::string> templates;
  std::vector<std::string> others;
  for (const auto& [file, reason] : inputs.summary().not_checked) {
    const bool is_template = reason == why_not_checked(DocumentKind::template_text);
    const auto chart = chart_of(file, charts);
    if (is_template && !chart.empty()) {
      ++of_charts[chart];
    } else if (is_template) {
      templates.push_back(file);
    } else if (reason == why_not_checked(DocumentKind::something_else)) {
      others.push_back(file);
    }
  }
  Remarks remarks;
  for (const auto& [chart, count] : of_charts) {
    remarks.push_back(fmt::format(
        "{} is a Helm chart: its templates are skipped ({}), lint what `helm template {}` prints.",
        chart, counted(count, "file"), chart));
  }
  if (!templates.empty())
    remarks.push_back(fmt::format("templates, skipped until rendered: {}.", listed(templates)));
  if (!others.empty())
    remarks.push_back(fmt::format("skipped as no Kubernetes objects: {}.", listed(others)));
  return remarks;
}

Remarks on_kustomizations(const Inputs& inputs) {
  std::vector<std::string> roots;
  for (const auto& judged : inputs.scopes()) {
    if (!judged.files.name.empty()) roots.push_back(judged.files.name);
  }
  if (roots.empty()) return {};
  return {fmt::format("kustomizations that are one each: {}.", listed(roots))};
}

struct Row {
  std::string_view key;
  Remarks (*remarks)(const Inputs& inputs);
};

constexpr std::array table{Row{"meshMode", on_modes}, Row{"defaultNamespace", on_namespaces},
                           Row{"exclude", on_skipped}, Row{"scopes", on_kustomizations}};

}  // namespace

std::string listed(const std::vector<std::string>& names) {
  const auto shown = std::min(names.size(), most_listed);
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(shown);
  auto text = fmt::format("{}", fmt::join(names.begin(), end, ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::vector<std::string> remarks_on(std::string_view key, const Inputs& inputs) {
  const auto found = std::ranges::find(table, key, &Row::key);
  return found == table.end() ? Remarks() : found->remarks(inputs);
}

}  // namespace cassmesh::lint
