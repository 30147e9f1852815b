#include <fmt/core.h>

#include <optional>
#include <string>
#include <vector>

#include "cassmesh/value.hpp"
#include "strategic_merge.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// A document of an object, with or without a patch, in the form of `dump`; places of the patch are
/// written with a `p` in front of the line.
class Made {
 public:
  Made(const std::string& object, const std::string& patch) {
    const auto& object_source = sources_.add("object.yaml", object);
    const auto& patch_source = sources_.add("patch.yaml", patch);
    const auto objects = yaml::parse(object_source);
    const auto patches = yaml::parse(patch_source);
    REQUIRE(objects.front().problems().empty());
    REQUIRE(patches.front().problems().empty());
    auto value = yaml::Value::from(objects.front().root());
    const auto root = patches.front().root();
    if (root) strategic_merge(value, yaml::Value::from(root), MergeStyle::kustomize);
    document_ = document_from(value);
  }

  /// Made when the documents that its values came from are gone.
  std::string dump() const { return fields(document_->root()); }

 private:
  static std::string show(const Place& place) {
    return fmt::format("{}{}:{}-{}", place.at.file == 2 ? "p" : "", place.at.line, place.at.column,
                       place.end.column);
  }

  static std::string fields(const yaml::Node& node) {
    if (!node.is_mapping() && !node.is_sequence()) {
      return fmt::format("{}{}@{}", node.quoted() ? "=" : "", node.is_null() ? "null" : node.text(),
                         show(node.where()));
    }
    std::string inside;
    for (const auto& child : node) {
      if (!inside.empty()) inside += ", ";
      if (node.is_mapping()) inside += fmt::format("{}@{}: ", child.key(), show(child.key_where()));
      inside += fields(child);
    }
    return fmt::format("{}{}{}@{}", node.is_mapping() ? "{" : "[", inside,
                       node.is_mapping() ? "}" : "]", show(node.place()));
  }

  Sources sources_;
  std::optional<yaml::Document> document_;
};

struct Row {
  std::string object;
  std::string patch;
  std::string dump;
};

const std::vector<Row> table{
    // What nobody touched stands where it stood.
    {"a: 1\n\"b\": 'x'\n", "", "{a@1:1-2: 1@1:4-5, b@2:1-4: =x@2:6-9}@1:1-5"},
    {"a:\n  b: 1\n", "", "{a@1:1-2: {b@2:3-4: 1@2:6-7}@1:1-2}@1:1-3"},
    {"{a: [1, ], b: , c: ~}", "",
     "{a@1:2-3: [1@1:6-7]@1:5-10, b@1:12-13: null@1:12-13, c@1:17-18: null@1:20-21}@1:1-22"},
    {"x: &a {b: 1}\ny: *a\n", "",
     "{x@1:1-2: {b@1:8-9: 1@1:11-12}@1:7-13, y@2:1-2: {b@1:8-9: 1@1:11-12}@2:4-6}@1:1-13"},
    // What a patch brought stands in the patch, with its key.
    {"a: 1\nb: 2\n", "\n\na: 3\n", "{a@p3:1-2: 3@p3:4-5, b@2:1-2: 2@2:4-5}@1:1-5"},
    {"a:\n  b: 1\n", "a:\n  c: 2\n",
     "{a@1:1-2: {b@2:3-4: 1@2:6-7, c@p2:3-4: 2@p2:6-7}@1:1-2}@1:1-3"},
    {"a: {b: 1}\n", "a:\n  $patch: replace\n  c: 2\n",
     "{a@p1:1-2: {c@p3:3-4: 2@p3:6-7}@p1:1-2}@1:1-10"},
    {"args:\n  - a\n", "args:\n- b\n", "{args@p1:1-5: [b@p2:3-4]@p1:1-5}@1:1-6"},
    {"env:\n- name: a\n  value: x\n", "env:\n- name: a\n  value: y\n",
     "{env@1:1-4: [{name@2:3-7: a@2:9-10, value@p3:3-8: y@p3:10-11}@2:3-10]@1:1-4}@1:1-5"},
};

}  // namespace

TEST_CASE("a document of a value keeps the places of both sources") {
  for (const auto& row : table) {
    CAPTURE(row.object, row.patch);
    CHECK(Made(row.object, row.patch).dump() == row.dump);
  }
}

TEST_CASE("a document of what came from nowhere has no root") {
  auto value = yaml::Value::mapping();
  value.set("a", yaml::Value::integer(1));
  CHECK_FALSE(document_from(value).root());
  CHECK_FALSE(document_from(yaml::Value()).root());
}

TEST_CASE("what came from nowhere stands where its holder stands") {
  Sources sources;
  const auto documents = yaml::parse(sources.add("object.yaml", "a:\n  b: 1\n"));
  auto value = yaml::Value::from(documents.front().root());
  value.set("new", yaml::Value::mapping()).set("x", yaml::Value::string("5"));
  const auto document = document_from(value);
  const auto added = document.root()["new"];
  CHECK(added.place() == document.root().place());
  CHECK(added["x"].where().at.line == 1);
  CHECK(added["x"].key_where().at.line == 1);
  CHECK(added["x"].quoted());
  CHECK(added["x"].text() == "5");
  CHECK(document.root()["a"]["b"].where().at.line == 2);
  CHECK(&document.source() == &added.source());
}
