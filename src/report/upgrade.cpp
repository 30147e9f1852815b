#include "upgrade.hpp"

#include <fmt/core.h>

#include <map>
#include <utility>
#include <vector>

#include "counts.hpp"
#include "headline.hpp"

namespace cassmesh::report {
namespace {

using mesh::IstioVersion;
using mesh::VersionRange;

/// When a finding holds, in the order in which that is told.
enum class When { always, breaks_from, only_on, from, up_to, deletable_from };

std::string brief(IstioVersion version) {
  return version.patch == 0 ? fmt::format("1.{}", version.minor) : to_string(version);
}

IstioVersion first_of(const VersionRange& range) {
  return range.intervals().front().first;
}

/// The newest part of what is judged.
VersionRange newer_than(IstioVersion version, const VersionRange& judged) {
  return judged & VersionRange::from(version);
}

/// Whether it breaks something, rather than to say that something could be better.
bool is_harmful(const Finding& finding) {
  return finding.severity == Severity::error || !finding.breaks.empty();
}

/// Whether its object or field has nothing to do there and may go. On the versions before it has.
bool is_needless(const Finding& finding) {
  return finding.fix_is_safe && finding.fix.starts_with("delete") && !is_harmful(finding);
}

When when(const Finding& finding, const VersionRange& judged) {
  if (!finding.istio || *finding.istio == judged) return When::always;
  const auto& istio = *finding.istio;
  if (newer_than(first_of(istio), judged) == istio) {
    if (is_needless(finding)) return When::deletable_from;
    return is_harmful(finding) ? When::breaks_from : When::from;
  }
  const auto other = judged - istio;
  return newer_than(first_of(other), judged) == other ? When::up_to : When::only_on;
}

std::string heading(When when, const VersionRange& istio, const VersionRange& judged) {
  switch (when) {
    case When::always:
      return fmt::format("On all of {}", in_words(judged));
    case When::breaks_from:
      return fmt::format("Breaks from Istio {} on", brief(first_of(istio)));
    case When::only_on:
      return fmt::format("Only on {}", in_words(istio));
    case When::from:
      return fmt::format("From Istio {} on", brief(first_of(istio)));
    case When::up_to:
      return fmt::format("Today, gone from Istio {} on", brief(first_of(judged - istio)));
    case When::deletable_from:
      return fmt::format("Can be deleted once {} is gone", in_words(judged - istio));
  }
  return {};
}

/// What stands under one heading.
struct Group {
  VersionRange istio;
  std::vector<Finding> findings;
};

std::string counts(const std::vector<Finding>& findings) {
  lint::Summary summary;
  for (const auto& finding : findings) summary.count(finding.severity);
  return problems(summary);
}

}  // namespace

bool asks_for_upgrade(const lint::Result& result) {
  const auto parts = result.istio.intervals();
  if (!result.istio_is_given || parts.empty()) return false;
  const auto& end = parts.back().last;
  // What ends before 1.10.0 is 1.9.
  return !end || end->minor - (end->patch == 0 ? 1 : 0) > first_of(result.istio).minor;
}

std::string upgrade(const Run& run) {
  const auto& judged = run.result.istio;
  // By the version in which they begin or, if they are there today, end.
  std::map<std::pair<When, std::vector<IstioVersion>>, Group> groups;
  for (const auto& finding : run.result.findings) {
    const auto kind = when(finding, judged);
    const auto istio = finding.istio.value_or(judged);
    std::vector<IstioVersion> versions;
    for (const auto& [first, last] : istio.intervals()) {
      versions.push_back(first);
      if (last) versions.push_back(*last);
    }
    auto& group = groups[{kind, versions}];
    group.istio = istio;
    group.findings.push_back(finding);
  }
  const Palette palette{.color = run.color};
  std::string out;
  for (const auto& [key, group] : groups) {
    const auto& findings = group.findings;
    if (!out.empty()) out += '\n';
    out += palette.bold(heading(key.first, group.istio, judged)) + ": " + counts(findings) + "\n\n";
    out += text(findings, run.sources, run.color);
  }
  return out;
}

}  // namespace cassmesh::report
