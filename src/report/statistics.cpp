// How often each rule found something.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/report.hpp"
#include "counts.hpp"
#include "json_parts.hpp"
#include "json_text.hpp"
#include "where.hpp"

namespace cassmesh::report {
namespace {

struct Count {
  std::string_view rule;
  Severity severity = Severity::error;
  std::size_t findings = 0;
  std::size_t files = 0;
};

std::vector<Count> counts(const Run& run) {
  std::map<std::pair<std::string_view, Severity>, Count> found;
  std::map<std::pair<std::string_view, Severity>, std::set<std::string>> files;
  for (const auto& finding : run.result.findings) {
    const std::pair key(finding.rule, finding.severity);
    auto& count = found.try_emplace(key, Count{finding.rule, finding.severity}).first->second;
    ++count.findings;
    files[key].insert(path_of(anchor(finding), run.sources));
    count.files = files[key].size();
  }
  std::vector<Count> sorted;
  sorted.reserve(found.size());
  for (const auto& [key, count] : found) sorted.push_back(count);
  std::ranges::stable_sort(sorted, std::greater{}, &Count::findings);
  return sorted;
}

}  // namespace

std::string statistics(const Run& run) {
  const auto rows = counts(run);
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.rule.size());
  std::string out;
  for (const auto& row : rows)
    out += fmt::format("{:>5}  {:<7}  {:<{}}  in {}\n", row.findings, to_string(row.severity),
                       row.rule, width, counted(row.files, "file"));
  return out;
}

std::string statistics_json(const Run& run) {
  using Json = nlohmann::ordered_json;
  Json out{{"version", 1},
           {"istio", to_string(run.result.istio)},
           {"statistics", Json::array()},
           {"summary", summary_json(run.result.summary)}};
  for (const auto& row : counts(run))
    out["statistics"].push_back({{"rule", row.rule},
                                 {"severity", to_string(row.severity)},
                                 {"findings", row.findings},
                                 {"files", row.files}});
  return json_text(out);
}

}  // namespace cassmesh::report
