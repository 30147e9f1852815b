#include "sarif_rules.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <string>

#include "text.hpp"

namespace cassmesh::report {
namespace {

using Json = nlohmann::ordered_json;

// GitHub takes no more tags of one rule.
constexpr std::size_t most_tags = 20;

/// `service-entry-conflict` as `ServiceEntryConflict`.
std::string pascal_case(std::string_view name) {
  std::string out;
  bool first = true;
  for (const char letter : name) {
    if (letter != '-')
      out += first && is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
    first = letter == '-';
  }
  return out;
}

std::string_view problem_severity(Severity severity) {
  return severity == Severity::info ? "recommendation" : to_string(severity);
}

/// The help, in which each part has a heading between two marks.
std::string help(const Rule& rule, std::string_view mark, std::string_view code) {
  std::string out(rule.summary);
  const auto add = [&](std::string_view heading, std::string_view text) {
    if (!text.empty()) out += fmt::format("\n\n{}{}:{} {}", mark, heading, mark, text);
  };
  add("Why", rule.why);
  add("Fix", rule.fix);
  add("Istio versions", rule.versions);
  add("Source", rule.source);
  return out + fmt::format("\n\n{0}cassmesh explain {1}{0} shows examples.", code, rule.name);
}

Json tags(const Rule& rule) {
  Json out{"kubernetes", "istio"};
  for (const auto kind : rule.kinds) {
    if (out.size() < most_tags) out.push_back(kind);
  }
  return out;
}

}  // namespace

std::string_view sarif_level(Severity severity) {
  return severity == Severity::info ? "note" : to_string(severity);
}

Json sarif_rule(const Rule& rule) {
  return {{"id", rule.name},
          {"name", pascal_case(rule.name)},
          {"shortDescription", {{"text", rule.summary}}},
          {"fullDescription", {{"text", rule.why}}},
          {"help", {{"text", help(rule, "", "")}, {"markdown", help(rule, "**", "`")}}},
          {"defaultConfiguration", {{"level", sarif_level(rule.severity)}}},
          {"properties",
           {{"tags", tags(rule)},
            {"precision", "high"},
            {"problem.severity", problem_severity(rule.severity)}}}};
}

}  // namespace cassmesh::report
