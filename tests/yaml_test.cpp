// The YAML reader: what it makes of odd input, where everything stands, and that nothing hurts it.

#include "cassmesh/yaml.hpp"

#include <fmt/core.h>

#include <random>
#include <string>
#include <vector>

#include "cassmesh/source.hpp"
#include "support.hpp"

namespace {

using cassmesh::Location;
using cassmesh::Place;
using cassmesh::Source;
using cassmesh::yaml::Document;
using cassmesh::yaml::Kind;
using cassmesh::yaml::Limits;
using cassmesh::yaml::Node;
using cassmesh::yaml::parse;
using cassmesh::yaml::Style;

/// The documents of a text, separated by ` --- `, each as `dump` shows it or as its problems:
/// `!line:column-endcolumn message`.
std::string read(const std::string& text, const Limits& limits = {}) {
  const Source source(1, "x.yaml", text);
  std::string result;
  for (const Document& document : parse(source, limits)) {
    if (!result.empty()) result += " --- ";
    std::string problems;
    for (const auto& problem : document.problems()) {
      if (!problems.empty()) problems += "; ";
      problems += fmt::format("!{}:{}-{} {}", problem.place.at.line, problem.place.at.column,
                              problem.place.end.column, problem.message);
      CHECK(problem.rule == "invalid-yaml");
      CHECK_FALSE(problem.fix.empty());
      CHECK(problem.place.at.line == problem.place.end.line);
      CHECK_FALSE(document.root());
    }
    result += problems.empty() ? dump(document.root()) : problems;
  }
  return result;
}

struct Example {
  std::string input;
  std::string expected;
};

void check(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    INFO(example.input);
    CHECK(read(example.input) == example.expected);
  }
}

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

/// `key: &a0 …`, and eight levels of lists that name the one before them ten times.
std::string billion_laughs() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    text += fmt::format("a{}: &a{} [{}]\n", i, i, repeat(fmt::format("*a{}, ", i - 1), 10));
  }
  return text;
}

bool is_inside(const Place& place, const Source& source) {
  const auto inside = [&](const Location& location) {
    const auto text = source.line(location.line);
    return location.file == source.id() && location.line >= 1 && location.column >= 1 &&
           location.column <= static_cast<int>(text.size()) + 2;
  };
  return inside(place.at) && inside(place.end) && place.at < place.end;
}

/// Whether all places of a tree lie inside the text; visits no more than `budget` values, since
/// aliases may stand for many.
bool all_inside(const Node& node, const Source& source, int& budget) {
  if (--budget < 0) return true;
  const bool offsets = node.begin_offset() <= node.end_offset() &&
                       node.end_offset() <= source.text().size() &&
                       node.key_offset() <= source.text().size();
  bool inside = offsets && is_inside(node.where(), source) && is_inside(node.key_where(), source) &&
                is_inside(node.place(), source) && node.place().at.line == node.place().end.line;
  for (const Node child : node) inside = inside && all_inside(child, source, budget);
  return inside;
}

bool all_inside(const std::string& text) {
  const Source source(1, "x.yaml", text);
  bool inside = true;
  for (const Document& document : parse(source)) {
    int budget = 10'000;
    if (document.root()) inside = inside && all_inside(document.root(), source, budget);
    for (const auto& problem : document.problems()) {
      inside = inside && is_inside(problem.place, source) && problem.message.size() < 160;
    }
  }
  return inside;
}

// NOLINTBEGIN(bugprone-suspicious-missing-comma): one string a manifest, in several lines
const std::vector<std::string> manifests = {
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: cassandra\n  labels: {app: cassandra}\n"
    "spec:\n  clusterIP: None\n  ports:\n    - name: tcp-cql\n      port: 9042\n",
    "# é\nkind: StatefulSet\nspec:\n  template:\n    spec:\n      containers:\n      - name: c\n"
    "        command: [\"bash\", \"-c\", 'it''s']\n        args:\n        - |\n          set -e\n"
    "          exec x \\\n            --y\n        - >-\n          folded\n          text\n",
    "---\na: 1\n---\n# nothing\n--- # third\nb: [1, 2, {c: d}]\n...\n",
    "base: &base\n  x: 1\n  y: [a, b]\nother:\n  <<: *base\n  y: *base\nlist:\n- <<: [*base]\n",
    "{\"kind\": \"List\", \"items\": [{\"a\": \"\\u00e9\\n\"}, {\"b\": null, \"c\": [true, "
    "1.5]}]}\n",
    "a: b\r\nc:\r\n  - d\r\n  -\r\n  - e: |\r\n      x\r\n      y\r\n    f: \"g\r\n      h\"\r\n",
    "\xef\xbb\xbf? a\n: b\n? c\n: - d\n  - e\nü: ö\n\"k\": !!str 5\nf: !foo &g {h: ~}\n",
    "a: plain\n  over lines\n\n  and more # comment\nb:\nc: null\nd: \"\"\n",
    "kind: ConfigMap\ndata:\n  x.lua: |\n    if a[1] then {\n    \"\n  y: \"---\"\n  z: >+\n    "
    "k\n\n\nw: 1\n",
    "- - - a\n    - b\n  -\n- {a, b: , \"c\": d, ? e : fg}\n- [g: h, 2001:db8::1, [], {}]\n",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

/// One random change: a byte or a stretch goes, something that means something comes, or a line
/// moves in.
std::string mutate(std::string text, std::mt19937& random) {
  static const std::vector<std::string> pieces = {"\n",
                                                  " ",
                                                  "\t",
                                                  ":",
                                                  ": ",
                                                  "- ",
                                                  "? ",
                                                  "[",
                                                  "]",
                                                  "{",
                                                  "}",
                                                  ",",
                                                  "\"",
                                                  "'",
                                                  "#",
                                                  " #",
                                                  "|\n",
                                                  ">",
                                                  "&a ",
                                                  "*a",
                                                  "!x ",
                                                  "!!str ",
                                                  "~",
                                                  "%",
                                                  "@",
                                                  "...",
                                                  "\\",
                                                  "\r",
                                                  "\r\n",
                                                  "\n---\n",
                                                  "--- x\n",
                                                  "\n...\n",
                                                  "<<: *a\n",
                                                  std::string(1, '\0'),
                                                  "é",
                                                  "\xff",
                                                  "\xe2\x80\xa8",
                                                  "null",
                                                  "a: b\n",
                                                  "|2-\n",
                                                  "\xef\xbb\xbf"};
  const auto pick = [&](std::size_t size) { return random() % (size + 1); };
  const std::size_t at = pick(text.size());
  switch (random() % 4) {
    case 0:
      return text.erase(at, 1 + pick(4));
    case 1:
      return text.insert(at, text.substr(pick(text.size()), pick(30)));
    default:
      return text.insert(at, pieces[pick(pieces.size() - 1)]);
  }
}

}  // namespace

TEST_CASE("an empty source has one document without a root") {
  check({
      {"", "missing"},
      {"\n", "missing"},
      {"\n\n", "missing"},
      {"# only a comment", "missing"},
      {"# a\n\n# b\n", "missing"},
      {"  \n", "missing"},
      {"\r\n", "missing"},
      {"\xef\xbb\xbf", "missing"},
      {"...\n", "missing"},
      {"# a\n...\n", "missing"},
  });
}

TEST_CASE("scalars are as they are written") {
  check({
      {"x", "x@1:1-2"},
      {"x\n", "x@1:1-2"},
      {"a b  c", "a b  c@1:1-7"},
      {"'x'", "'x'@1:1-4"},
      {"\"x\"", "\"x\"@1:1-4"},
      {"''", "''@1:1-3"},
      {"\"\"", "\"\"@1:1-3"},
      {"~", "null@1:1-2"},
      {"null", "null@1:1-5"},
      {"Null", "null@1:1-5"},
      {"NULL", "null@1:1-5"},
      {"nULL", "nULL@1:1-5"},
      {"5", "5@1:1-2"},
      {"true", "true@1:1-5"},
      {"'null'", "'null'@1:1-7"},
      {"\"~\"", "\"~\"@1:1-4"},
      {"!!str null", "!<tag:yaml.org,2002:str>=null@1:7-11"},
      {"!!str ~", "!<tag:yaml.org,2002:str>=~@1:7-8"},
      {"!!str 5", "!<tag:yaml.org,2002:str>=5@1:7-8"},
      {"! 5", "!<!>=5@1:3-4"},
      {"!!int \"5\"", "!<tag:yaml.org,2002:int>\"5\"@1:7-10"},
      {"!foo bar", "!<!foo>bar@1:6-9"},
      {"!<tag:x.y,2000:z> bar", "!<tag:x.y,2000:z>bar@1:19-22"},
      {"a#b", "a#b@1:1-4"},
      {"a:b", "a:b@1:1-4"},
      {"http://x:80/?y=z", "http://x:80/?y=z@1:1-17"},
      {"-a", "-a@1:1-3"},
      {"?a", "?a@1:1-3"},
      {":a", ":a@1:1-3"},
      {"a: -1", "-{a@1:1-2: -1@1:4-6}@1:1-6"},
      {"a: --x", "-{a@1:1-2: --x@1:4-7}@1:1-7"},
  });
}

TEST_CASE("quotes are decoded") {
  check({
      {"'it''s'", "'it's'@1:1-8"},
      {R"("a\tb\n")", R"("a\tb\n"@1:1-9)"},
      {R"("\u00e9\x41\U0001F600")",
       "\"\xc3\xa9"
       "A\xf0\x9f\x98\x80\"@1:1-23"},
      {R"("\N\_\L")", "\"\xc2\x85\xc2\xa0\xe2\x80\xa8\"@1:1-9"},
      {"\"a\\\n  b\"", "\"ab\"@1:1-2:5"},
      {"\"a\n  b\"", "\"a b\"@1:1-2:5"},
      {"'a\n\n  b'", R"('a\nb'@1:1-3:5)"},
      {"\"a\n\n\n\"", R"("a\n\n"@1:1-4:2)"},
      {"\"\n\n\"", R"("\n"@1:1-3:2)"},
      {"\" a \"", "\" a \"@1:1-6"},
      {"a: 'x' # c", "-{a@1:1-2: 'x'@1:4-7}@1:1-7"},
      {"a: \"x\"#c", "-{a@1:1-2: \"x\"@1:4-7}@1:1-7"},
      {R"(["\/"])", "[\"/\"@1:2-6]@1:1-7"},
  });
}

TEST_CASE("plain scalars may go over several lines") {
  check({
      {"a: b\n c", "-{a@1:1-2: b c@1:4-2:3}@1:1-2:3"},
      {"a: b\n\n c\nd: e", R"(-{a@1:1-2: b\nc@1:4-3:3, d@4:1-2: e@4:4-5}@1:1-4:5)"},
      {"a: b\n  c # d\ne: f", "-{a@1:1-2: b c@1:4-2:4, e@3:1-2: f@3:4-5}@1:1-3:5"},
      {"- a\n  b\n- c", "-[a b@1:3-2:4, c@3:3-4]@1:1-3:4"},
      {"a\nb", "a b@1:1-2:2"},
      {"a: b\n  \t\nc: d", "-{a@1:1-2: b@1:4-5, c@3:1-2: d@3:4-5}@1:1-3:5"},
      {"[a\n b, c]", "[a b@1:2-2:3, c@2:5-6]@1:1-2:7"},
  });
}

TEST_CASE("block scalars are cut and folded") {
  check({
      {"a: |\n x\n  y\n", R"(-{a@1:1-2: |x\n y\n|@1:4-3:4}@1:1-3:4)"},
      {"a: |-\n x\n", "-{a@1:1-2: |x|@1:4-2:3}@1:1-2:3"},
      {"a: |+\n x\n\n", R"(-{a@1:1-2: |x\n\n|@1:4-2:3}@1:1-2:3)"},
      {"a: >\n x\n y\n\n z\n", R"(-{a@1:1-2: >x y\nz\n>@1:4-5:3}@1:1-5:3)"},
      {"a: |2\n   x\n", R"(-{a@1:1-2: | x\n|@1:4-2:5}@1:1-2:5)"},
      {"a: |\n", "-{a@1:1-2: ||@1:4-5}@1:1-5"},
      {"a: |\nb: c\n", "-{a@1:1-2: ||@1:4-5, b@2:1-2: c@2:4-5}@1:1-2:5"},
      {"a: | # c\n x\n", R"(-{a@1:1-2: |x\n|@1:4-2:3}@1:1-2:3)"},
      {"a: |\n x", "-{a@1:1-2: |x|@1:4-2:3}@1:1-2:3"},
      {"a: |\n x\n  ", R"(-{a@1:1-2: |x\n |@1:4-2:3}@1:1-2:3)"},
      {"- |\n x\n- >-\n y\n", R"(-[|x\n|@1:3-2:3, >y>@3:3-4:3]@1:1-4:3)"},
      {"|\n x\n", R"(|x\n|@1:1-2:3)"},
      {"a: |\n\n x\n", R"(-{a@1:1-2: |\nx\n|@1:4-3:3}@1:1-3:3)"},
      {"a: |\n # x\n", R"(-{a@1:1-2: |# x\n|@1:4-2:5}@1:1-2:5)"},
      {"a: |\n x\n# y\nb: z\n", R"(-{a@1:1-2: |x\n|@1:4-2:3, b@4:1-2: z@4:4-5}@1:1-4:5)"},
      {"a: |\r\n x\r\n y\r\nb: c\r\n", R"(-{a@1:1-2: |x\ny\n|@1:4-3:3, b@4:1-2: c@4:4-5}@1:1-4:5)"},
      {">-\n a\n\n\n b\n", R"(>a\n\nb>@1:1-5:3)"},
      {"a: |\n x: [y\n 'z\n", R"(-{a@1:1-2: |x: [y\n'z\n|@1:4-3:4}@1:1-3:4)"},
      {"a:\n- |\n x\n", R"(-{a@1:1-2: -[|x\n|@2:3-3:3]@2:1-3:3}@1:1-3:3)"},
      {"a: |\n \xc3\xa9\n", "-{a@1:1-2: |\xc3\xa9\\n|@1:4-2:3}@1:1-2:3"},
  });
}

TEST_CASE("block mappings and lists have the places of their keys") {
  check({
      {"a: b", "-{a@1:1-2: b@1:4-5}@1:1-5"},
      {"a: b\nc: d\n", "-{a@1:1-2: b@1:4-5, c@2:1-2: d@2:4-5}@1:1-2:5"},
      {"a:\n  b:\n    c: d\n", "-{a@1:1-2: -{b@2:3-4: -{c@3:5-6: d@3:8-9}@3:5-9}@2:3-3:9}@1:1-3:9"},
      {"a:\n- b\n- c\n", "-{a@1:1-2: -[b@2:3-4, c@3:3-4]@2:1-3:4}@1:1-3:4"},
      {"a:\n  - b\n  - c: d\n    e: f\n",
       "-{a@1:1-2: -[b@2:5-6, -{c@3:5-6: d@3:8-9, e@4:5-6: f@4:8-9}@3:5-4:9]@2:3-4:9}@1:1-4:9"},
      {"- - a\n  - b\n- c\n", "-[-[a@1:5-6, b@2:5-6]@1:3-2:6, c@3:3-4]@1:1-3:4"},
      {"- a: b\n  c: d\n-   e: f\n",
       "-[-{a@1:3-4: b@1:6-7, c@2:3-4: d@2:6-7}@1:3-2:7, -{e@3:5-6: f@3:8-9}@3:5-9]@1:1-3:9"},
      {"\"a\": b", "-{a@1:1-4: b@1:6-7}@1:1-7"},
      {"'a b': c", "-{a b@1:1-6: c@1:8-9}@1:1-9"},
      {"? a\n: b\n", "-{a@1:3-4: b@2:3-4}@1:1-2:4"},
      {"? a\n? b\n", "-{a@1:3-4: ()@1:3-4, b@2:3-4: ()@2:3-4}@1:1-2:4"},
      {"? |\n x\n: b\n", R"(-{x\n@1:3-2:3: b@3:3-4}@1:1-3:4)"},
      {"1: a\ntrue: b\n", "-{1@1:1-2: a@1:4-5, true@2:1-5: b@2:7-8}@1:1-2:8"},
      {"a : b", "-{a@1:1-2: b@1:5-6}@1:1-6"},
      {"a:   b   \n", "-{a@1:1-2: b@1:6-7}@1:1-7"},
      {" a: b\n c: d\n", "-{a@1:2-3: b@1:5-6, c@2:2-3: d@2:5-6}@1:2-2:6"},
      {"a\tb: c", R"(-{a\tb@1:1-4: c@1:6-7}@1:1-7)"},
      {"a:\tb", "-{a@1:1-2: b@1:4-5}@1:1-5"},
      {"# x\na: # y\n  # z\n  b: c # d\n# e\n", "-{a@2:1-2: -{b@4:3-4: c@4:6-7}@4:3-7}@2:1-4:7"},
  });
}

TEST_CASE("a value that is left out stands where its key or its '-' stands") {
  check({
      {"a:", "-{a@1:1-2: ()@1:1-2}@1:1-2"},
      {"a:\nb: c\n", "-{a@1:1-2: ()@1:1-2, b@2:1-2: c@2:4-5}@1:1-2:5"},
      {"a:\n\n\n# x\nb:\n", "-{a@1:1-2: ()@1:1-2, b@5:1-2: ()@5:1-2}@1:1-5:2"},
      {"-", "-[()@1:1-2]@1:1-2"},
      {"-\n-\n", "-[()@1:1-2, ()@2:1-2]@1:1-2:2"},
      {"- \n- a\n-\n", "-[()@1:1-2, a@2:3-4, ()@3:1-2]@1:1-3:2"},
      {"a:\n-\n- b\nc:\n", "-{a@1:1-2: -[()@2:1-2, b@3:3-4]@2:1-3:4, c@4:1-2: ()@4:1-2}@1:1-4:2"},
      {"a: &x\nb: *x\n", "-{a@1:1-2: ()@1:1-2, b@2:1-2: ()@2:4-6}@1:1-2:6"},
      {"a: !!str\nb: c\n",
       "-{a@1:1-2: !<tag:yaml.org,2002:str>()@1:1-2, b@2:1-2: c@2:4-5}@1:1-2:5"},
      {"- !!str\n- b\n", "-[!<tag:yaml.org,2002:str>()@1:1-2, b@2:3-4]@1:1-2:4"},
      {"a:\n- null\n", "-{a@1:1-2: -[null@2:3-7]@2:1-7}@1:1-2:7"},
      {"a: null\nb: ~\n", "-{a@1:1-2: null@1:4-8, b@2:1-2: null@2:4-5}@1:1-2:5"},
      {"a:\n  null\n", "-{a@1:1-2: null@2:3-7}@1:1-2:7"},
      {"a:\n~ b: c\n", "-{a@1:1-2: ()@1:1-2, ~ b@2:1-4: c@2:6-7}@1:1-2:7"},
      {"a:\n~]: c\n", "-{a@1:1-2: ()@1:1-2, ~]@2:1-3: c@2:5-6}@1:1-2:6"},
      {"-\n- ~ # c\n", "-[()@1:1-2, null@2:3-4]@1:1-2:4"},
      {"{a, b: 1}", "{a@1:2-3: ()@1:2-3, b@1:5-6: 1@1:8-9}@1:1-10"},
      {"{a: , b: }", "{a@1:2-3: ()@1:2-3, b@1:7-8: ()@1:7-8}@1:1-11"},
      {"{a:}", "{a:@1:2-4: ()@1:2-4}@1:1-5"},
      {"[a: , b]", "[{a@1:2-3: ()@1:2-3}@1:2-3, b@1:7-8]@1:1-9"},
      {"{\"a\", b}", "{a@1:2-5: ()@1:2-5, b@1:7-8: ()@1:7-8}@1:1-9"},
      {"- a:\n  b:\n-\n", "-[-{a@1:3-4: ()@1:3-4, b@2:3-4: ()@2:3-4}@1:3-2:4, ()@3:1-2]@1:1-3:2"},
      {"&x", "()@1:1-3"},
      {"!!str", "!<tag:yaml.org,2002:str>()@1:1-6"},
  });
}

TEST_CASE("brackets nest in one line or over several") {
  check({
      {"[]", "[]@1:1-3"},
      {"{}", "{}@1:1-3"},
      {"[a, b]", "[a@1:2-3, b@1:5-6]@1:1-7"},
      {"[a, b, ]", "[a@1:2-3, b@1:5-6]@1:1-9"},
      {"{a: b}", "{a@1:2-3: b@1:5-6}@1:1-7"},
      {"{a: b, }", "{a@1:2-3: b@1:5-6}@1:1-9"},
      {"{ a: [1, {b: c}], 'd': \"e\" }",
       "{a@1:3-4: [1@1:7-8, {b@1:11-12: c@1:14-15}@1:10-16]@1:6-17, d@1:19-22: "
       "\"e\"@1:24-27}@1:1-29"},
      {"a: [b,\n  c]\nd: {e: f\n}\n",
       "-{a@1:1-2: [b@1:5-6, c@2:3-4]@1:4-2:5, d@3:1-2: {e@3:5-6: f@3:8-9}@3:4-4:2}@1:1-4:2"},
      {"[\n  # x\n  a, # y\n  b\n]\n", "[a@3:3-4, b@4:3-4]@1:1-5:2"},
      {R"({"a":1,"b":[true,null],"c":{}})",
       "{a@1:2-5: 1@1:6-7, b@1:8-11: [true@1:13-17, null@1:18-22]@1:12-23, c@1:24-27: "
       "{}@1:28-30}@1:1-31"},
      {"{\n  \"a\": \"b\",\n\t\"c\": 1\n}\n", "{a@2:3-6: \"b\"@2:8-11, c@3:2-5: 1@3:7-8}@1:1-4:2"},
      {"[a: b, c: d]", "[{a@1:2-3: b@1:5-6}@1:2-6, {c@1:8-9: d@1:11-12}@1:8-12]@1:1-13"},
      {"a: [x: y]", "-{a@1:1-2: [{x@1:5-6: y@1:8-9}@1:5-9]@1:4-10}@1:1-10"},
      {"a: [1.2.3.4, 001:db8::]", "-{a@1:1-2: [1.2.3.4@1:5-12, 001:db8::@1:14-23]@1:4-24}@1:1-24"},
      {"[x:, y]", "[x:@1:2-4, y@1:6-7]@1:1-8"},
      {"[\"x\":]", "[{x@1:2-5: ()@1:2-5}@1:2-5]@1:1-7"},
      {"{a: b\n}", "{a@1:2-3: b@1:5-6}@1:1-2:2"},
      {"{a: http://x, b: c}", "{a@1:2-3: http://x@1:5-13, b@1:15-16: c@1:18-19}@1:1-20"},
      {"[-]", "[-@1:2-3]@1:1-4"},
      {"[null, ~]", "[null@1:2-6, null@1:8-9]@1:1-10"},
      {"[[[]]]", "[[[]@1:3-5]@1:2-6]@1:1-7"},
      {"[ {}, {} ]", "[{}@1:3-5, {}@1:7-9]@1:1-11"},
      {"{a: 'b''c'}", "{a@1:2-3: 'b'c'@1:5-11}@1:1-12"},
      {"{? a : b}", "{a@1:4-5: b@1:8-9}@1:1-10"},
  });
}

TEST_CASE("a '?' inside an unquoted text in brackets is refused, as kubectl does") {
  check({
      {"labels: {a: b?c}", "!1:14-15 kubectl takes no '?' in an unquoted text in brackets"},
      {"{url: http://x/?a=b, c: d}",
       "!1:16-17 kubectl takes no '?' in an unquoted text in brackets"},
      {"[what?]\n", "!1:6-7 kubectl takes no '?' in an unquoted text in brackets"},
      {"{a?b: c}", "!1:3-4 kubectl takes no '?' in an unquoted text in brackets"},
      {"[a b?\n  c]", "!1:5-6 kubectl takes no '?' in an unquoted text in brackets"},
      {"{? a?b : c}", "!1:5-6 kubectl takes no '?' in an unquoted text in brackets"},
      {"url: http://x/?a=b", "-{url@1:1-4: http://x/?a=b@1:6-19}@1:1-19"},
      {"['c?d', \"e?\"] # f?g\n", "['c?d'@1:2-7, \"e?\"@1:9-13]@1:1-14"},
      {"[!x?y a]", "[!<!x?y>a@1:7-8]@1:1-9"},
      {"[a?b", "!1:3-4 kubectl takes no '?' in an unquoted text in brackets"},
  });
}

TEST_CASE("a '?' that begins a text in brackets is refused: libyaml and Go take it for a key") {
  check({
      {"[?x]", "!1:2-3 a value in brackets cannot begin with '?'"},
      {"{?a: b}", "!1:2-3 a value in brackets cannot begin with '?'"},
      {"{a: ?b}", "!1:5-6 a value in brackets cannot begin with '?'"},
      {"{\"a\":?b}", "!1:6-9 a value cannot begin with '?b}'"},
      {"{a:?b}", "!1:4-7 a value cannot begin with '?b}'"},
      {"[a,\n?]", "!2:1-2 a value in brackets cannot begin with '?'"},
      {"[!!str ?x]", "!1:8-9 a value in brackets cannot begin with '?'"},
      {"[a ? b]", "!1:4-8 '? b]' stands where ',' or ']' is due"},
  });
}

TEST_CASE("tags and anchors are skipped, aliases stand where they are written") {
  check({
      {"a: &x b\nc: *x\n", "-{a@1:1-2: b@1:7-8, c@2:1-2: b@2:4-6}@1:1-2:6"},
      {"&a a: &b b\n", "-{a@1:4-5: b@1:10-11}@1:1-11"},
      {"a: &x\n  b: c\nd: *x\n",
       "-{a@1:1-2: -{b@2:3-4: c@2:6-7}@2:3-7, d@3:1-2: -{b@2:3-4: c@2:6-7}@3:4-6}@1:1-3:6"},
      {"a: &x [1]\nb: [*x, *x]\n",
       "-{a@1:1-2: [1@1:8-9]@1:7-10, b@2:1-2: [[1@1:8-9]@2:5-7, "
       "[1@1:8-9]@2:9-11]@2:4-12}@1:1-2:12"},
      {"- &x a\n- *x\n", "-[a@1:6-7, a@2:3-5]@1:1-2:5"},
      {"k: &a v\n*a : b\n", "-{k@1:1-2: v@1:7-8, v@2:1-3: b@2:6-7}@1:1-2:7"},
      {"!!map\na: b\n", "!<tag:yaml.org,2002:map>-{a@2:1-2: b@2:4-5}@2:1-5"},
      {"a: !!seq\n- b\n", "-{a@1:1-2: !<tag:yaml.org,2002:seq>-[b@2:3-4]@2:1-4}@1:1-2:4"},
      {"a: !foo {b: c}\n", "-{a@1:1-2: !<!foo>{b@1:10-11: c@1:13-14}@1:9-15}@1:1-15"},
      {"&x !!str a", "!<tag:yaml.org,2002:str>=a@1:10-11"},
      {"!!str &x a", "!<tag:yaml.org,2002:str>=a@1:10-11"},
      {"a: &x !foo\n  b: c\n", "-{a@1:1-2: !<!foo>-{b@2:3-4: c@2:6-7}@2:3-7}@1:1-2:7"},
      {"&m\na: b\n", "-{a@2:1-2: b@2:4-5}@2:1-5"},
      {"- &x 1\n- &x 2\n- *x\n", "-[1@1:6-7, 2@2:6-7, 2@3:3-5]@1:1-3:5"},
      {"a: !!binary aGk=\n", "-{a@1:1-2: !<tag:yaml.org,2002:binary>aGk=@1:13-17}@1:1-17"},
      {"!!null x", "!<tag:yaml.org,2002:null>null@1:8-9"},
  });
}

TEST_CASE("merges are resolved: explicit keys win, then earlier mappings") {
  check({
      {"a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n",
       "-{a@1:1-2: {x@1:8-9: 1@1:11-12, y@1:14-15: 2@1:17-18}@1:7-19, b@2:1-2: -{x@1:8-9: "
       "1@1:11-12, y@4:3-4: 3@4:6-7}@3:3-4:7}@1:1-4:7"},
      {"a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b], w: 4}\n",
       "-{a@1:1-2: {x@1:8-9: 1@1:11-12}@1:7-13, b@2:1-2: {x@2:8-9: 2@2:11-12, z@2:14-15: "
       "3@2:17-18}@2:7-19, c@3:1-2: {x@1:8-9: 1@1:11-12, z@2:14-15: 3@2:17-18, w@3:19-20: "
       "4@3:22-23}@3:4-24}@1:1-3:24"},
      {"b: {y: 3, <<: {y: 4, z: 5}}",
       "-{b@1:1-2: {y@1:5-6: 3@1:8-9, z@1:22-23: 5@1:25-26}@1:4-28}@1:1-28"},
      {"{<<: {a: 1, a: 2}}", "{a@1:13-14: 2@1:16-17}@1:1-19"},
      {"{<<: {<<: {a: 1}, b: 2}, c: 3}",
       "{a@1:12-13: 1@1:15-16, b@1:19-20: 2@1:22-23, c@1:26-27: 3@1:29-30}@1:1-31"},
      {"{'<<': {a: 1}}", "{<<@1:2-6: {a@1:9-10: 1@1:12-13}@1:8-14}@1:1-15"},
      {"{<<: []}", "{}@1:1-9"},
      {"{<<: {}}", "{}@1:1-9"},
      {"{<<: {a: 1}, <<: {b: 2}}", "{a@1:7-8: 1@1:10-11, b@1:19-20: 2@1:22-23}@1:1-25"},
      {"a: <<\n", "-{a@1:1-2: <<@1:4-6}@1:1-6"},
      {"[<<]", "[<<@1:2-4]@1:1-5"},
      {"{a: {x: 1}, b: &b {<<: {y: 2}}, c: *b}",
       "{a@1:2-3: {x@1:6-7: 1@1:9-10}@1:5-11, b@1:13-14: {y@1:25-26: 2@1:28-29}@1:19-31, "
       "c@1:33-34: {y@1:25-26: 2@1:28-29}@1:36-38}@1:1-39"},
  });
}

TEST_CASE("duplicate keys are kept") {
  check({
      {"a: 1\na: 2\n", "-{a@1:1-2: 1@1:4-5, a@2:1-2: 2@2:4-5}@1:1-2:5"},
      {"{a: 1, b: 2, a: 3}", "{a@1:2-3: 1@1:5-6, b@1:8-9: 2@1:11-12, a@1:14-15: 3@1:17-18}@1:1-19"},
  });
}

TEST_CASE("columns count code points, lines end at LF or CRLF") {
  check({
      {"\xc3\xa9: \xc3\xbc\n", "-{\xc3\xa9@1:1-2: \xc3\xbc@1:4-5}@1:1-5"},
      {"a: \"\xc3\xa9\"\nb: \xc3\xbc # \xc3\xb6\n",
       "-{a@1:1-2: \"\xc3\xa9\"@1:4-7, b@2:1-2: \xc3\xbc@2:4-5}@1:1-2:5"},
      {"{\xc3\xa9: \xf0\x9f\x98\x80, b: c}",
       "{\xc3\xa9@1:2-3: \xf0\x9f\x98\x80@1:5-6, b@1:8-9: c@1:11-12}@1:1-13"},
      {"a: b\r\nc:\r\n  - d\r\n  -\r\n",
       "-{a@1:1-2: b@1:4-5, c@2:1-2: -[d@3:5-6, ()@4:3-4]@3:3-4:4}@1:1-4:4"},
      {"a: \"x\r\n  y\"\r\n", "-{a@1:1-2: \"x y\"@1:4-2:5}@1:1-2:5"},
      {"a: x\r\n  y\r\nb: z\r\n", "-{a@1:1-2: x y@1:4-2:4, b@3:1-2: z@3:4-5}@1:1-3:5"},
      {"\xef\xbb\xbf"
       "a: b\n",
       "-{a@1:1-2: b@1:4-5}@1:1-5"},
      {"\xef\xbb\xbf{a: b}\n", "{a@1:2-3: b@1:5-6}@1:1-7"},
      {"\xef\xbb\xbf---\na: b\n", "missing --- -{a@2:1-2: b@2:4-5}@2:1-5"},
      {"\xef\xbb\xbf# c\r\na:\r\n- b\r\n", "-{a@2:1-2: -[b@3:3-4]@3:1-4}@2:1-3:4"},
  });
}

TEST_CASE("a source is cut at each line that begins with '---'") {
  check({
      {"a: 1\n---\nb: 2\n", "-{a@1:1-2: 1@1:4-5}@1:1-5 --- -{b@3:1-2: 2@3:4-5}@3:1-5"},
      {"---\na: 1\n---\n", "missing --- -{a@2:1-2: 1@2:4-5}@2:1-5 --- missing"},
      {"--- # comment\na: 1\n", "missing --- -{a@2:1-2: 1@2:4-5}@2:1-5"},
      {"---   \na: 1\n", "missing --- -{a@2:1-2: 1@2:4-5}@2:1-5"},
      {"---\r\na: 1\r\n---\r\nb: 2\r\n",
       "missing --- -{a@2:1-2: 1@2:4-5}@2:1-5 --- -{b@4:1-2: 2@4:4-5}@4:1-5"},
      {"a: 1\n--- ", "-{a@1:1-2: 1@1:4-5}@1:1-5 --- missing"},
      {"a: |\n ---\n x\n---\nb\n", R"(-{a@1:1-2: |---\nx\n|@1:4-3:3}@1:1-3:3 --- b@5:1-2)"},
      {"a: '\n---\n'\n", "!1:4-5 this quote is never closed --- !3:1-2 this quote is never closed"},
      {"a: b\n...\n", "-{a@1:1-2: b@1:4-5}@1:1-5"},
      {"a: b\n...\n# c\n...\n", "-{a@1:1-2: b@1:4-5}@1:1-5"},
      {"a: b\n...\n---\nc: d\n", "-{a@1:1-2: b@1:4-5}@1:1-5 --- -{c@4:1-2: d@4:4-5}@4:1-5"},
      {"a: \"x\n---\nb: c\n", "!1:4-6 this quote is never closed --- -{b@3:1-2: c@3:4-5}@3:1-5"},
      {"a: [\n---\nb: c\n---\n: \n",
       "!1:4-5 this '[' is never closed --- -{b@3:1-2: c@3:4-5}@3:1-5 --- !5:1-2 a key is missing "
       "before ':'"},
      {"a: b ---\nc: ---d\n", "-{a@1:1-2: b ---@1:4-9, c@2:1-2: ---d@2:4-8}@1:1-2:8"},
      {" ---\n", "---@1:2-5"},
      {"---\n---\n", "missing --- missing --- missing"},
      {"a: 1\n---\n\xef\xbb\xbf"
       "b: 2\n",
       "-{a@1:1-2: 1@1:4-5}@1:1-5 --- -{b@3:2-3: 2@3:5-6}@3:2-6"},
  });
}

TEST_CASE("nothing may follow '---' on its line") {
  check({
      {"---x\na: 1\n", "missing --- !1:4-5 'x' stands after '---' on its line"},
      {"--- a\n", "missing --- !1:5-6 'a' stands after '---' on its line"},
      {"--- {a: b}\n", "missing --- !1:5-11 '{a: b}' stands after '---' on its line"},
      {"----\na: 1\n", "missing --- !1:4-5 '-' stands after '---' on its line"},
      {"a: 1\n--- |\n x\n---\nb: 2\n",
       "-{a@1:1-2: 1@1:4-5}@1:1-5 --- !2:5-6 '|' stands after '---' on its line --- -{b@5:1-2: "
       "2@5:4-5}@5:1-5"},
      {"--- !!map\na: [\n",
       "missing --- !1:5-10 '!!map' stands after '---' on its line; !2:4-5 this '[' is never "
       "closed"},
  });
}

TEST_CASE("quotes and brackets must be closed") {
  check({
      {"a: \"b\n", "!1:4-6 this quote is never closed"},
      {"a: 'b", "!1:4-6 this quote is never closed"},
      {"a: \"b\nc: \"d\"\n", "!2:5-7 'd\"' stands where a key is due"},
      {"a: b\nc: 'd\n\n\n", "!2:4-6 this quote is never closed"},
      {"[a, \"b]", "!1:5-8 this quote is never closed"},
      {"{a: b", "!1:1-2 this '{' is never closed"},
      {"a: [b\nc: d\n", "!1:4-5 this '[' is never closed"},
      {"a: [b, {c: d]\n", "!1:8-9 this '{' is never closed"},
      {"[", "!1:1-2 this '[' is never closed"},
      {R"({"a": {"b": [1, 2})", "!1:13-14 this '[' is never closed"},
      {"a: \"x\n...\ny\"\n", "!2:1-4 '...' ends the document inside quotes"},
      {"a: ]", "!1:4-5 ']' closes a bracket that is not open"},
      {"a: b}\nc: {}}\n", "!2:6-7 '}' closes a bracket that is not open"},
      {"a: b\n\"c\n", "!2:1-3 this quote is never closed"},
  });
}

TEST_CASE("nothing may follow a complete document") {
  check({
      {",", "!1:1-2 ',' stands after the end of the document"},
      {"{a: b} ,", "!1:8-9 ',' stands after the end of the document"},
      {"- a\n, b\n", "!2:1-4 ', b' stands after the end of the document"},
      {"\"x\" , y\n", "!1:5-8 ', y' stands after the end of the document"},
      {"[a] ]", "!1:5-6 ']' stands after the end of the document"},
      {"- a\nb: c\n", "!2:1-5 'b: c' stands after the end of the document"},
      {"{a: b}\n{c: d}\n", "!2:1-7 '{c: d}' stands after the end of the document"},
      {"a: b\n...\nc: d\n", "!3:1-5 'c: d' stands after the end of the document"},
      {"a: b\n... c\n", "!2:5-6 'c' stands after the end of the document"},
      {"x\n# c\ny\n", "!3:1-2 'y' stands after the end of the document"},
      {"\"a\" \"b\"\n", "!1:5-8 '\"b\"' stands after the end of the document"},
      {" a: b\nc: d\n", "!2:1-5 'c: d' stands after the end of the document"},
      {"a: b\n- c\n", "!2:1-4 '- c' stands where a key is due"},
      {": ,", "!1:1-2 a key is missing before ':'"},
  });
}

TEST_CASE("each key of a mapping needs its ':' on its line") {
  check({
      {"a: 1\nb\n", "!2:1-2 'b' stands where a key is due"},
      {"a: 1\nb\nc: 2\n", "!3:1-2 'c' cannot be a key here"},
      {"a:\n  b\n  c: d\n", "!3:3-4 'c' cannot be a key here"},
      {"x\ny: z\n", "!2:1-2 'y' cannot be a key here"},
      {"x\n: z\n", "!2:1-2 no key stands before this ':'"},
      {"\"a\n b\": c\n", "!2:2-4 'b\"' cannot be a key here"},
      {"{a\n b: c}", "!1:2-3 'a' begins a key of several lines"},
      {"{\"a\n b\", c}", "!1:2-4 '\"a' begins a key of several lines"},
      {"a: 1\n'b'\n", "!2:1-4 ''b'' stands where a key is due"},
      {"a: 1\n?b\n", "!2:1-3 '?b' stands where a key is due"},
      {"a: 1\n b: 2\n", "!2:2-3 'b' cannot be a key here"},
      {"a:\n    b: 1\n  c: 2\n", "!3:3-7 'c: 2' stands where a key is due"},
      {"a: b: c\n", "!1:5-6 a second ': ' stands in this line"},
      {"a: \"b\": c\n", "!1:7-8 a second ': ' stands in this line"},
      {"a: \"b\" c\n", "!1:8-9 'c' stands where a key is due"},
      {"a: 'it's'\n", "!1:8-10 's'' stands where a key is due"},
      {"a: b #c\n d\n", "!2:2-3 'd' stands where a key is due"},
  });
}

TEST_CASE("keys are plain text") {
  check({
      {"[a]: b\n", "!1:4-5 what stands before this ':' cannot be a key"},
      {"{a: b}: c\n", "!1:7-8 what stands before this ':' cannot be a key"},
      {"? [a]\n: b\n", "!1:3-4 a list is the key here"},
      {"? a: b\n: c\n", "!1:3-7 a mapping is the key here"},
      {"{[a]: b}", "!1:2-3 a list is the key here"},
      {"[{}: a]", "!1:2-3 a mapping is the key here"},
      {"[[a]: b]", "!1:2-3 a list is the key here"},
      {": a\n", "!1:1-2 a key is missing before ':'"},
      {"{: a}", "!1:2-3 a key is missing before ':'"},
      {"null: a\n", "!1:1-5 the key 'null' is no text"},
      {"~: a\n", "!1:1-2 the key '~' is no text"},
      {"a:\nnull: b\n", "!2:1-5 the key 'null' is no text"},
      {"!!null a: b\n", "!1:8-9 the key 'a' is no text"},
      {"a: &x [1]\n*x : b\n", "!2:1-3 the key '*x' is no text"},
      {"a: &x 1\n*x : b\n", "-{a@1:1-2: 1@1:7-8, 1@2:1-3: b@2:6-7}@1:1-2:7"},
  });
}

TEST_CASE("lists are complete") {
  check({
      {"[a, , b]", "!1:5-6 a value is missing before ','"},
      {"[, a]", "!1:2-3 a value is missing before ','"},
      {"{a: 1, , b: 2}", "!1:8-9 a value is missing before ','"},
      {"- a\nb\n", "!2:1-2 'b' stands after the end of the document"},
      {"- - a\n  b\n", "!2:3-4 'b' stands where a list item is due"},
      {"a: - b\n", "!1:4-7 a list item cannot begin with '- b' here"},
      {"- a: b\n - c\n", "!2:2-5 '- c' stands where a list item is due"},
      {"[a b c]", "[a b c@1:2-7]@1:1-8"},
      {"[a\n- b]", "[a - b@1:2-2:4]@1:1-2:5"},
  });
}

TEST_CASE("values begin as values do") {
  check({
      {"a: @x\n", "!1:4-6 a value cannot begin with '@x'"},
      {"a: `x`\n", "!1:4-7 a value cannot begin with '`x`'"},
      {"a: %x\n", "!1:4-6 a value cannot begin with '%x'"},
      {"a: |x\n", "!1:5-6 'x' stands after the sign that begins a block of text"},
      {"a: |0\n x\n", "!1:6-7 a block of text cannot be indented by 0"},
      {"a: *\n", "!1:4-5 no name follows the '*'"},
      {"a: & b\n", "!1:5-7 no name follows the '&'"},
      {"a: **/x\n", "!1:4-8 the alias '**/x' has no anchor in this document"},
      {"a: &b.c d\n", "!1:4-8 'b.c' is no anchor name: it takes letters, digits, '-' and '_'"},
      {"a: !<x\n", "!1:6-7 the tag's '<' is not closed by '>'"},
      {"a: !!\n", "!1:5-6 no name follows the '!' of the tag"},
      {"a: !e!x y\n", "!1:4-8 the tag '!e!x' uses a handle that nothing defines"},
      {"&a &b c\n", "!1:4-8 this is a second anchor for one value"},
      {"!a !b c\n", "!1:4-8 this is a second tag for one value"},
      {"[:x]", "!1:2-3 a value in brackets cannot begin with ':'"},
      {"a:\n[b]\n", "!2:1-4 '[b]' is not indented like a value"},
      {"a: !x\n!y b\n", "!2:4-5 'b' stands where a key is due"},
      {"a: |\n\tb\n", "!2:1-2 a tab stands where only spaces may indent"},
      {"a: *b\n", "!1:4-6 the alias '*b' has no anchor in this document"},
      {"a: &x [*x]\n", "!1:8-10 the alias '*x' refers to itself"},
      {"a: &x {b: *x}\n", "!1:11-13 the alias '*x' refers to itself"},
  });
}

TEST_CASE("escapes are complete") {
  check({
      {R"("\d")", R"(!1:2-4 '\d' is no escape in double quotes)"},
      {R"("\u12")", R"(!1:2-7 '\u12"' has too few hexadecimal digits)"},
      {R"("\ud83d")", R"(!1:2-8 '\ud83d' is no Unicode character)"},
      {R"("\xZZ")", R"(!1:2-6 '\xZZ' has too few hexadecimal digits)"},
      {R"(a: "\/")", R"(!1:5-7 '\/' is no escape in double quotes)"},
  });
}

TEST_CASE("merges need mappings") {
  check({
      {"<<: 1\n", "!1:5-6 '<<' merges what is no mapping"},
      {"<<:\n", "!1:1-3 '<<' merges what is no mapping"},
      {"<<: [{a: 1}, 2]\n", "!1:5-16 '<<' merges what is no mapping"},
      {"a: &a 1\n<<: *a\n", "!2:5-7 '<<' merges what is no mapping"},
      {"a: &a [{x: 1}]\n<<: *a\n", "!2:5-7 '<<' merges what is no mapping"},
  });
}

TEST_CASE("tabs do not indent") {
  check({
      {"\ta: b\n", "!1:1-2 a tab stands where only spaces may indent"},
      {"a:\n\tb: c\n", "!2:1-2 a tab stands where only spaces may indent"},
      {"a:\n\t- b\n", "!2:1-2 a tab stands where only spaces may indent"},
      {"-\ta\n", "!1:2-3 a tab stands where only spaces may indent"},
      {"a: \"x\"\n\t\nb: c\n", "!2:1-2 a tab stands where only spaces may indent"},
      {"a: b\n\t\nc: d\n", "!2:1-2 a tab stands where only spaces may indent"},
      {"a: b\n# x\n\t# y\n", "!3:1-2 a tab stands where only spaces may indent"},
      {"a: |\n  b\n\tc\n", "!3:1-2 a tab stands where only spaces may indent"},
      {"a:\n  b: c\n\td: e\n", "!3:1-2 a tab stands where only spaces may indent"},
      {"[a,\n\tb]\n", "[a@1:2-3, b@2:2-3]@1:1-2:4"},
      {"a: b\t# c\n", "-{a@1:1-2: b@1:4-5}@1:1-5"},
      {"\t\n", "!1:1-2 a tab stands where only spaces may indent"},
  });
}

TEST_CASE("directives are not for Kubernetes") {
  check({
      {"%YAML 1.2\n---\na: b\n",
       "!1:1-10 Kubernetes reads no YAML directives --- -{a@3:1-2: b@3:4-5}@3:1-5"},
      {"# c\n%TAG ! x:\n---\na\n", "!2:1-10 Kubernetes reads no YAML directives --- a@4:1-2"},
      {"a: b\n%YAML 1.2\n", "!2:1-10 '%YAML 1.2' stands after the end of the document"},
      {"a: '\n%x'\n", "-{a@1:1-2: ' %x'@1:4-2:4}@1:1-2:4"},
      {"a: b%c\n%d: e\n", "!2:1-6 '%d: e' stands after the end of the document"},
  });
}

TEST_CASE("the text is UTF-8 without control characters") {
  check({
      {"a: \xff\n", "!1:4-5 the byte 0xFF is not valid UTF-8"},
      {"a: \xc0\x80\n", "!1:4-5 the byte 0xC0 is not valid UTF-8"},
      {"a: \xed\xa0\x80\n", "!1:4-5 the byte 0xED is not valid UTF-8"},
      {"a: \xf5\x80\x80\x80\n", "!1:4-5 the byte 0xF5 is not valid UTF-8"},
      {"a: \xe2\x82\n", "!1:4-5 the byte 0xE2 is not valid UTF-8"},
      {"a: \xc3", "!1:4-5 the byte 0xC3 is not valid UTF-8"},
      {std::string("\x00", 1), "!1:1-2 the control character U+0000 must not stand in YAML"},
      {std::string("a\x00"
                   "b",
                   3),
       "!1:1-3 this is UTF-16 or UTF-32, not UTF-8"},
      {"a: \x01\n", "!1:4-5 the control character U+0001 must not stand in YAML"},
      {"a: \x1b[0m\n", "!1:4-5 the control character U+001B must not stand in YAML"},
      {"a: x\x7f\n", "!1:5-6 the control character U+007F must not stand in YAML"},
      {"a: \xc2\x80\n", "!1:4-5 the control character U+0080 must not stand in YAML"},
      {"a: b\rc: d\n", "!1:5-6 a carriage return without a line feed ends this line"},
      {"a: b\r", "!1:4-5 a carriage return without a line feed ends this line"},
      {"a: \xef\xbb\xbf"
       "b\n",
       "!1:4-5 a byte order mark (U+FEFF) stands inside the document"},
      {"a: \xef\xbf\xbe\n", "!1:4-5 the control character U+FFFE must not stand in YAML"},
      {std::string("\xff\xfe"
                   "a\x00",
                   4),
       "!1:1-3 this is UTF-16 or UTF-32, not UTF-8"},
      {std::string("\xfe\xff\x00"
                   "a",
                   4),
       "!1:1-3 this is UTF-16 or UTF-32, not UTF-8"},
      {std::string("a\x00:\x00", 4), "!1:1-3 this is UTF-16 or UTF-32, not UTF-8"},
      {"# \xff\n", "!1:3-4 the byte 0xFF is not valid UTF-8"},
      {"a: \xc2\xa0\n", "-{a@1:1-2: \xc2\xa0@1:4-5}@1:1-5"},
      {"a: \xf0\x9f\x98\x80\n", "-{a@1:1-2: \xf0\x9f\x98\x80@1:4-5}@1:1-5"},
  });
}

TEST_CASE("Unicode line ends are refused where they could be content") {
  check({
      {"a: \xe2\x80\xa8"
       "b\n",
       "!1:4-5 U+2028 ends the line for kubectl but not for other readers"},
      {"a: x\xc2\x85y\n", "!1:5-6 U+0085 ends the line for kubectl but not for other readers"},
      {"a: 'x\xe2\x80\xa9'\n", "!1:6-7 U+2029 ends the line for kubectl but not for other readers"},
      {"# x\xe2\x80\xa8\n", "missing"},
      {"# x\xe2\x80\xa8"
       "b: c\n",
       "!1:4-5 the comment ends here for kubectl, and what follows is content"},
      {"# x\xe2\x80\xa8 # y\na: b\n", "-{a@2:1-2: b@2:4-5}@2:1-5"},
      {"a: |\n x\xe2\x80\xa8y\n",
       "!2:3-4 U+2028 ends the line for kubectl but not for other readers"},
      {"a: \"\\L\\N\"\n", "-{a@1:1-2: \"\xe2\x80\xa8\xc2\x85\"@1:4-10}@1:1-10"},
  });
}
TEST_CASE("a lookup in what is missing is missing") {
  const Source source(3, "x.yaml", "a: {b: [c, d]}\ne: text\n");
  const std::vector<Document> documents = parse(source);
  const Node root = documents[0].root();
  CHECK(root["a"]["b"].size() == 2);
  CHECK((*root["a"]["b"].begin()).text() == "c");
  CHECK_FALSE(root["x"]["y"]["z"]);
  CHECK_FALSE(root["e"]["y"]);
  CHECK(root["x"].kind() == Kind::missing);
  CHECK(root["x"].text().empty());
  CHECK(root["x"].tag().empty());
  CHECK(root["x"].key().empty());
  CHECK(root["x"].begin() == root["x"].end());
  CHECK_FALSE(root["x"].where());
  CHECK_FALSE(root["x"].place());
  CHECK(root["x"].style() == Style::none);
  CHECK(root["e"].key() == "e");
  CHECK(root["e"].key_where() == Place{{3, 2, 1}, {3, 2, 2}});
  CHECK(&root["e"].source() == &source);
  CHECK(root["e"].size() == 0);
}

TEST_CASE("a value is itself whatever the way to it, and no other one") {
  const Source source(1, "a.yaml", "a: &a {b: 1}\nc: *a\nd: {<<: *a}\ne: {b: 1}\n");
  const std::vector<Document> documents = parse(source);
  const std::vector<Document> again = parse(source);
  const Node root = documents.front().root();
  CHECK(root["a"]["b"] == *root["a"].begin());
  CHECK(root["c"]["b"] == root["a"]["b"]);
  CHECK(root["c"] != root["a"]);
  CHECK(root["d"]["b"] != root["a"]["b"]);
  CHECK(root["d"]["b"].where() == root["a"]["b"].where());
  CHECK(root["e"]["b"] != root["a"]["b"]);
  CHECK(again.front().root() != root);
  CHECK(root["x"] == again.front().root()["y"]["z"]);
  CHECK(root["x"] != root["a"]);
}

TEST_CASE("of duplicate keys the last is found and both are children") {
  const Source source(1, "x.yaml", "a: 1\nb: 2\na: 3\n");
  const std::vector<Document> documents = parse(source);
  CHECK(documents[0].root()["a"].text() == "3");
  CHECK(documents[0].root().size() == 3);
}

TEST_CASE("the most telling place of a block is its key, else the first line of the value") {
  const Source source(1, "x.yaml",
                      "a:\n  - b: 1\n    c: 2\nd: {x: 1,\n y: 2}\ne: |\n  text\nf: g\n  h\n");
  const std::vector<Document> documents = parse(source);
  const Node root = documents[0].root();
  CHECK(root["a"].place() == Place{{1, 1, 1}, {1, 1, 2}});
  CHECK((*root["a"].begin()).place() == Place{{1, 2, 5}, {1, 2, 9}});
  CHECK(root["d"].place() == Place{{1, 4, 4}, {1, 4, 10}});
  CHECK(root["e"].place() == Place{{1, 6, 4}, {1, 6, 5}});
  CHECK(root["f"].place() == Place{{1, 8, 4}, {1, 8, 5}});
  CHECK(root["f"].where() == Place{{1, 8, 4}, {1, 9, 4}});
}

TEST_CASE("text is a view into the source where nothing had to be decoded") {
  const Source source(1, "x.yaml", "a: plain\nb: \"quoted\"\nc: \"de\\tcoded\"\nd: {ef: gh}\n");
  const std::vector<Document> documents = parse(source);
  const auto is_view = [&](std::string_view text) {
    return text.data() >= source.text().data() &&
           text.data() < source.text().data() + source.text().size();
  };
  CHECK(is_view(documents[0].root()["a"].text()));
  CHECK(is_view(documents[0].root()["b"].text()));
  CHECK(is_view(documents[0].root()["b"].key()));
  CHECK_FALSE(is_view(documents[0].root()["c"].text()));
  CHECK(is_view((*documents[0].root()["d"].begin()).text()));
  CHECK(is_view((*documents[0].root()["d"].begin()).key()));
}

TEST_CASE("one part can be read alone") {
  const Source source(1, "x.yaml", "a: 1\n---\nb: 2\n");
  const Document document = cassmesh::yaml::parse_part(source, 9, 14);
  CHECK(dump(document.root()) == "-{b@3:1-2: 2@3:4-5}@3:1-5");
  CHECK(document.root()["b"].begin_offset() == 12);
  CHECK(document.root()["b"].end_offset() == 13);
  CHECK(document.root()["b"].key_offset() == 9);
}

TEST_CASE("a place in a long line counts code points from the line's start") {
  const Source source(1, "x.yaml", repeat("é", 5000) + "\n" + repeat("x", 3000) + "\r\nend");
  CHECK(source.locate(0) == Location{1, 1, 1});
  CHECK(source.locate(9998) == Location{1, 1, 5000});
  CHECK(source.locate(10'000) == Location{1, 1, 5001});
  CHECK(source.locate(10'001) == Location{1, 2, 1});
  CHECK(source.locate(10'001 + 2999) == Location{1, 2, 3000});
  CHECK(source.locate(10'001 + 3001) == Location{1, 2, 3001});
  CHECK(source.locate(10'001 + 3002) == Location{1, 3, 1});
  CHECK(source.locate(1'000'000) == Location{1, 3, 4});
  CHECK(source.line(2) == repeat("x", 3000));
  CHECK(source.line(3) == "end");
  CHECK(source.line(4).empty());
  CHECK(source.line(0).empty());
  CHECK(source.place(5, 5).end > source.place(5, 5).at);
}

TEST_CASE("a document behind a byte order mark reads like any other") {
  const Source source(1, "x.yaml",
                      "\xef\xbb\xbf"
                      "a: b\nc:\n- d\n---\ne: f\n");
  const auto documents = cassmesh::yaml::parse(source);
  REQUIRE(documents.size() == 2);
  CHECK(dump(documents[0].root()) == "-{a@1:1-2: b@1:4-5, c@2:1-2: -[d@3:3-4]@3:1-4}@1:1-3:4");
  CHECK(dump(documents[1].root()) == "-{e@5:1-2: f@5:4-5}@5:1-5");
}

TEST_CASE("a byte order mark is no column and no part of the line") {
  const Source source(1, "x.yaml",
                      "\xef\xbb\xbf"
                      "a: b\n");
  CHECK(source.locate(0) == Location{1, 1, 1});
  CHECK(source.locate(3) == Location{1, 1, 1});
  CHECK(source.locate(6) == Location{1, 1, 4});
  CHECK(source.line(1) == "a: b");
}

TEST_CASE("sources have ids from 1 in the order in which they come") {
  cassmesh::Sources sources;
  CHECK(sources.add("a", "x").id() == 1);
  CHECK(sources.add("b", "y").id() == 2);
  CHECK(sources.size() == 2);
  CHECK(sources[2].name() == "b");
  CHECK(sources[2].text() == "y");
}

TEST_CASE("limits are findings") {
  Limits limits;
  limits.document_bytes = 10;
  CHECK(read("a: 1\n---\nb: 123456789\n---\nc: 2\n", limits) ==
        "-{a@1:1-2: 1@1:4-5}@1:1-5 --- !3:1-2 this document has 13 bytes, more than 10 --- "
        "-{c@5:1-2: 2@5:4-5}@5:1-5");
  limits = {};
  limits.alias_nodes = 3;
  CHECK(read("a: &a [1]\nb: *a\n", limits) ==
        "-{a@1:1-2: [1@1:8-9]@1:7-10, b@2:1-2: [1@1:8-9]@2:4-6}@1:1-2:6");
  CHECK(read("a: &a {x: 1, y: 2}\nb: {<<: *a}\n", limits).starts_with("-{a@"));
  CHECK(read("{<<: {a: 1, b: 2, c: 3}}", limits).starts_with("{a@"));
  CHECK(read("{<<: {a: 1, b: 2, c: 3, d: 4}}", limits).starts_with("!1:6-"));
  CHECK(read("a: &a [1]\nb: *a\nc: *a\n", limits) ==
        "!3:4-6 the aliases of this document stand for more than 3 values");
}

TEST_CASE("hostile input is refused at once") {
  CHECK(read(billion_laughs()) ==
        "!5:45-48 the aliases of this document stand for more than 100000 values");
  CHECK(read(repeat("[", 100'000)) == "!1:501-502 values are nested deeper than 500 levels here");
  CHECK(read("a:\n- " + repeat("[", 100'000)) ==
        "!2:503-504 values are nested deeper than 500 levels here");
  CHECK(read("a: b\nc\n\"d\" " + repeat("{a: ", 100'000)) ==
        "!3:2005-2006 values are nested deeper than 500 levels here");
  CHECK(read(repeat("- ", 100'000)).ends_with("values are nested deeper than 500 levels here"));
  CHECK(read(repeat("? ", 100'000)).starts_with("!"));
  CHECK(read("\"" + repeat("[", 100'000) + "\"").ends_with("@1:1-100003"));
  CHECK(read("a: |\n" + repeat("  [[[[{{{{\n", 10'000)).starts_with("-{a@1:1-2: |[[[["));
  CHECK(read("a: x[\n  '" + repeat("[", 100'000)).starts_with("-{a@1:1-2: x[ '[["));
  CHECK(read("a: &a\n  <<: *a\n") == "!2:7-9 the alias '*a' refers to itself");
  CHECK(read("a: &a\n  b: &b [*a]\n") == "!2:10-12 the alias '*a' refers to itself");
  CHECK(read(repeat("{<<: ", 400) + "{a: b}" + repeat("}", 400)).ends_with("@1:1-2407"));
  CHECK(read(repeat("\"a\" ", 4'000'000)).starts_with("!"));
  CHECK(read(", " + repeat("[", 1000)).starts_with("!1:1-"));
}

TEST_CASE("many values are read in no time") {
  std::string keys;
  for (int i = 0; i < 20'000; ++i) keys += fmt::format("key{}: {}\n", i, i);
  CHECK(read(keys + "merged: {<<: {a: b}}\n").starts_with("-{key0@1:1-5: 0@1:7-8, key1@2:1-5"));
  CHECK(read("a: [" + repeat("1, ", 100'000) + "]").ends_with("]@1:4-300006}@1:1-300006"));
  CHECK(read(repeat("-\n", 20'000)).ends_with("()@20000:1-2]@1:1-20000:2"));
  CHECK(read("a: " + repeat("x", 1'000'000)).ends_with("@1:4-1000004}@1:1-1000004"));
  CHECK(read(repeat("a: b\n---\n", 5'000))
            .ends_with("-{a@9999:1-2: b@9999:4-5}@9999:1-5 --- missing"));
}

TEST_CASE("every place of every mutant lies inside the text") {
  std::mt19937 random(20240229);  // always the same
  for (int i = 0; i < 6000; ++i) {
    std::string text = manifests[static_cast<std::size_t>(i) % manifests.size()];
    for (auto changes = 1 + random() % 4; changes > 0; --changes) text = mutate(text, random);
    INFO(text);
    REQUIRE(all_inside(text));
  }
}
