// Workflow commands of GitHub Actions (docs.github.com, "Workflow commands for GitHub Actions"). Of
// each severity GitHub shows ten annotations a step: the most severe come first.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "formats.hpp"
#include "headline.hpp"
#include "where.hpp"

namespace cassmesh::report {
namespace {

std::string_view command(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "notice";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return {};
}

/// What a command takes for an end or a separator, as percent escapes (@actions/core, command.ts).
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char letter : text) {
    if (special.find(letter) == special.npos) {
      out += letter;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
  }
  return out;
}

/// Where the annotation goes. Columns go with places of one line only: GitHub ignores the whole
/// place otherwise.
std::string properties(const Finding& finding, const Sources& sources) {
  std::string out;
  const auto path = path_of(finding.place, sources);
  if (finding.place && path != "<stdin>") {
    const auto& [at, end] = finding.place;
    out = fmt::format("file={},line={},endLine={},", escaped(printable(path), "%\r\n:,"), at.line,
                      std::max(at.line, end.line));
    if (at.line == end.line) out += fmt::format("col={},endColumn={},", at.column, end.column);
  }
  return out + fmt::format("title={}", escaped(finding.rule, "%\r\n:,"));
}

/// With the place, which the log of a step does not show otherwise.
std::string message(const Finding& finding, const Sources& sources) {
  std::string out;
  if (finding.place) out += name_of(finding.place.at, sources) + ": ";
  out += printable(finding.message);
  for (const auto& related : finding.related) {
    out += '\n';
    if (related.place) out += name_of(related.place.at, sources) + ": ";
    out += "note: " + printable(related.message);
  }
  if (!finding.breaks.empty()) out += fmt::format("\nbreaks: {}", fmt::join(finding.breaks, ", "));
  if (finding.istio) out += fmt::format("\nistio: {}", to_string(*finding.istio));
  if (!finding.fix.empty()) out += fmt::format("\nfix: {}", printable(finding.fix));
  return escaped(out, "%\r\n");
}

}  // namespace

std::string github(const Run& run) {
  std::vector<const Finding*> findings;
  for (const auto& finding : run.result.findings) findings.push_back(&finding);
  std::ranges::stable_sort(findings, std::greater{}, &Finding::severity);
  std::string out;
  for (const auto* finding : findings) {
    out += fmt::format("::{} {}::{}\n", command(finding->severity),
                       properties(*finding, run.sources), message(*finding, run.sources));
  }
  return out;
}

}  // namespace cassmesh::report
