// What the formats are made of.

#include <fmt/core.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/report.hpp"
#include "report/fingerprint.hpp"
#include "report/json_text.hpp"
#include "report/line_hash.hpp"
#include "report/where.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// The hashes of all lines, each with a blank behind it.
std::string all_hashes(std::string_view text) {
  std::string out;
  for (const auto& [line, hash] :
       report::line_hashes(text, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}))
    out += hash + ' ';
  return out;
}

Finding port_finding() {
  return {.rule = "r",
          .message = "port 'cql'",
          .place = {},
          .related = {{{}, "m", ObjectName{"v1", "Service", "a", "b"}}},
          .object = ObjectName{"v1", "Pod", "a", "b"}};
}

}  // namespace

TEST_CASE("lines are hashed as GitHub's own upload does it") {
  // The values of github/codeql-action, src/fingerprints.test.ts.
  const std::string greetings =
      "e9496ae3ebfced30:1 fb7c023a8b9ccb3f:1 ce8ba1a563dcdaca:1 e20e36e16fcb0cc8:1 "
      "b3edc88f2938467e:1 c8e28b0b4002a3a0:1 c129715d7a2bc9a3:1 ";
  std::string lorem;
  for (int i = 0; i < 10; ++i) lorem += "Lorem ipsum dolor sit amet.\n";
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "c129715d7a2bc9a3:1 "},
      {" a\nb\n  \t\tc\n d",
       "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1 "},
      {" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
       "8b7cf3e952e7aeb2:1 b1ae1287ec4718d9:1 bff680108adb0fcc:1 c6805c5e1288b612:1 "
       "b86d3392aea1be30:1 e6ceba753e1a442:1 "},
      {" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", greetings},
      {" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", greetings},
      {" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", greetings},
      {" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", greetings},
      {lorem,
       "a7f2ff13bc495cf2:1 a7f2ff13bc495cf2:2 a7f2ff13bc495cf2:3 a7f2ff13bc495cf2:4 "
       "a7f2ff13bc495cf2:5 a7f2ff13bc495cf2:6 a7f2ff1481e87703:1 a9cf91f7bbf1862b:1 "
       "55ec222b86bcae53:1 cc97dc7b1d7d8f7b:1 c129715d7a2bc9a3:1 "},
  };
  for (const auto& [text, hashes] : table) {
    CAPTURE(text);
    CHECK(all_hashes(text) == hashes);
  }
}

TEST_CASE("a line's hash counts UTF-16 units") {
  // (0xD83D * 37 + 0xDE00) and the end, then zeros: as the algorithm has it for one emoji.
  std::uint64_t expected = 0;
  for (int i = 0; i < 100; ++i)
    expected = expected * 37 + (i == 0 ? 0xD83DU : i == 1 ? 0xDE00U : i == 2 ? 0xFFFFU : 0U);
  CHECK(all_hashes("\U0001F600") == fmt::format("{:x}:1 ", expected));
}

TEST_CASE("only the lines that are asked for are hashed") {
  const auto hashes = report::line_hashes("a\na\nb\n", {2, 9});
  REQUIRE(hashes.size() == 1);
  CHECK(hashes.at(2) == all_hashes("a\na\nb\n").substr(19, 18));
  CHECK(report::line_hashes("a\n", {}).empty());
}

TEST_CASE("a path is relative to the working folder where it can be") {
  const Workplace workplace;
  const std::vector<std::pair<std::string, std::string>> table{
      {"k8s/a.yaml", "k8s/a.yaml"},
      {"./k8s/../a.yaml", "a.yaml"},
      {"../a.yaml", "../a.yaml"},
      {"<stdin>", "<stdin>"},
      {workplace.path().string() + "/k8s/a.yaml", "k8s/a.yaml"},
      {workplace.path().string() + "-2/a.yaml", workplace.path().string() + "-2/a.yaml"},
      {"/a.yaml", "/a.yaml"},
  };
  for (const auto& [name, path] : table) CHECK(report::path_of(name) == path);
}

TEST_CASE("a URI holds nothing but what may stand in one") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"k8s/a-b_c.~1.yaml", "k8s/a-b_c.~1.yaml"},
      {"a b.yaml", "a%20b.yaml"},
      {"a:b?c#d%e.yaml", "a%3Ab%3Fc%23d%25e.yaml"},
      {"\u00e9\xff", "%C3%A9%FF"},
      {"<stdin>", "%3Cstdin%3E"},
      {"/a b.yaml", "file:///a%20b.yaml"},
  };
  for (const auto& [path, uri] : table) CHECK(report::uri_of(path) == uri);
}

TEST_CASE("a finding without a place stands at the first place that it is related to") {
  const Place there{{1, 2, 3}, {1, 2, 4}};
  const Place elsewhere{{2, 2, 3}, {2, 2, 4}};
  Finding finding{.rule = "r", .message = "m", .place = {}};
  CHECK_FALSE(report::anchor(finding));
  finding.related = {{{}, "nowhere"}, {there, "there"}, {elsewhere, "elsewhere"}};
  CHECK(report::anchor(finding) == there);
  finding.place = elsewhere;
  CHECK(report::anchor(finding) == elsewhere);
}

TEST_CASE("a fingerprint survives what moves lines, and differs in all else") {
  const auto print = [](const Finding& finding, const std::string& path = "a.yaml") {
    return report::Fingerprints().next(finding, path);
  };
  const auto first = port_finding();
  auto moved = first;
  moved.place = {{1, 9, 9}, {1, 9, 10}};
  moved.fix = "another text";
  CHECK(print(moved) == print(first));
  CHECK(print(first).size() == 16);

  auto other_rule = first;
  other_rule.rule = "s";
  auto other_message = first;
  other_message.message = "port 'jmx'";
  auto other_object = first;
  other_object.object->name = "c";
  auto other_related = first;
  other_related.related.front().object->name_space = "b";
  for (const auto& other : {other_rule, other_message, other_object, other_related})
    CHECK(print(other) != print(first));
  CHECK(print(first, "b.yaml") != print(first));
}

TEST_CASE("equal findings have fingerprints of their own, the same in each run") {
  report::Fingerprints one;
  report::Fingerprints another;
  std::set<std::string> given;
  for (int i = 0; i < 100; ++i) {
    const auto print = one.next(port_finding(), "a.yaml");
    CHECK(print == another.next(port_finding(), "a.yaml"));
    given.insert(print);
  }
  CHECK(given.size() == 100);
}

TEST_CASE("a location leads back to its byte") {
  const std::string text = "\ufeffa: \u00e9\r\n\n" + std::string(5000, 'x') + "\u65e5\nlast";
  const Source source(1, "a.yaml", text);
  int checked = 0;
  for (std::size_t at = 3; at <= text.size(); ++at) {
    const bool inside = at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    if (inside || text.substr(at - 1, 2) == "\r\n") continue;
    ++checked;
    if (source.offset(source.locate(at)) != at) FAIL_CHECK("byte " << at);
  }
  CHECK(checked == 5013);
  CHECK(source.offset({1, 1, 99}) == 8);
  CHECK(source.offset({1, 2, 99}) == 10);
  CHECK(source.offset({1, 4, 99}) == text.size());
  CHECK(source.offset({1, 5, 1}) == text.size());
  CHECK(source.offset({1, 0, 0}) == 3);
}

TEST_CASE("JSON shows no character that steers a terminal, and reads back as it was") {
  const std::string text = "\x1b \x7f \u009b \u202e \ufeff \u65e5 \U0001F600 \n";
  const auto json = report::json_text(nlohmann::ordered_json(text));
  CHECK(json == "\"\\u001b \\u007f \\u009b \\u202e \\ufeff \u65e5 \U0001F600 \\n\"\n");
  CHECK(nlohmann::ordered_json::parse(json) == text);
  CHECK(report::json_text(nlohmann::ordered_json("a\xff\xc3")) == "\"a\ufffd\ufffd\"\n");
}

TEST_CASE("the closing line counts what was found and where") {
  const auto any = mesh::VersionRange::any();
  const std::vector<std::pair<lint::Summary, std::string>> table{
      {{.files = 9, .objects = 30, .rings = 1}, "No problems in 30 objects (9 files), 1 ring."},
      {{.files = 1, .objects = 1, .rings = 2}, "No problems in 1 object (1 file), 2 rings."},
      {{.files = 2}, "No problems in 0 objects (2 files), no ring."},
      {{.files = 9, .objects = 30, .errors = 1, .warnings = 2},
       "Found 1 error, 2 warnings in 30 objects (9 files)."},
      {{.files = 9, .objects = 30, .warnings = 1, .infos = 2},
       "Found 1 warning, 2 infos in 30 objects (9 files)."},
      {{.files = 9, .objects = 30, .infos = 1}, "Found 1 info in 30 objects (9 files)."},
      {{.files = 1, .objects = 1, .errors = 2, .suppressed = 1},
       "Found 2 errors in 1 object (1 file). 1 suppressed."},
      {{.files = 3, .objects = 1, .not_checked = {{"a", "x"}, {"a", "y"}, {"b", "x"}}},
       "No problems in 1 object (3 files), no ring. Not checked: 2 files (-v says why)."},
  };
  for (const auto& [summary, line] : table)
    CHECK(report::closing_line({.findings = {}, .summary = summary, .istio = any}) ==
          line + " Judged on every Istio.\n");
  CHECK(report::closing_line({.findings = {},
                              .summary = {.files = 1},
                              .istio = mesh::VersionRange::parse("1.10..")}) ==
        "No problems in 0 objects (1 file), no ring. Judged on Istio 1.10 and newer.\n");
  CHECK(report::closing_line({.findings = {}, .summary = {}, .istio = any}) ==
        "No files to lint.\n");
}
