// The problem matcher of GitHub Actions (.github/cassmesh-matcher.json) reads what the format
// `concise` writes.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/report.hpp"
#include "files.hpp"
#include "linted.hpp"
#include "report/formats.hpp"
#include "support.hpp"
#include "transcript.hpp"

using namespace cassmesh;
using Json = nlohmann::json;

namespace {

const Json& matchers() {
  static const auto file =
      Json::parse(files::read_file(source_folder() / ".github/cassmesh-matcher.json"));
  return file.at("problemMatcher");
}

/// `severity file|line|column|rule|message`, as the runner takes it from the line; nothing if no
/// matcher takes it.
std::optional<std::string> matched(const std::string& line) {
  for (const auto& matcher : matchers()) {
    const auto& pattern = matcher.at("pattern").at(0);
    std::smatch groups;
    if (!std::regex_match(line, groups, std::regex(pattern.at("regexp").get<std::string>())))
      continue;
    const auto group = [&](const char* name) { return groups.str(pattern.at(name).get<size_t>()); };
    auto text = pattern.contains("severity") ? group("severity")
                                             : matcher.at("severity").get<std::string>();
    text += " " + group("file");
    for (const auto* name : {"line", "column", "code", "message"}) text += "|" + group(name);
    return text;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("the problem matcher takes each finding apart, with and without colours") {
  const std::vector<std::pair<std::string, std::string>> files{{"k8s/a b/se: 1:2.yaml", R"(
apiVersion: v1
kind: Service
metadata: {name: a, name: b}
spec:
  selector: {app: a}
  ports: [{port: 80, name: odd}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v}
spec: {hosts: [a.x], gateways: [gone], http: [{route: [{destination: {host: a}}]}]}
)"}};
  const Linted linted(files);
  REQUIRE(std::ranges::any_of(linted.result.findings,
                              [](const auto& it) { return !it.related.empty(); }));
  REQUIRE(std::ranges::any_of(linted.result.findings,
                              [](const auto& it) { return it.severity == Severity::info; }));
  for (const bool color : {false, true}) {
    const report::Run run{.result = linted.result, .sources = linted.sources, .color = color};
    const auto lines = transcript::split(report::concise(run));
    REQUIRE(lines.size() == linted.result.findings.size());
    for (std::size_t at = 0; at < lines.size(); ++at) {
      const auto& finding = linted.result.findings[at];
      CAPTURE(lines[at]);
      const bool is_info = finding.severity == Severity::info;
      const auto expected = fmt::format(
          "{} k8s/a b/se: 1:2.yaml|{}|{}|{}|{}", is_info ? "notice" : to_string(finding.severity),
          finding.place.at.line, finding.place.at.column, finding.rule, finding.message);
      const auto seen = matched(lines[at]);
      REQUIRE(seen);
      // Between colours, the other places of a conflict are told from the message.
      CHECK((color ? *seen == expected : seen->starts_with(expected)));
    }
  }
}

TEST_CASE("the problem matcher leaves other lines alone") {
  CHECK(!matched("Found 1 error in 1 object (1 file). Judged on Istio 1.10 and newer."));
  CHECK(!matched("warning[unused-suppression]: suppresses nothing"));
  CHECK(!matched("ring.yaml:26:9: note: the ring's Service"));
  CHECK(!matched("cassmesh: k8s: no such file or folder"));
}
