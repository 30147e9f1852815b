// JUnit's XML as Jenkins' schema has it: one suite a file, one case a finding. Errors and warnings
// are failures; an info, which never fails a run, is a skipped case.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

#include "characters.hpp"
#include "formats.hpp"
#include "text.hpp"
#include "where.hpp"

namespace cassmesh::report {
namespace {

/// Text and values of attributes. What XML 1.0 cannot hold, not even as a reference, is shown as an
/// escape.
std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto character = take(text);
    const auto code = first_code_point(character).value;
    if (character == "&") {
      out += "&amp;";
    } else if (character == "<") {
      out += "&lt;";
    } else if (character == ">") {
      out += "&gt;";
    } else if (character == "\"") {
      out += "&quot;";
    } else if (character == "\n" || character == "\t") {
      out += character;
    } else if (code == 0xFFFE || code == 0xFFFF) {
      out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(code));
    } else {
      out += shown(character);
    }
  }
  return out;
}

using Findings = std::vector<const Finding*>;

std::ptrdiff_t failures(const Findings& findings) {
  return std::ranges::count_if(findings,
                               [](const Finding* it) { return it->severity != Severity::info; });
}

std::ptrdiff_t skipped(const Findings& findings) {
  return static_cast<std::ptrdiff_t>(findings.size()) - failures(findings);
}

/// Of cases with one name in one suite, readers keep the first. `given`: how often each was given.
std::string unique_name(const Finding& finding, std::map<std::string, int>& given) {
  std::string name(finding.rule);
  if (finding.place) {
    name += fmt::format(" at {}:{}", finding.place.at.line, finding.place.at.column);
  }
  const auto count = ++given[name];
  return count == 1 ? name : fmt::format("{} ({})", name, count);
}

std::string test_case(const Finding& finding, const std::string& suite, const std::string& name,
                      const Sources& sources) {
  const std::string_view tag = finding.severity == Severity::info ? "skipped" : "failure";
  return fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\">\n"
      "      <{} type=\"{}\" message=\"{}\">{}</{}>\n"
      "    </testcase>\n",
      escaped(name), escaped(suite), tag, to_string(finding.severity),
      escaped(printable(finding.message)), escaped(text(std::span(&finding, 1), sources, false)),
      tag);
}

std::string suite(const std::string& name, const Findings& findings, const Sources& sources) {
  auto out = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n",
      escaped(name), findings.size(), failures(findings), skipped(findings));
  std::map<std::string, int> given;
  for (const auto* finding : findings) {
    out += test_case(*finding, name, unique_name(*finding, given), sources);
  }
  return out + "  </testsuite>\n";
}

/// A report without any case is an error to some readers.
constexpr std::string_view clean_suite =
    "  <testsuite name=\"cassmesh\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n"
    "    <testcase name=\"no problems\" classname=\"cassmesh\"/>\n"
    "  </testsuite>\n";

}  // namespace

std::string junit(const Run& run) {
  std::map<std::string, Findings> by_file;
  Findings all;
  for (const auto& finding : run.result.findings) {
    const auto place = anchor(finding);
    by_file[place ? printable(path_of(place, run.sources)) : "cassmesh"].push_back(&finding);
    all.push_back(&finding);
  }
  auto out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"cassmesh\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
      std::max<std::size_t>(1, all.size()), failures(all));
  for (const auto& [file, findings] : by_file) out += suite(file, findings, run.sources);
  if (all.empty()) out += clean_suite;
  return out + "</testsuites>\n";
}

}  // namespace cassmesh::report
