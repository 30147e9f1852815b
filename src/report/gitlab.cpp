// GitLab's Code Quality report (docs.gitlab.com, "Code Quality", "Code Quality report format").

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fingerprint.hpp"
#include "formats.hpp"
#include "headline.hpp"
#include "json_text.hpp"
#include "where.hpp"

namespace cassmesh::report {
namespace {

using Json = nlohmann::ordered_json;

/// `critical` and `blocker` are left for what is worse than a wrong manifest.
std::string_view gitlab_severity(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "minor";
    case Severity::error:
      return "major";
  }
  return {};
}

/// GitLab shows neither the rule nor other places but in here.
std::string description(const Finding& finding, const Sources& sources) {
  auto out =
      fmt::format("{}: {}{}", finding.rule, printable(finding.message), also(finding, sources));
  if (!finding.fix.empty()) out += fmt::format(" (fix: {})", printable(finding.fix));
  return out;
}

}  // namespace

std::string gitlab(const Run& run) {
  Fingerprints fingerprints;
  auto out = Json::array();
  for (const auto& finding : run.result.findings) {
    const auto place = anchor(finding);
    const auto path = path_of(place, run.sources);
    const Json lines{{"begin", std::max(1, place.at.line)}};
    out.push_back({{"description", description(finding, run.sources)},
                   {"check_name", finding.rule},
                   {"fingerprint", fingerprints.next(finding, path)},
                   {"severity", gitlab_severity(finding.severity)},
                   {"location", {{"path", path}, {"lines", lines}}}});
  }
  return json_text(out);
}

}  // namespace cassmesh::report
