// Every file and every --set is checked alone; what is right is laid over one tree. What turns on
// several keys at once is decided later, in src/render/plan.cpp.

#include <fmt/core.h>

#include <charconv>
#include <utility>

#include "cassmesh/spec.hpp"
#include "check.hpp"
#include "set.hpp"

namespace cassmesh::spec {
namespace {

using yaml::Node;
using yaml::Value;

Place first_key(const Node& mapping) {
  return mapping.size() > 0 ? (*mapping.begin()).key_where() : mapping.place();
}

/// What is still null when all is laid over one another counts as not written. Items of lists keep
/// theirs: in a patch, null removes.
void drop_nulls(Value& value) {
  if (!value.is_mapping()) return;
  std::erase_if(value.entries,
                [](const yaml::Entry& it) { return it.value.kind == Value::Kind::null; });
  for (auto& entry : value.entries) drop_nulls(entry.value);
}

/// The root of a spec file; missing if the file cannot be read as one.
Node root_of(const std::vector<yaml::Document>& documents, std::vector<Finding>& problems) {
  Node root;
  for (const auto& document : documents) {
    problems.insert(problems.end(), document.problems().begin(), document.problems().end());
    const auto node = document.root();
    if (!node || node.is_null()) continue;
    if (!node.is_mapping()) {
      problems.push_back(
          {.rule = cluster_spec,
           .message = fmt::format("a spec is a mapping of keys, not {}", shown(node)),
           .place = node.place(),
           .fix = "write keys with their values, as in 'name: cassandra'"});
    } else if (root) {
      problems.push_back(
          {.rule = cluster_spec,
           .message = "a spec is one document, this is a second one",
           .place = first_key(node),
           .related = {{first_key(root), "the first one"}},
           .fix = "put it into a file of its own: later files go over earlier ones"});
    } else {
      root = node;
    }
  }
  return root;
}

}  // namespace

ClusterSpec read(std::span<const Source* const> files, std::span<const Source* const> sets,
                 std::vector<Finding>& problems) {
  ClusterSpec spec;
  Checker checker(problems, spec.unsound_);
  for (const auto* source : files) {
    spec.documents_.push_back(yaml::parse(*source));
    const auto root = root_of(spec.documents_.back(), problems);
    if (!root) continue;
    if (const auto value = checker.root(root)) merge(spec.root_, value);
  }
  for (const auto* source : sets) {
    const auto equals = source->text().find('=');
    if (equals == std::string_view::npos || equals == 0) {
      checker.complain(source->place(0, source->text().size()), "--set takes key=value",
                       "for instance --set replicas=5");
      continue;
    }
    std::vector<yaml::Document> parts;
    parts.push_back(yaml::parse_part(*source, equals + 1, source->text().size()));
    const auto& part = parts.front();
    problems.insert(problems.end(), part.problems().begin(), part.problems().end());
    if (part.problems().empty()) {
      const auto value = read_set(*source, part.root(), equals, checker);
      if (value) merge(spec.root_, value);
    }
    spec.documents_.push_back(std::move(parts));
  }
  drop_nulls(spec.root_);
  return spec;
}

bool ClusterSpec::given(std::string_view path) const {
  const auto* value = written(path);
  return value && value->kind != Value::Kind::null;
}

bool ClusterSpec::sound(std::string_view path) const {
  for (auto end = path.size(); end != std::string_view::npos;
       end = path.substr(0, end).rfind('.')) {
    if (unsound_.contains(path.substr(0, end))) return false;
  }
  return true;
}

const Value* ClusterSpec::written(std::string_view path) const {
  const auto* value = &root_;
  while (!path.empty()) {
    const auto dot = path.find('.');
    value = &(*value)[path.substr(0, dot)];
    if (!*value) return nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return value;
}

const Value& ClusterSpec::value(std::string_view path) const {
  asked_.emplace(path);
  if (const auto* value = written(path); value && value->kind != Value::Kind::null) return *value;
  return fallback(path);
}

int ClusterSpec::integer(std::string_view path) const {
  const auto& text = value(path).text;
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Place ClusterSpec::place(std::string_view path) const {
  const auto* value = written(path);
  return value && value->origin ? value->origin.place() : Place{};
}

}  // namespace cassmesh::spec
