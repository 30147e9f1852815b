// The fast YAML reader against yaml-cpp: what it reads, yaml-cpp reads alike, to the last place;
// and where yaml-cpp complains, it has given up.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/source.hpp"
#include "output.hpp"
#include "support.hpp"
#include "yaml/fast.hpp"
#include "yaml/guard.hpp"
#include "yaml/parts.hpp"

namespace {

using cassmesh::Source;
using cassmesh::yaml::Document;
using cassmesh::yaml::detail::Invalid;
using cassmesh::yaml::detail::Part;
using cassmesh::yaml::detail::Tree;

const std::string given_up = "given up";

std::unique_ptr<Tree> tree_for(const Source& source, const Part& part) {
  auto tree = std::make_unique<Tree>();
  tree->source = &source;
  tree->base = part.begin;
  tree->part = source.text().substr(part.begin, part.end - part.begin);
  return tree;
}

/// What the fast reader alone makes of a part.
std::string fast(const Source& source, const Part& part) {
  auto tree = tree_for(source, part);
  const bool read = cassmesh::yaml::detail::read_fast(*tree);
  CHECK((read || (tree->records.size() == 1 && tree->root == 0 && tree->decoded.empty())));
  return read ? dump(Document(std::move(tree)).root()) : given_up;
}

/// What yaml-cpp alone makes of a part; a complaint with a `!` in front.
std::string slow(const Source& source, const Part& part) {
  auto tree = tree_for(source, part);
  try {
    cassmesh::yaml::detail::read_with_yaml_cpp(*tree, {});
  } catch (const Invalid& invalid) {
    return "!" + invalid.message;
  }
  return dump(Document(std::move(tree)).root());
}

bool is_text(const Source& source, const Part& part) {
  try {
    cassmesh::yaml::detail::check_text(tree_for(source, part)->part, std::size_t{1} << 20U);
    return true;
  } catch (const Invalid&) {
    return false;
  }
}

struct Count {
  int read = 0;
  int given_up = 0;
};

/// Compares the readers on every part of a text.
Count compare(const std::string& text) {
  const Source source(1, "x.yaml", text);
  Count count;
  for (const Part& part : cassmesh::yaml::detail::parts_of(source.text())) {
    if (!is_text(source, part)) continue;
    const std::string result = fast(source, part);
    INFO(source.text().substr(part.begin, part.end - part.begin));
    ++(result == given_up ? count.given_up : count.read);
    if (result != given_up) CHECK(result == slow(source, part));
  }
  return count;
}

const std::vector<std::string>& fixtures() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::filesystem::path> files;
    for (const char* folder : {"examples", "tests/render", "tests/rules", "templates"}) {
      const auto path = source_folder() / folder;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.path().extension() == ".yaml") files.push_back(entry.path());
      }
    }
    std::ranges::sort(files);
    std::vector<std::string> read;
    for (const auto& file : files) read.push_back(cassmesh::output::read_file(file));
    return read;
  }();
  return texts;
}

/// What manifests are made of beyond the fixtures.
const std::vector<std::string> manifests = {
    "a: |\n  x\n   y\n\n  z\nb: >-\n  x\n  y\n\n  z\n\n    more\n\n  end\nc: |+\n  k\n\n\nd: |2-\n "
    "   e\n",
    "- a: \"x\\ty \\u00e9 \\x41\\\"\"\n  'b c': 'it''s'\n- \"over\n  two\n\n  lines \\\n  on\"\n- "
    "'a\n\n  b'\n- \"\"\n",
    "a: plain\n  over lines\n\n  and more # comment\nb:\nc: null\nd: ~\ne: []\nf: {}\n",
    "{\"kind\": \"List\", \"items\": [{\"a\": \"\\/\\n\"}, {\"b\": null, \"c\": [true, -1.5]},]}\n",
    "{\n\t\"a\": 1,\n\t\"b\":[\n\t\t\"c\"\n\t]\n}\n",
    "# c\na:\n- b\n-\n-   - c\n    - d: e\n      f:\n      - g\n# c\nh: [x, 'y', {z: w, \"v\":u}] "
    "# c\n",
    "a: b\r\nc:\r\n  - d\r\n  -\r\n  - e: |\r\n      x\r\n\r\n      y\r\n    f: \"g\r\n      "
    "h\"\r\n    p: q\r\n      r\r\n",
    "a: >+\n  x\n\n  y\n\n\nb: >\n\n\n   x\n    y\n\n   z\nc: |\n\n   \n    x\n...\n# end\n...\n",
    "key with blanks : :value\n?x: -1\n-y: --z\nurl: http://x:80/?a=b#c\ne: {a: http://x, b: x y "
    "}\n",
    "\xc3\xa9: \xc3\xbc # \xc3\xb6\n\"\xf0\x9f\x98\x80\": [\xe4\xb8\xad, '\xe6\x96\x87']\n"};

/// One random change of what makes the difference: a sign, an indentation, a line.
std::string mutate(std::string text, std::mt19937& random) {
  static const std::vector<std::string> pieces = {
      "\n",   " ",       "  ",     "\t",       ":",          ": ",           "- ",      "? ",
      "[",    "]",       "{",      "}",        ",",          "\"",           "'",       "#",
      " #",   "|\n",     ">",      "|",        "&a ",        "*a",           "!x ",     "~",
      "~ ",   "%",       "@",      "...",      "\\",         "\r\n",         "\n...\n", "<<: *a\n",
      "null", "null ",   "a: b\n", "|2-\n",    ">+\n",       "-\n",          "\n\n",    "\n  \n",
      "''",   "\"\"",    "\\n",    "\\\n",     "\\u00e9",    "\n- ",         "\n  - ",  "\n# c\n",
      "? ",   "x",       "-",      ".",        "key:\n",     "[a, b]",       "{a: b}",  "{\"a\":1}",
      "\\/",  "\"a\": ", "`",      "\xc2\x85", "\n   # c\n", "\xe2\x80\xa8", "\n---\n", "\xc3\xa9"};
  const auto pick = [&](std::size_t size) { return random() % (size + 1); };
  const std::size_t at = pick(text.size());
  const std::size_t line = text.find('\n', at);
  switch (random() % 6) {
    case 0:
      return text.erase(at, 1 + pick(3));
    case 1:
      return text.insert(at, text.substr(pick(text.size()), pick(30)));
    case 2:
      return line == std::string::npos ? text : text.insert(line + 1, 1 + pick(3), ' ');
    case 3:
      return line == std::string::npos ? text : text.erase(line, 1 + pick(4));
    default:
      return text.insert(at, pieces[pick(pieces.size() - 1)]);
  }
}

void compare_mutants(const std::vector<std::string>& texts, int times, unsigned seed) {
  std::mt19937 random(seed);
  Count all;
  for (int i = 0; i < times; ++i) {
    std::string text = texts[random() % texts.size()];
    for (auto changes = 1 + random() % 4; changes > 0; --changes) text = mutate(text, random);
    const Count count = compare(text);
    all.read += count.read;
    all.given_up += count.given_up;
  }
  CHECK(all.read > times / 10);
  CHECK(all.given_up > times / 10);
}

}  // namespace

TEST_CASE("the fast reader reads plain manifests as yaml-cpp does") {
  for (const std::string& text : manifests) CHECK(compare(text).given_up == 0);
  for (const std::string& text : fixtures()) compare(text);
}

TEST_CASE("the fast reader reads nearly all that the tests and examples are made of") {
  Count all;
  for (const std::string& text : fixtures()) {
    const Count count = compare(text);
    all.read += count.read;
    all.given_up += count.given_up;
  }
  CHECK(all.read > 50);
  CHECK(all.given_up * 20 < all.read);
}

TEST_CASE("small documents read alike with both readers") {
  for (const char* text : {"",
                           "\n",
                           "# c",
                           "...\n",
                           "a: b",
                           "a:",
                           "a: ",
                           "-",
                           "- ",
                           "- - -",
                           "- - a\n  - b\n- c\n",
                           "a:\n- b\nc:\n  - d\n",
                           "a: |",
                           "a: |\n",
                           "a: |\n x",
                           "a: >\n x\n y",
                           "a: |-\n x\n\n",
                           "a: |+\n\n\nb: c\n",
                           "a: >+\n x\n\n\nb: c\n",
                           "a: >\n  x\n   y\n  z\n",
                           "a: | # c\nb: c\n",
                           "a: |1\n  x\n",
                           "a: |\n x\n   \nb: c\n",
                           "a:\n  |\n  x\n",
                           "- |\n x\n- >-\n y\n",
                           "a: 'b'\n",
                           "a:\n  'b'\n",
                           "a:\n  b\n  c\n",
                           "a: b\n\n\n  c\nd: e\n",
                           "a: b\n  # c\nd: e\n",
                           "a: \"b\n\n\n  c\"\n",
                           "a: \"b \\\n   c \\n\n  d\"\n",
                           "a: 'b  \n   c'\n",
                           "a: [b, c,\n d]\n",
                           "a: [\nb\n]\n",
                           "{a: b}",
                           "[]",
                           "{\"a\":{\"b\":[1,2]}}",
                           "a: {b: [c, {d: e}], 'f': \"g\",}\n",
                           "a: [ # c\n  b # c\n  , c]\n",
                           "a: [b#c, d:e]\n",
                           "a : b\n",
                           "'a' : b\n",
                           "a: b:c\n",
                           "a: b#c\n",
                           "a: - b\n  c\n",
                           "a: b\n...\n",
                           "a: NULL\nb: nULL\n",
                           "a:\n~ b: c\n",
                           " a: b\n c: d\n",
                           "a:\n    b: c\nd:\n e: f\n"}) {
    compare(text);
    INFO(text);
    const Source source(1, "x.yaml", text);
    const Part part{.end = source.text().size()};
    const std::string expected = slow(source, part);
    CHECK(fast(source, part) == (expected.starts_with('!') ? given_up : expected));
  }
}

TEST_CASE("the fast reader gives up at what is not plain") {
  for (const char* text : {"a: &x b\n",
                           "a: *x\n",
                           "a: !x b\n",
                           "<<: {a: b}\n",
                           "? a\n: b\n",
                           "[a: b]",
                           "{a, b}",
                           "{a: }",
                           "a: [x:, y]\n",
                           "a: {b: c?d}\n",
                           "a: [b\n  c]\n",
                           "text",
                           "'text'",
                           "|\n text\n",
                           "a:\tb\n",
                           "a: b\t\n",
                           "a: b\n\t\nc: d",
                           "%YAML 1.2\n",
                           "a: \"\\N\"\n",
                           "a: \"\\ud83d\\ude00\"\n",
                           "a: \"b\n \"\n",
                           "a: \"\\/\"\n",
                           "null: a\n",
                           "~: a\n",
                           "a: b\n...\nc\n",
                           "a: \xe2\x80\xa8\n",
                           "\xef\xbb\xbf"
                           "a: b\n",
                           "a: [b]: c\n"}) {
    INFO(text);
    const Source source(1, "x.yaml", text);
    CHECK(fast(source, {.end = source.text().size()}) == given_up);
  }
}

TEST_CASE("the fast reader gives up where yaml-cpp complains") {
  for (const char* text : {"a: b: c\n",
                           "a: 1\nb\n",
                           "a:\n  b\n  c: d\n",
                           "- a\nb: c\n",
                           "a: b\n c: d\n",
                           "a:\n    b: 1\n  c: 2\n",
                           " a: b\nc: d\n",
                           "a: - b\n",
                           "a: \"b\" c\n",
                           "a: 'it's'\n",
                           "a: \"b\n",
                           "[a",
                           "{a: b",
                           "[a, , b]",
                           "[, a]",
                           "{a: 1, , b: 2}",
                           "a: ]",
                           "a: [b, {c: d]\n",
                           "{a: b}\n{c: d}\n",
                           "a: @x\n",
                           "a: `x`\n",
                           "a: %x\n",
                           "a: |x\n",
                           "a: |0\n x\n",
                           "a: |\n\tb\n",
                           "a:\n[b]\n",
                           "\"a\n b\": c\n",
                           "{a\n b: c}",
                           "{\"a\n b\": c}",
                           "[a]: b\n",
                           "{[a]: b}",
                           ": a\n",
                           "a: \"\\d\"\n",
                           "a: \"\\u12\"\n",
                           "a: b\n\"c\n",
                           "a: b\n'b'\n",
                           "a: b #c\n d\n",
                           "- - a\n  b\n",
                           "a: b\n- c\n",
                           "a: \"x\n...\ny\"\n",
                           "a:\n  b: c\n\td: e",
                           "-\ta\n",
                           "a\n: b\n",
                           "[:x]",
                           "[?x]",
                           "{\"a\":?b}",
                           ",",
                           "a: b\n---\nc: d"}) {
    INFO(text);
    const Source source(1, "x.yaml", text);
    const Part part{.end = source.text().size()};
    CHECK(slow(source, part).starts_with("!"));
    CHECK(fast(source, part) == given_up);
  }
}

TEST_CASE("the fast reader leaves what is deep or long to yaml-cpp") {
  const auto repeat = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  CHECK(compare(repeat("[", 90) + repeat("]", 90)).read == 1);
  CHECK(compare(repeat("[", 110) + repeat("]", 110)).given_up == 1);
  CHECK(compare(repeat("- ", 90) + "a").read == 1);
  CHECK(compare(repeat("- ", 110) + "a").given_up == 1);
  CHECK(compare(repeat("[", 100'000)).given_up == 1);
  CHECK(compare(repeat("k", 900) + ": a").read == 1);
  CHECK(compare(repeat("k", 1100) + ": a").given_up == 1);
  CHECK(compare("a: " + repeat("x", 100'000)).read == 1);
}

TEST_CASE("the readers never differ on mutated manifests") {
  compare_mutants(manifests, 10000, 20240301);
}

TEST_CASE("the readers never differ on mutated fixtures") {
  std::vector<std::string> small;
  for (const std::string& text : fixtures()) {
    if (text.size() < 3000) small.push_back(text);
  }
  REQUIRE(small.size() > 10);
  compare_mutants(small, 4000, 20240302);
}
