#include "cassmesh/report.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

using namespace cassmesh;

namespace {

Place place(int line, int column, int end_column, int end_line = 0) {
  return {{1, line, column}, {1, end_line > 0 ? end_line : line, end_column}};
}

Finding finding(const Place& where, std::string message = "unknown key 'replcas'") {
  return {.rule = "cluster-spec",
          .severity = Severity::error,
          .message = std::move(message),
          .place = where};
}

/// One finding without its first line, which says where and what.
std::string excerpt(const std::string& source, const Place& where) {
  Sources sources;
  sources.add("spec.yaml", source);
  const auto written = report::text(std::vector{finding(where)}, sources, false);
  return written.substr(written.find('\n') + 1);
}

const std::string spec = "name: a\nracks: []\nreplcas: 5\n\n\n\nreplicas: 3\n";

}  // namespace

TEST_CASE("a finding shows its place, its line and what to do") {
  Sources sources;
  sources.add("spec.yaml", spec);
  auto unknown = finding(place(3, 1, 8));
  unknown.fix = "did you mean 'replicas'?";
  CHECK(report::text(std::vector{unknown}, sources, false) ==
        "spec.yaml:3:1: error[cluster-spec]: unknown key 'replcas'\n"
        "  3 | replcas: 5\n"
        "    | ^^^^^^^\n"
        "  = fix: did you mean 'replicas'?\n");
}

TEST_CASE("a conflict shows its other places, all behind one gutter") {
  Sources sources;
  sources.add("spec.yaml", spec + std::string(5, '\n') + "replicas: 4\n");
  auto twice = finding(place(7, 1, 9), "'replicas' is given twice");
  twice.severity = Severity::warning;
  twice.related = {{place(13, 1, 9), "again here"}, {{}, "the last one counts"}};
  twice.fix = "leave one out";
  CHECK(report::text(std::vector{twice, finding(place(1, 7, 8), "next")}, sources, false) ==
        "spec.yaml:7:1: warning[cluster-spec]: 'replicas' is given twice\n"
        "   7 | replicas: 3\n"
        "     | ^^^^^^^^\n"
        "  spec.yaml:13:1: note: again here\n"
        "  13 | replicas: 4\n"
        "     | ^^^^^^^^\n"
        "  note: the last one counts\n"
        "  = fix: leave one out\n"
        "spec.yaml:1:7: error[cluster-spec]: next\n"
        "  1 | name: a\n"
        "    |       ^\n");
}

TEST_CASE("a finding without a place is one line") {
  CHECK(report::text(std::vector{finding({}, "no spec given")}, {}, false) ==
        "error[cluster-spec]: no spec given\n");
  CHECK(report::text({}, {}, false).empty());
}

TEST_CASE("colours mark the path, the severity, the message and the caret") {
  Sources sources;
  sources.add("spec.yaml", spec);
  auto unknown = finding(place(3, 1, 8), "wrong");
  unknown.related = {{place(7, 1, 9), "right"}};
  unknown.fix = "take it";
  const std::string rest =
      ": \x1b[1mwrong\x1b[0m\n"
      "  3 | replcas: 5\n"
      "    | \x1b[32m^^^^^^^\x1b[0m\n"
      "  \x1b[1mspec.yaml:7:1:\x1b[0m note: right\n"
      "  7 | replicas: 3\n"
      "    | \x1b[32m^^^^^^^^\x1b[0m\n"
      "  = fix: take it\n";
  const std::vector<std::pair<Severity, std::string>> table{
      {Severity::error, "\x1b[31merror[cluster-spec]\x1b[0m"},
      {Severity::warning, "\x1b[33mwarning[cluster-spec]\x1b[0m"},
      {Severity::info, "\x1b[36minfo[cluster-spec]\x1b[0m"},
  };
  for (const auto& [severity, label] : table) {
    unknown.severity = severity;
    const auto expected = std::string("\x1b[1mspec.yaml:3:1:\x1b[0m ").append(label).append(rest);
    CHECK(report::text(std::vector{unknown}, sources, true) == expected);
  }
}

TEST_CASE("the caret stands under the value") {
  CHECK(excerpt("a: \u65e5\u672c b\n", place(1, 7, 8)) ==  // wide characters
        "  1 | a: \u65e5\u672c b\n"
        "    |         ^\n");
  CHECK(excerpt("a: \u65e5\u672c b\n", place(1, 4, 6)) ==
        "  1 | a: \u65e5\u672c b\n"
        "    |    ^^^^\n");
  CHECK(excerpt("e\u0301: b", place(1, 5, 6)) ==  // a combining accent
        "  1 | e\u0301: b\n"
        "    |    ^\n");
  CHECK(excerpt("\ta:\tb c\n", place(1, 5, 6)) ==  // tabs are copied
        "  1 | \ta:\tb c\n"
        "    | \t  \t^\n");
  CHECK(excerpt("\tx\n", place(1, 1, 2)) ==
        "  1 | \tx\n"
        "    | ^\n");
  CHECK(excerpt("a: b\r\nc: d\r\n", place(1, 4, 5)) ==
        "  1 | a: b\n"
        "    |    ^\n");
  CHECK(
      excerpt("\x1b[1m: b\n", place(1, 7, 8)) ==  // an escape takes the room that it is written in
      "  1 | \\x1b[1m: b\n"
      "    |          ^\n");
}

TEST_CASE("a place of many lines is shown by its first") {
  CHECK(excerpt("args:\n  - a\n  - b\n", place(2, 3, 6, 3)) ==
        "  2 |   - a\n"
        "    |   ^^^\n");
}

TEST_CASE("a place at an end has a caret behind the text") {
  CHECK(excerpt("a: b", place(1, 5, 5)) ==
        "  1 | a: b\n"
        "    |     ^\n");
  CHECK(excerpt("a: b\n", place(2, 1, 1)) ==
        "  2 |\n"
        "    | ^\n");
  CHECK(excerpt("", place(1, 1, 1)) ==
        "  1 |\n"
        "    | ^\n");
  CHECK(excerpt("a: b\n", place(9, 9, 12)) ==  // past the end of the file
        "  9 |\n"
        "    | ^\n");
}

TEST_CASE("a line of up to a hundred columns is shown whole") {
  const auto line = std::string(50, 'a') + "X" + std::string(49, 'b');
  CHECK(excerpt(line, place(1, 51, 52)) ==
        "  1 | " + line + "\n    | " + std::string(50, ' ') + "^\n");
}

TEST_CASE("a long line is cut around the place") {
  const auto a = [](std::size_t count) { return std::string(count, 'a'); };
  const std::string spaces(43, ' ');
  CHECK(excerpt(a(300) + "XY" + a(300), place(1, 301, 303)) ==
        "  1 | ..." + a(40) + "XY" + a(58) + "...\n    | " + spaces + "^^\n");
  CHECK(excerpt("XY" + a(300), place(1, 1, 3)) == "  1 | XY" + a(98) + "...\n    | ^^\n");
  CHECK(excerpt(a(300) + "XY", place(1, 301, 303)) ==
        "  1 | ..." + a(98) + "XY\n    | " + std::string(101, ' ') + "^^\n");
  CHECK(excerpt("x: " + a(300), place(1, 4, 304)) ==  // the value itself is long
        "  1 | x: " + a(97) + "...\n    |    " + std::string(97, '^') + "\n");
  CHECK(excerpt(a(300) + "XY" + std::string(1'000'000, '\t'), place(1, 301, 303)).size() < 300);
}

TEST_CASE("nothing from the input steers the terminal") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"plain \u00e9\u65e5\U0001F600", "plain \u00e9\u65e5\U0001F600"},
      {"\x1b]0;title\x07", R"(\x1b]0;title\x07)"},
      {"a\nb\r\tc", R"(a\x0ab\x0d\x09c)"},
      {std::string("nul\0", 4), "nul\\x00"},
      {"del\x7f", "del\\x7f"},
      {"c1\xc2\x9b", "c1\\u{9b}"},
      {"\u2028\u2029", R"(\u{2028}\u{2029})"},
      {"\u202atext\u202c\u202e\u202c\u2066\u2069",
       R"(\u{202a}text\u{202c}\u{202e}\u{202c}\u{2066}\u{2069})"},
      {"\u200e\u200f\u061c", R"(\u{200e}\u{200f}\u{61c})"},
      {"\ufeff", "\\u{feff}"},
      {"bad \xff\xc3( \x9b", R"(bad \xff\xc3( \x9b)"},
      {"", ""},
  };
  for (const auto& [text, shown] : table) {
    CAPTURE(shown);
    CHECK(report::printable(text) == shown);
  }
}

TEST_CASE("names, messages, lines and remedies are all escaped") {
  Sources sources;
  sources.add("evil\x1b.yaml", "a: \x1b[31m\xff\n");
  auto evil = finding(place(1, 4, 10), "is '\x1b[31m'");
  evil.related = {{place(1, 1, 2), "so is\n'\xff'"}};
  evil.fix = "leave out '\x07'";
  CHECK(report::text(std::vector{evil}, sources, false) ==
        "evil\\x1b.yaml:1:4: error[cluster-spec]: is '\\x1b[31m'\n"
        "  1 | a: \\x1b[31m\\xff\n"
        "    |    ^^^^^^^^^^^^\n"
        "  evil\\x1b.yaml:1:1: note: so is\\x0a'\\xff'\n"
        "  1 | a: \\x1b[31m\\xff\n"
        "    | ^\n"
        "  = fix: leave out '\\x07'\n");
}

TEST_CASE("findings are sorted by place, rule and message, each once") {
  std::vector<Finding> findings{finding(place(3, 1, 2), "b"), finding(place(1, 9, 10), "z"),
                                finding(place(3, 1, 2), "a"), finding(place(1, 10, 11), "y"),
                                finding(place(3, 1, 2), "b"), finding({}, "nowhere")};
  findings.push_back(finding(place(3, 1, 2), "c"));
  findings.back().rule = "another-rule";
  sort(findings);
  std::string order;
  for (const auto& it : findings) order += it.message + " ";
  CHECK(order == "nowhere z y c a b ");
}
