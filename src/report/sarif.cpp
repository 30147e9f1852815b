// SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), cut to what GitHub's code scanning makes of
// it (docs.github.com, "SARIF support for code scanning"): one result a finding, each with a
// place, regions of one line, relative URIs.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "../version.hpp"
#include "fingerprint.hpp"
#include "formats.hpp"
#include "json_text.hpp"
#include "line_hash.hpp"
#include "sarif_rules.hpp"
#include "where.hpp"

namespace cassmesh::report {
namespace {

using Json = nlohmann::ordered_json;

// GitHub takes no more locations of one result.
constexpr std::size_t most_locations = 1000;

/// Text from the input: none of it becomes a link.
std::string no_link(std::string_view text) {
  auto out = printable(text);
  for (std::size_t at = 0; (at = out.find("](", at)) != out.npos;) out.insert(at + 1, " ");
  return out;
}

std::string link_text(std::string_view text) {
  std::string out;
  for (const char letter : printable(text)) {
    if (std::string_view("[]\\").find(letter) != text.npos) out += '\\';
    out += letter;
  }
  return out;
}

std::string sentence(std::string text) {
  if (!text.empty() && std::string_view(".?!").find(text.back()) == text.npos) text += '.';
  return text;
}

Json region(const Place& place) {
  Json out{{"startLine", place.at.line}, {"startColumn", place.at.column}};
  // Without an end it goes up to the end of its line: GitHub shows nothing in a pull request that
  // has not changed all lines of a region.
  if (place.end.line == place.at.line) {
    out["endLine"] = place.end.line;
    out["endColumn"] = place.end.column;
  }
  return out;
}

Json physical_location(const Place& place, const Sources& sources) {
  Json out{{"artifactLocation", {{"uri", uri_of(path_of(place, sources))}}}};
  if (place) out["region"] = region(place);
  return out;
}

Json logical_location(const ObjectName& object) {
  const auto scope = object.name_space.empty() ? "" : object.name_space + '/';
  const auto full = fmt::format("{}/{}/{}{}", object.api_version, object.kind, scope, object.name);
  return {{"name", printable(object.name)},
          {"fullyQualifiedName", printable(full)},
          {"kind", "resource"}};
}

Json location(const Place& place, const std::optional<ObjectName>& object, const Sources& sources) {
  Json out{{"physicalLocation", physical_location(place, sources)}};
  if (object) out["logicalLocations"] = Json::array({logical_location(*object)});
  return out;
}

Json related_locations(const Finding& finding, const Sources& sources) {
  auto out = Json::array();
  for (const auto& related : finding.related) {
    if (!related.place || out.size() == most_locations) continue;
    Json other{{"id", out.size() + 1}};
    other.update(location(related.place, related.object, sources));
    other["message"] = {{"text", no_link(related.message)}};
    out.push_back(std::move(other));
  }
  return out;
}

/// The other places, as links to their ids.
std::string links(const Finding& finding) {
  std::string out;
  std::size_t id = 0;
  for (const auto& related : finding.related) {
    if (!related.place || id == most_locations) continue;
    out += fmt::format("{}[{}]({})", id == 0 ? "" : ", ", link_text(related.message), id + 1);
    ++id;
  }
  return out;
}

/// What people read at the finding. GitHub takes the first sentence as its title.
std::string message(const Finding& finding) {
  auto out = sentence(no_link(finding.message));
  if (const auto others = links(finding); !others.empty()) out += fmt::format(" See {}.", others);
  for (const auto& related : finding.related) {
    if (!related.place) out += ' ' + sentence("Note: " + no_link(related.message));
  }
  if (!finding.breaks.empty()) {
    out += fmt::format(" Breaks {}{}.", fmt::join(finding.breaks, ", "),
                       finding.ring.empty() ? "" : " of ring " + no_link(finding.ring));
  }
  if (finding.istio) out += fmt::format(" Holds on {}.", in_words(*finding.istio));
  if (!finding.fix.empty()) out += ' ' + sentence("Fix: " + no_link(finding.fix));
  return out;
}

/// What SARIF has no place for, named as in our own JSON.
Json properties(const Finding& finding) {
  auto out = Json::object();
  if (!finding.ring.empty()) out["ring"] = finding.ring;
  if (!finding.breaks.empty()) out["breaks"] = finding.breaks;
  if (finding.istio) out["istio"] = to_string(*finding.istio);
  if (!finding.fix.empty()) {
    out["fix"] = {{"description", finding.fix}, {"safe", finding.fix_is_safe}};
  }
  return out;
}

/// The hashes of all lines that findings stand in, by file and line.
std::map<int, std::map<int, std::string>> hashes_of(const Run& run) {
  std::map<int, std::set<int>> lines;
  for (const auto& finding : run.result.findings) {
    if (const auto place = anchor(finding)) lines[place.at.file].insert(place.at.line);
  }
  std::map<int, std::map<int, std::string>> hashes;
  for (const auto& [file, wanted] : lines) {
    hashes[file] = line_hashes(run.sources[file].text(), wanted);
  }
  return hashes;
}

Json results(const Run& run, std::span<const Rule* const> rules) {
  auto hashes = hashes_of(run);
  Fingerprints fingerprints;
  auto out = Json::array();
  for (const auto& finding : run.result.findings) {
    const auto place = anchor(finding);
    Json result{{"ruleId", finding.rule}};
    const auto rule = std::ranges::find(rules, finding.rule, &Rule::name);
    if (rule != rules.end()) result["ruleIndex"] = rule - rules.begin();
    result["level"] = sarif_level(finding.severity);
    result["message"] = {{"text", message(finding)}};
    result["locations"] = Json::array({location(place, finding.object, run.sources)});
    auto related = related_locations(finding, run.sources);
    if (!related.empty()) result["relatedLocations"] = std::move(related);
    auto& known_by = result["partialFingerprints"] = Json::object();
    const auto& hash = hashes[place.at.file][place.at.line];
    if (!hash.empty()) known_by["primaryLocationLineHash"] = hash;
    known_by["cassmesh/v1"] = fingerprints.next(finding, path_of(place, run.sources));
    if (auto more = properties(finding); !more.empty()) result["properties"] = std::move(more);
    out.push_back(std::move(result));
  }
  return out;
}

/// That it ran, and what it did not check.
Json invocation(const lint::Summary& summary) {
  Json out{{"executionSuccessful", true}};
  for (const auto& [file, reason] : summary.not_checked) {
    const Json where{
        {"physicalLocation", {{"artifactLocation", {{"uri", uri_of(path_of(file))}}}}}};
    out["toolExecutionNotifications"].push_back(
        {{"level", "note"},
         {"message", {{"text", "not checked: " + no_link(reason)}}},
         {"locations", Json::array({where})}});
  }
  return out;
}

}  // namespace

std::string sarif(const Run& run, std::span<const Rule* const> rules) {
  auto descriptors = Json::array();
  for (const auto* rule : rules) descriptors.push_back(sarif_rule(*rule));
  Json driver{
      {"name", "cassmesh"}, {"semanticVersion", version()}, {"rules", std::move(descriptors)}};
  Json only_run{{"tool", {{"driver", std::move(driver)}}},
                {"columnKind", "unicodeCodePoints"},
                {"invocations", Json::array({invocation(run.result.summary)})},
                {"results", results(run, rules)}};
  return json_text({{"$schema",
                     "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                     "sarif-schema-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({std::move(only_run)})}});
}

}  // namespace cassmesh::report
