#include "cassmesh/value.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "support.hpp"
#include "text.hpp"

using namespace cassmesh;
using yaml::Value;

namespace {

Value parse(std::string_view text) {
  const Source source(1, "test.yaml", std::string(text));
  const auto documents = yaml::parse(source);
  REQUIRE(documents.size() == 1);
  REQUIRE(documents.front().problems().empty());
  return Value::from(documents.front().root());
}

/// `text` as it is written as a value, `k: …`.
std::string as_value(const std::string& text) {
  return write_yaml(Value::mapping({{"k", Value::string(text)}}));
}

}  // namespace

TEST_CASE("a text is written plain only where every reader takes it for one") {
  struct Row {
    std::string text;
    std::string written;  ///< on one line, as a value, a key or an item
  };
  const std::vector<Row> rows{
      // Beyond doubt.
      {"a", "a"},
      {"cassandra", "cassandra"},
      {"two words", "two words"},
      {"a-b_c.d/e@f", "a-b_c.d/e@f"},
      {"/run.sh", "/run.sh"},
      {"_x", "_x"},
      {"$(POD_IP)", "$(POD_IP)"},
      {"-Xmx1G", "-Xmx1G"},
      {"-f", "-f"},
      {"a,b", "a,b"},
      {"a:b", "a:b"},
      {"a: b", "\"a: b\""},
      {"it's", "it's"},
      {"127.0.0.1", "127.0.0.1"},
      {"3.11.2", "3.11.2"},
      {"1Gi", "1Gi"},
      {"500m", "500m"},
      {"1.5G", "1.5G"},
      {"Rack1-K8Demo", "Rack1-K8Demo"},
      {"onward", "onward"},
      {"nullable", "nullable"},

      // YAML's words, of 1.1 and of 1.2, in any case.
      {"y", "\"y\""},
      {"N", "\"N\""},
      {"yes", "\"yes\""},
      {"No", "\"No\""},
      {"on", "\"on\""},
      {"OFF", "\"OFF\""},
      {"true", "\"true\""},
      {"False", "\"False\""},
      {"null", "\"null\""},
      {"Null", "\"Null\""},
      {"~", "\"~\""},
      {"", "\"\""},
      {"NaN", "\"NaN\""},
      {".nan", "\".nan\""},
      {".inf", "\".inf\""},
      {"-.inf", "\"-.inf\""},
      {"-inf", "\"-inf\""},
      {"<<", "\"<<\""},
      {"=", "\"=\""},

      // Numbers and dates of either.
      {"0", "\"0\""},
      {"9042", "\"9042\""},
      {"-1", "\"-1\""},
      {"+1", "\"+1\""},
      {"1.10", "\"1.10\""},
      {".5", "\".5\""},
      {"5.", "\"5.\""},
      {"1e3", "\"1e3\""},
      {"1E400", "\"1E400\""},
      {"0x10", "\"0x10\""},
      {"0o17", "\"0o17\""},
      {"017", "\"017\""},
      {"0b1", "\"0b1\""},
      {"1_000", "\"1_000\""},
      {"12:30:45", "\"12:30:45\""},
      {"1:30", "\"1:30\""},
      {"2026-11-22", "\"2026-11-22\""},
      {"2026-11-22T12:00:00Z", "\"2026-11-22T12:00:00Z\""},
      {"1E", "\"1E\""},
      {"60s", "\"60s\""},
      {"1-24-canary", "\"1-24-canary\""},
      {"5.0.4-debian-12", "\"5.0.4-debian-12\""},

      // Indicators, blanks and what looks like structure.
      {"-", "\"-\""},
      {"--", "\"--\""},
      {"---", "\"---\""},
      {"...", "\"...\""},
      {"- x", "\"- x\""},
      {"-1x", "\"-1x\""},
      {"? x", "\"? x\""},
      {"?", "\"?\""},
      {": x", "\": x\""},
      {"a:", "\"a:\""},
      {"# x", "\"# x\""},
      {"a #b", "\"a #b\""},
      {"a#b", "\"a#b\""},
      {"&a", "\"&a\""},
      {"*a", "\"*a\""},
      {"!a", "\"!a\""},
      {"!!str", "\"!!str\""},
      {"|", "\"|\""},
      {">-", "\">-\""},
      {"%x", "\"%x\""},
      {"@x", "\"@x\""},
      {"`x`", "\"`x`\""},
      {"{a: b}", "\"{a: b}\""},
      {"[a]", "\"[a]\""},
      {"'a'", "\"'a'\""},
      {" x", "\" x\""},
      {"x ", "\"x \""},
      {" ", "\" \""},
      {"it's: #1", "\"it's: #1\""},

      // Quotes and backslashes: single quotes where they need no escape.
      {"\"a\"", "'\"a\"'"},
      {"C:\\new", "'C:\\new'"},
      {"a \\\"b\" 'c'", "\"a \\\\\\\"b\\\" 'c'\""},

      // What nobody would see, or readers disagree on.
      {"a\tb", "\"a\\tb\""},
      {"a\r\nb", "\"a\\r\\nb\""},
      {"\n", "\"\\n\""},
      {std::string(1, '\0'), "\"\\x00\""},
      {"\x1B[31m", "\"\\x1B[31m\""},
      {"\x7F", "\"\\x7F\""},
      {"\u0085", "\"\\x85\""},
      {"\u00A0", "\"\\xA0\""},
      {"\u200B", "\"\\u200B\""},
      {"\u2028", "\"\\u2028\""},
      {"\u2029", "\"\\u2029\""},
      {"\u202E", "\"\\u202E\""},
      {"\uFEFF", "\"\\uFEFF\""},
      {"\uFFFE", "\"\\uFFFE\""},
      {"l\u00e4uft \U0001F98E", "\"l\u00e4uft \U0001F98E\""},
      {"\U0010FFFF", "\"\U0010FFFF\""},
  };
  for (const auto& [text, written] : rows) {
    INFO(written);
    CHECK(as_value(text) == fmt::format("k: {}\n", written));
    CHECK(write_yaml(Value::mapping({{text, Value::integer(1)}})) ==
          fmt::format("{}: 1\n", written));
    CHECK(write_yaml(Value::strings({text})) == fmt::format("- {}\n", written));
    CHECK(yaml::quoted(text) == written);
    CHECK(yaml::plain_is_string(text) == (text == written));
  }
}

TEST_CASE("a text of several lines is a literal block where that keeps it whole") {
  struct Row {
    std::string text;
    std::string written;
  };
  const std::vector<Row> rows{
      {"a\nb\n", "k: |\n  a\n  b\n"},
      {"a\nb", "k: |-\n  a\n  b\n"},
      {"a\n", "k: |\n  a\n"},
      {"a\n\n  b: c # d\n", "k: |\n  a\n\n    b: c # d\n"},
      {"---\nkind: Pod\n", "k: |\n  ---\n  kind: Pod\n"},
      {"# a\n- b\n", "k: |\n  # a\n  - b\n"},
      {"l\u00e4uft\n\U0001F98E\n", "k: |\n  l\u00e4uft\n  \U0001F98E\n"},
      {"a\n\n", "k: \"a\\n\\n\"\n"},
      {"\na\n", "k: \"\\na\\n\"\n"},
      {" a\nb\n", "k: \" a\\nb\\n\"\n"},
      {"a \nb\n", "k: \"a \\nb\\n\"\n"},
      {"a\n \nb\n", "k: \"a\\n \\nb\\n\"\n"},
      {"a\nb ", "k: \"a\\nb \"\n"},
      {"a\tb\nc\n", "k: \"a\\tb\\nc\\n\"\n"},
      {"a\r\nb\r\n", "k: \"a\\r\\nb\\r\\n\"\n"},
      {"a\u2028b\n", "k: \"a\\u2028b\\n\"\n"},
  };
  for (const auto& [text, written] : rows) {
    INFO(written);
    CHECK(as_value(text) == written);
  }
  CHECK(write_yaml(Value::strings({"a\nb\n"})) == "- |\n  a\n  b\n");
  CHECK(write_yaml(Value::sequence({Value::strings({"a\nb\n"})})) == "- - |\n    a\n    b\n");
  CHECK(write_yaml(Value::mapping({{"a\nb\n", Value::integer(1)}})) == "\"a\\nb\\n\": 1\n");
  CHECK(write_yaml(Value::string("---\na\n")) == "|\n  ---\n  a\n");
}

TEST_CASE("numbers and booleans are written as they are, mappings and lists in blocks") {
  const auto value = Value::mapping(
      {{"number", Value::integer(-7)},
       {"flag", Value::literal("true")},
       {"empty", Value::mapping()},
       {"no-items", Value::sequence()},
       {"map", Value::mapping({{"a", Value::string("b")}})},
       {"list",
        Value::sequence({Value::mapping({{"a", Value::integer(1)}, {"b", Value::strings({"c"})}}),
                         Value::strings({"d", "e"}), Value::mapping()})}});
  CHECK(write_yaml(value) ==
        "number: -7\nflag: true\nempty: {}\nno-items: []\nmap:\n  a: b\nlist:\n"
        "  - a: 1\n    b:\n      - c\n  - - d\n    - e\n  - {}\n");
  CHECK(write_yaml(parse("a: null\nb: [~]")) == "a: null\nb:\n  - null\n");
}

TEST_CASE("comments stand above what they belong to") {
  auto list = Value::sequence();
  list.add(Value::string("a"), {"The first."});
  list.add(Value::mapping({{"b", Value::integer(1)}}), {"Two", "", "lines."});
  list.add(
      Value::mapping({{"c", Value::integer(1), {"Within an item."}}, {"d", Value::integer(2)}}));
  const auto value =
      Value::mapping({{"list", list, {"A list."}}, {"text", Value::string("x\ny\n"), {"T"}}});
  const auto written = write_yaml(value);
  CHECK(written ==
        "# A list.\nlist:\n"
        "  # The first.\n  - a\n"
        "  # Two\n  #\n  # lines.\n  - b: 1\n"
        "  -\n    # Within an item.\n    c: 1\n    d: 2\n"
        "# T\ntext: |\n  x\n  y\n");
  CHECK(write_yaml(parse(written)) ==
        "list:\n  - a\n  - b: 1\n  - c: 1\n    d: 2\ntext: |\n  x\n  y\n");
}

namespace {

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6U);
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12U);
  } else {
    byte(0xF0 | c >> 18U);
  }
  if (c >= 0x10000) byte(0x80 | (c >> 12U & 0x3FU));
  if (c >= 0x800) byte(0x80 | (c >> 6U & 0x3FU));
  if (c >= 0x80) byte(0x80 | (c & 0x3FU));
}

/// Texts that are hard on YAML: words, numbers, indicators, blanks, line ends, and all of Unicode.
class HardTexts {
 public:
  std::string next() {
    static constexpr std::array pieces{
        "on",     "no",     "null",   "~",      "true",       "y",     "e",      "inf",
        "nan",    ".",      "0",      "1",      "9",          "17",    "0x",     "0b",
        "0o",     "1e",     "_",      "+",      "-",          "- ",    "--- ",   "---\n",
        "...\n",  "?",      "? ",     ":",      ": ",         "#",     " #",     "&a",
        "*a",     "!",      "!!int ", "|",      ">",          "|+\n",  "%",      "%YAML",
        "@",      "`",      "{",      "}",      "[",          "]",     ",",      "'",
        "''",     "\"",     "\\",     "\\n",    "\\",         "<<",    "=",      " ",
        "  ",     "\t",     "\n",     "\n\n",   "\n  ",       "\r",    "\r\n",   "$(A)",
        "a",      "b",      "Gi",     "m",      "2026-11-22", "12:30", "\u00e4", "\u0085",
        "\u00a0", "\u2028", "\u2029", "\ufeff", "\U0001F98E"};
    std::string text;
    for (auto count = 1 + random_() % 6; count > 0; --count) {
      if (random_() % 8 != 0) {
        text += pieces[random_() % pieces.size()];
      } else {
        append_utf8(text, code_point());
      }
    }
    return text;
  }

 private:
  char32_t code_point() {
    static constexpr std::array<char32_t, 4> ends{0x20, 0x100, 0x10000, 0x110000};
    const auto c = static_cast<char32_t>(random_() % ends[random_() % ends.size()]);
    return c >= 0xD800 && c <= 0xDFFF ? c - 0x800 : c;  // surrogates are no characters
  }

  std::mt19937 random_{20261122};  // NOLINT: the same texts in every run
};

bool is_text(const yaml::Node& node) {
  return node.is_scalar() && (node.quoted() || yaml::plain_is_string(node.text()));
}

}  // namespace

TEST_CASE("every text that is written is read back as the same text") {
  HardTexts texts;
  for (int run = 0; run < 20'000; ++run) {
    const auto text = texts.next();
    const auto value = Value::mapping(
        {{"v", Value::string(text)},
         {"deep", Value::mapping({{"v", Value::string(text), {"A comment."}}})},
         {"list",
          Value::sequence({Value::string(text), Value::mapping({{"v", Value::string(text)}})})},
         {text + "k", Value::integer(1)}});
    const auto written = write_yaml(value);
    INFO(written);
    REQUIRE(valid_utf8(text));
    const Source source(1, "test.yaml", written);
    const auto documents = yaml::parse(source);
    REQUIRE(documents.size() == 1);
    REQUIRE(documents.front().problems().empty());
    const auto root = documents.front().root();
    REQUIRE(root.size() == value.entries.size());
    const auto list = root["list"];
    REQUIRE(list.size() == 2);
    auto item = list.begin();
    for (const auto& node : {root["v"], root["deep"]["v"], *item++, (*item)["v"]}) {
      REQUIRE(node.text() == text);
      REQUIRE(is_text(node));
    }
    REQUIRE(root[text + "k"].text() == "1");
  }
}

TEST_CASE("what is written, read and written again is the same") {
  HardTexts texts;
  for (int run = 0; run < 2'000; ++run) {
    const auto written = write_yaml(Value::strings({texts.next(), texts.next()}));
    INFO(written);
    REQUIRE(write_yaml(parse(written)) == written);
  }
}

TEST_CASE("a value remembers whether the user wrote a text or a number") {
  struct Row {
    std::string source;
    std::string written;
  };
  const std::vector<Row> rows{
      {"5", "5"},
      {"'5'", "\"5\""},
      {"on", "on"},
      {"\"on\"", "\"on\""},
      {"1e3", "1e3"},
      {"0x1F", "0x1F"},
      {"2026-11-22", "2026-11-22"},
      {".5", ".5"},
      {"-.inf", "-.inf"},
      {"!!str 5", "\"5\""},
      {"word", "word"},
      {"'word'", "word"},
      {"1Gi", "1Gi"},
      {"l\u00e4uft", "\"l\u00e4uft\""},
      {"a?b", "a?b"},
      {"~", "null"},
      {"'~'", "\"~\""},
      {"null", "null"},
      {"", "null"},
      {"a\n\n  b", "|-\n  a\n  b"},
      {"a\n  b", "a b"},
      {"|\n  a\n  b", "|\n  a\n  b"},
      {"{a: 1, b: [x, '2']}", "\n  a: 1\n  b:\n    - x\n    - \"2\""},
  };
  for (const auto& [source, written] : rows) {
    INFO(source);
    const auto space = written.starts_with('\n') ? "" : " ";
    CHECK(write_yaml(parse(fmt::format("k: {}\n", source))) ==
          fmt::format("k:{}{}\n", space, written));
  }
}

TEST_CASE("merging goes key by key, replaces the rest, and null removes") {
  struct Row {
    std::string base;
    std::string over;
    std::string merged;
  };
  const std::vector<Row> rows{
      {"{a: 1, b: 2}", "{b: 3, c: 4}", "a: 1\nb: 3\nc: 4\n"},
      {"{a: {b: 1, c: 2}}", "{a: {c: 3}}", "a:\n  b: 1\n  c: 3\n"},
      {"{a: {b: 1}}", "{a: 2}", "a: 2\n"},
      {"{a: 1}", "{a: {b: 2}}", "a:\n  b: 2\n"},
      {"{a: [1, 2]}", "{a: [3]}", "a:\n  - 3\n"},
      {"{a: 1, b: 2}", "{a: null}", "b: 2\n"},
      {"{a: 1}", "{b: null}", "a: 1\n"},
      {"{a: {b: 1}}", "{a: {b: ~}}", "a: {}\n"},
      {"{a: 1, b: 2, c: 3}", "{b: 0}", "a: 1\nb: 0\nc: 3\n"},
      {"[1]", "{a: 1}", "a: 1\n"},
  };
  for (const auto& [base, over, merged] : rows) {
    INFO(base << " and " << over);
    auto value = parse(base);
    merge(value, parse(over));
    CHECK(write_yaml(value) == merged);
  }
}

TEST_CASE("setting a key keeps its position, its comment and the others") {
  auto value = Value::mapping({{"a", Value::integer(1), {"The first."}}, {"b", Value::integer(2)}});
  value.set("a", Value::integer(3));
  value.set("c", Value::string("x"));
  CHECK(write_yaml(value) == "# The first.\na: 3\nb: 2\nc: x\n");
  CHECK(value["a"].text == "3");
  CHECK_FALSE(value["d"]);
  CHECK_FALSE(value["a"]["deeper"]);
  CHECK(value.find("b")->value.text == "2");
  CHECK(value.find("d") == nullptr);
  CHECK(Value::integer(1).find("x") == nullptr);
}

TEST_CASE("of duplicate keys the last counts, in the first one's place") {
  CHECK(write_yaml(parse("a: 1\nb: 2\na: 3\n")) == "a: 3\nb: 2\n");
}
