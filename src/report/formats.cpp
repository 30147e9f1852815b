#include "formats.hpp"

#include <array>

#include "cassmesh/trace_report.hpp"
#include "upgrade.hpp"

namespace cassmesh::report {
namespace {

std::string text_of_run(const Run& run) {
  if (asks_for_upgrade(run.result)) return upgrade(run);
  return text(run.result.findings, run.sources, run.color);
}

}  // namespace

std::span<const Format> formats() {
  static constexpr std::array all{
      Format{"text", "with source lines, for people", text_of_run},
      Format{"concise", "one line a finding", concise},
      Format{"json", "our own, stable and versioned", json},
      Format{"sarif", "SARIF 2.1.0, for GitHub code scanning and others",
             [](const Run& run) { return sarif(run, all_rules()); }},
      Format{"github", "annotations in GitHub Actions", github},
      Format{"gitlab", "GitLab's Code Quality report", gitlab},
      Format{"junit", "JUnit's XML, for Jenkins and others", junit},
  };
  return all;
}

std::span<const TraceFormat> trace_formats() {
  static constexpr std::array all{TraceFormat{"text", trace_text}, TraceFormat{"json", trace_json}};
  return all;
}

}  // namespace cassmesh::report
