#include "json_patch.hpp"

#include <fmt/core.h>

#include <string>
#include <vector>

#include "support.hpp"

using namespace cassmesh;

namespace {

/// The patched object, or the column and text of the problem and the object, which stays.
std::string patched(const std::string& object_text, const std::string& patch_text) {
  Sources sources;
  const auto objects = yaml::parse(sources.add("object.yaml", object_text));
  const auto patches = yaml::parse(sources.add("patch.yaml", patch_text));
  REQUIRE(objects.front().problems().empty());
  REQUIRE(patches.front().problems().empty());
  auto object = yaml::Value::from(objects.front().root());
  const auto before = write_yaml(object);
  const auto problem = apply_json_patch(object, patches.front().root());
  if (!problem) return write_yaml(object);
  CHECK(write_yaml(object) == before);
  return fmt::format("{}: {}", problem->at.where().at.column, problem->message);
}

struct Row {
  std::string object;
  std::string patch;
  std::string result;
};

const std::vector<Row> table{
    {"{a: 1}", "[]", "a: 1\n"},
    // add
    {"{a: 1}", "[{op: add, path: /b, value: {c: 2}}]", "a: 1\nb:\n  c: 2\n"},
    {"{a: 1}", "[{op: add, path: /a, value: 2}]", "a: 2\n"},
    {"{a: {}}", "[{op: add, path: /a/b, value: 2}]", "a:\n  b: 2\n"},
    {"{a: [1, 3]}", "[{op: add, path: /a/1, value: 2}]", "a:\n  - 1\n  - 2\n  - 3\n"},
    {"{a: [1]}", "[{op: add, path: /a/1, value: 2}]", "a:\n  - 1\n  - 2\n"},
    {"{a: [1]}", "[{op: add, path: /a/-, value: 2}]", "a:\n  - 1\n  - 2\n"},
    {"{a: []}", "[{op: add, path: /a/-, value: 2}]", "a:\n  - 2\n"},
    {"{a: []}", "[{op: add, path: /a/0, value: 2}]", "a:\n  - 2\n"},
    {"{a: 1}", "[{op: add, path: '', value: {b: 2}}]", "b: 2\n"},
    {"{a: 1}", "[{op: add, path: /x~1y~0z~01, value: 2}]", "a: 1\n\"x/y~z~1\": 2\n"},
    {"{a: 1}", "[{op: add, path: /, value: 2}]", "a: 1\n\"\": 2\n"},
    {"{a: 1}", "[{op: add, path: /b, value: null}]", "a: 1\nb: null\n"},
    {"{a: [1]}", "[{op: add, path: /a/2, value: 2}]", "18: there is no '/a/2'"},
    {"{a: [1]}", "[{op: add, path: /a/01, value: 2}]", "18: there is no '/a/01'"},
    {"{a: [1]}", "[{op: add, path: /a/x, value: 2}]", "18: there is no '/a/x'"},
    {"{a: []}", "[{op: add, path: /a/1, value: 2}]", "18: there is no '/a'"},
    {"{a: 1}", "[{op: add, path: /a/b, value: 2}]", "18: there is no '/a'"},
    {"{a: 1}", "[{op: add, path: /b/c, value: 2}]", "18: there is no '/b'"},
    // replace: Go adds what is not there
    {"{a: 1}", "[{op: replace, path: /a, value: [2]}]", "a:\n  - 2\n"},
    {"{a: [1, 2]}", "[{op: replace, path: /a/0, value: 3}]", "a:\n  - 3\n  - 2\n"},
    {"{a: 1}", "[{op: replace, path: /b, value: 2}]", "a: 1\nb: 2\n"},
    {"{a: [1]}", "[{op: replace, path: /a/1, value: 2}]", "22: there is no '/a/1'"},
    {"{a: 1}", "[{op: replace, path: /b/c, value: 2}]", "22: there is no '/b/c'"},
    // remove
    {"{a: 1, b: 2}", "[{op: remove, path: /a}]", "b: 2\n"},
    {"{a: [1, 2]}", "[{op: remove, path: /a/0}]", "a:\n  - 2\n"},
    {"{a: 1}", "[{op: remove, path: /b}]", "21: there is no '/b'"},
    {"{a: [1]}", "[{op: remove, path: /a/1}]", "21: there is no '/a/1'"},
    {"{a: [1]}", "[{op: remove, path: /a/-}]", "21: there is no '/a/-'"},
    {"{a: 1}", "[{op: remove, path: ''}]", "21: there is no ''"},
    // move, copy
    {"{a: {b: 1}, c: {}}", "[{op: move, from: /a/b, path: /c/d}]", "a: {}\nc:\n  d: 1\n"},
    {"{a: [1, 2]}", "[{op: move, from: /a/0, path: /a/-}]", "a:\n  - 2\n  - 1\n"},
    {"{a: {b: 1}}", "[{op: copy, from: /a, path: /c}]", "a:\n  b: 1\nc:\n  b: 1\n"},
    {"{a: 1}", "[{op: copy, from: /b, path: /c}]", "19: there is no '/b'"},
    {"{a: 1}", "[{op: move, path: /c}]", "2: an operation lacks its 'from'"},
    // test
    {"{a: {b: [1, x], c: 2}}",
     "[{op: test, path: /a, value: {c: 2, b: [1, x]}}, {op: remove, path: /a}]", "{}\n"},
    {"{a: 1}", "[{op: test, path: /a, value: '1'}]", "19: what it tests for does not hold"},
    {"{a: 1}", "[{op: remove, path: /a}, {op: test, path: /a, value: 1}]", "43: there is no '/a'"},
    // What is no patch.
    {"{a: 1}", "{op: remove, path: /a}", "1: a JSON patch is a list of operations"},
    {"{a: 1}", "[remove]", "2: an operation lacks its 'path'"},
    {"{a: 1}", "[{path: /a}]", "2: an operation lacks its 'op'"},
    {"{a: 1}", "[{op: delete, path: /a}]", "7: 'delete' is no operation of a JSON patch"},
    {"{a: 1}", "[{op: remove, path: a}]", "21: 'path' is 'a', which is no JSON pointer"},
    {"{a: 1}", "[{op: remove, path: [a]}]", "21: 'path' is a list, which is no JSON pointer"},
    {"{a: 1}", "[{op: add, path: /a}]", "2: the operation 'add' lacks its 'value'"},
};

}  // namespace

TEST_CASE("JSON patches are applied as RFC 6902 says, or not at all") {
  for (const auto& row : table) {
    CAPTURE(row.object, row.patch);
    CHECK(patched(row.object, row.patch) == row.result);
  }
}

TEST_CASE("a JSON patch that doubles itself is refused") {
  std::string patch;
  for (int i = 0; i < 40; ++i) patch += "- {op: copy, from: /a, path: /a/-}\n";
  CHECK(patched("{a: [1]}", patch) == "20: it copies too much");
  std::string deeper;
  for (int i = 0; i < 300; ++i) deeper += "- {op: copy, from: '', path: /a/b}\n";
  CHECK(patched("{a: {b: {}}}", deeper).ends_with("what it makes is nested too deeply"));
}
