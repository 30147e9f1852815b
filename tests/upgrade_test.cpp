// What a run says that was asked for an upgrade. CASSMESH_UPDATE=1 writes tests/report/upgrade.txt
// anew.

#include "report/upgrade.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "linted.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// A finding that holds on a range; on all versions if there is none.
Finding finding(std::string message, const char* istio, Severity severity = Severity::error,
                std::vector<std::string_view> breaks = {}) {
  Finding made{.rule = "some-rule",
               .severity = severity,
               .message = std::move(message),
               .place = {{1, 1, 1}, {1, 1, 5}},
               .breaks = std::move(breaks)};
  if (istio != nullptr) made.istio = mesh::VersionRange::parse(istio);
  return made;
}

Finding deletion(std::string message, const char* istio, Severity severity, bool is_safe) {
  auto made = finding(std::move(message), istio, severity);
  made.fix = "delete the object";
  made.fix_is_safe = is_safe;
  return made;
}

struct Run {
  Run(std::string_view istio, std::vector<Finding> findings) {
    sources.add("a.yaml", "kind: Service\n");
    result.findings = std::move(findings);
    result.istio = mesh::VersionRange::parse(istio);
    result.istio_is_given = true;
  }

  std::string text() const { return report::upgrade({.result = result, .sources = sources}); }

  /// The headings, and the message of each finding under them.
  std::string outline() const {
    std::string out;
    std::string rest = text();
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.erase(0, line.size() + 1);
      const auto message = line.find("]: ");
      if (message != line.npos) {
        out += "  " + line.substr(message + 3) + '\n';
      } else if (!line.empty() && line.front() != ' ') {
        out += line + '\n';
      }
    }
    return out;
  }

  Sources sources;
  lint::Result result;
};

bool is_asked_for(const std::vector<std::string>& texts, const lint::Options& options) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& text : texts) files.emplace_back("a.yaml", text);
  return report::asks_for_upgrade(Linted(files, options).result);
}

lint::Options judged_on(const char* istio) {
  return {.istio = mesh::GivenRange::parse(istio)};
}

const std::string account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n";

}  // namespace

TEST_CASE("an upgrade is told as its golden file has it") {
  const Run run(
      "1.9..1.24",
      {finding("wrong before and after", nullptr),
       finding("harmless, everywhere", nullptr, Severity::info),
       finding("breaks late", "1.22..1.24"),
       finding("breaks early", "1.10..1.24", Severity::warning, {"gossip", "cql"}),
       finding("breaks early, too", "1.10..1.24"), finding("is wrong on the way", "1.18.0..1.18.5"),
       finding("is new advice", "1.12.3..1.24", Severity::info),
       finding("is healed", "1.9", Severity::error, {"self"}),
       finding("is healed later", "1.9..1.14"),
       deletion("has no effect any more", "1.10..1.24", Severity::warning, true)});
  CHECK(golden_difference("tests/report/upgrade.txt", run.text()) == "");
}

TEST_CASE("only what is safe to delete can go when the old version is gone") {
  CHECK(Run("1.9..1.24", {deletion("a", "1.10..1.24", Severity::warning, true),
                          deletion("b", "1.10..1.24", Severity::warning, false),
                          deletion("c", "1.10..1.24", Severity::error, true),
                          deletion("d", nullptr, Severity::warning, true),
                          deletion("e", "1.9..1.12", Severity::warning, true)})
            .outline() ==
        "On all of Istio 1.9 to 1.24: 1 warning\n  d\n"
        "Breaks from Istio 1.10 on: 1 error\n  c\n"
        "From Istio 1.10 on: 1 warning\n  b\n"
        "Today, gone from Istio 1.13 on: 1 warning\n  e\n"
        "Can be deleted once Istio 1.9 is gone: 1 warning\n  a\n");
}

TEST_CASE("an upgrade may leave versions out, and have no end") {
  CHECK(Run("1.9, 1.24", {finding("a", "1.24"), finding("b", "1.9"), finding("c", nullptr)})
            .outline() ==
        "On all of Istio 1.9 and 1.24: 1 error\n  c\n"
        "Breaks from Istio 1.24 on: 1 error\n  a\n"
        "Today, gone from Istio 1.24 on: 1 error\n  b\n");
  CHECK(Run("1.10..", {finding("a", "1.22.."), finding("b", "1.10..1.11, 1.14.2.."),
                       finding("c", "1.10.1..1.11")})
            .outline() ==
        "Breaks from Istio 1.22 on: 1 error\n  a\n"
        "Only on Istio 1.10 to 1.11 and 1.14.2 and newer: 1 error\n  b\n"
        "Only on Istio 1.10.1 to 1.11: 1 error\n  c\n");
}

TEST_CASE("no findings are no text, whatever was asked for") {
  CHECK(Run("1.9..1.24", {}).text().empty());
}

TEST_CASE("headings are bold where colours are wanted") {
  const Run run("1.9..1.10", {finding("a", "1.10")});
  const auto text = report::upgrade({.result = run.result, .sources = run.sources, .color = true});
  CHECK(text.starts_with("\x1b[1mBreaks from Istio 1.10 on\x1b[0m: 1 error\n\n"));
}

TEST_CASE("only text is grouped by versions, and only where more than one minor is given") {
  CHECK(is_asked_for({account}, judged_on("1.9..1.24")));
  CHECK(is_asked_for({account}, judged_on("1.9.3..1.10.0")));
  CHECK(is_asked_for({account}, judged_on("1.10..")));
  CHECK(is_asked_for({account}, judged_on("..1.1")));
  CHECK_FALSE(is_asked_for({account}, judged_on("1.24")));
  CHECK_FALSE(is_asked_for({account}, judged_on("1.24.1..1.24.9")));
  CHECK_FALSE(is_asked_for({account}, judged_on("..1.0")));
  CHECK_FALSE(is_asked_for({account}, judged_on("any")));
  CHECK_FALSE(is_asked_for({account}, {}));
  lint::Options configured;
  configured.config.istio = mesh::GivenRange::parse("1.9..1.24");
  CHECK(is_asked_for({account}, configured));

  const Run run("1.9..1.24", {finding("b", "1.24"), finding("a", nullptr)});
  for (const auto& format : report::formats()) {
    const auto text = format.write({.result = run.result, .sources = run.sources});
    CAPTURE(format.name);
    CHECK((text.find("Breaks from") != text.npos) == (format.name == "text"));
  }
}

TEST_CASE("scopes that are judged on different versions are no one upgrade") {
  lint::Options options;
  options.config.scopes = {
      {.name = "old", .paths = {"old.yaml"}, .istio = mesh::GivenRange::parse("1.9..1.12")},
      {.name = "new", .paths = {"new.yaml"}, .istio = mesh::GivenRange::parse("1.9..1.24")}};
  const std::vector<std::pair<std::string, std::string>> files{{"old.yaml", account},
                                                               {"new.yaml", account}};
  CHECK_FALSE(report::asks_for_upgrade(Linted(files, options).result));
  options.config.scopes.front().istio = options.config.scopes.back().istio;
  CHECK(report::asks_for_upgrade(Linted(files, options).result));
}
