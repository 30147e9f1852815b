#include "json_patch.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "shown.hpp"
#include "text.hpp"

namespace cassmesh {
namespace {

using yaml::Node;
using yaml::Value;

/// Copies that double themselves stop here. A value counts as one, and once more for each 16 bytes
/// of its text.
constexpr std::size_t most_copied_values = 100'000;
/// As deep as a document may be.
constexpr std::size_t deepest = 500;

using Pointer = std::vector<std::string>;

/// A JSON pointer (RFC 6901); nothing if the text is none.
std::optional<Pointer> pointer(std::string_view text) {
  Pointer names;
  if (text.empty()) return names;
  if (text.front() != '/') return std::nullopt;
  for (const char c : text) {
    if (c == '/') {
      names.emplace_back();
    } else if (names.back().ends_with('~') && (c == '0' || c == '1')) {
      // What `~0` stands for may be followed by a digit that means itself.
      names.back().back() = c == '0' ? '\0' : '/';
    } else {
      names.back() += c;
    }
  }
  for (auto& name : names) std::ranges::replace(name, '\0', '~');
  return names;
}

std::size_t count_of(const Value& value) {
  std::size_t count = 1 + value.text.size() / 16;
  for (const auto& entry : value.entries) count += count_of(entry.value);
  return count;
}

std::size_t depth_of(const Value& value) {
  std::size_t depth = 0;
  for (const auto& entry : value.entries) depth = std::max(depth, depth_of(entry.value));
  return depth + 1;
}

std::vector<const yaml::Entry*> by_key(const Value& mapping) {
  std::vector<const yaml::Entry*> entries;
  entries.reserve(mapping.entries.size());
  for (const auto& entry : mapping.entries) entries.push_back(&entry);
  std::ranges::sort(entries, {}, &yaml::Entry::key);
  return entries;
}

bool equal(const Value& left, const Value& right) {
  if (left.kind != right.kind || left.text != right.text || left.typed != right.typed) return false;
  if (left.entries.size() != right.entries.size()) return false;
  if (left.is_sequence())
    return std::ranges::equal(left.entries, right.entries, equal, &yaml::Entry::value,
                              &yaml::Entry::value);
  return std::ranges::equal(by_key(left), by_key(right),
                            [](const yaml::Entry* one, const yaml::Entry* other) {
                              return one->key == other->key && equal(one->value, other->value);
                            });
}

class Patcher {
 public:
  explicit Patcher(Value& root) : root_(root) {}

  std::optional<JsonPatchProblem> apply(const Node& patch) {
    if (!patch.is_sequence())
      return JsonPatchProblem{patch, "a JSON patch is a list of operations"};
    for (const auto& operation : patch) {
      at_ = operation;
      const auto problem = apply_one(operation);
      if (!problem.empty()) return JsonPatchProblem{at_, problem};
    }
    return std::nullopt;
  }

 private:
  std::string apply_one(const Node& operation) {
    const auto op = operation["op"].text();
    const auto path = pointer_in(operation, "path");
    if (!path) return wrong_pointer(operation, "path");
    if (op == "remove") return remove(*path);
    if (op == "move" || op == "copy") return copy(operation, *path, op == "move");
    if (op != "add" && op != "replace" && op != "test") return wrong_operation(operation);
    if (!operation["value"]) return fmt::format("the operation '{}' lacks its 'value'", op);
    at_ = operation["path"];
    auto value = Value::from(operation["value"]);
    if (op == "test") return test(*path, value);
    return op == "add" ? add(*path, std::move(value)) : replace(*path, std::move(value));
  }

  static std::optional<Pointer> pointer_in(const Node& operation, std::string_view key) {
    return operation[key].is_scalar() ? pointer(operation[key].text()) : std::nullopt;
  }

  std::string wrong_pointer(const Node& operation, std::string_view key) {
    if (!operation[key]) return fmt::format("an operation lacks its '{}'", key);
    at_ = operation[key];
    return fmt::format("'{}' is {}, which is no JSON pointer", key, shown(at_));
  }

  std::string wrong_operation(const Node& operation) {
    if (!operation["op"]) return "an operation lacks its 'op'";
    at_ = operation["op"];
    return fmt::format("{} is no operation of a JSON patch", shown(at_));
  }

  /// The number that a name means in a list; up to `end` included.
  static std::optional<std::size_t> index_in(std::string_view name, std::size_t end) {
    const auto index = ordinal(name);
    if (!index || static_cast<std::size_t>(*index) > end) return std::nullopt;
    return static_cast<std::size_t>(*index);
  }

  static Value* child(Value& value, const std::string& name) {
    if (auto* entry = value.find(name)) return &entry->value;
    if (!value.is_sequence()) return nullptr;
    const auto index = index_in(name, value.entries.size());
    return index && *index < value.entries.size() ? &value.entries[*index].value : nullptr;
  }

  /// What stands `above` names before the end of a path; null if nothing does.
  Value* find(const Pointer& path, std::size_t above = 0) {
    Value* value = &root_;
    for (std::size_t i = 0; value && i + above < path.size(); ++i) value = child(*value, path[i]);
    return value;
  }

  static std::string missing(const Pointer& path) {
    std::string text;
    for (const auto& name : path) text += '/' + name;
    return fmt::format("there is no '{}'", cut(text));
  }

  std::string add(const Pointer& path, Value value) {
    if (path.size() + depth_of(value) > deepest) return "what it makes is nested too deeply";
    if (path.empty()) {
      root_ = std::move(value);
      return {};
    }
    auto* parent = find(path, 1);
    if (!parent || parent->entries.empty()) return add_first(parent, path, std::move(value));
    if (parent->is_mapping()) {
      parent->set(path.back(), std::move(value));
      return {};
    }
    const auto end = parent->entries.size();
    const auto index = path.back() == "-" ? end : index_in(path.back(), end);
    if (!index) return missing(path);
    parent->entries.insert(parent->entries.begin() + static_cast<std::ptrdiff_t>(*index),
                           yaml::Entry{.key = {}, .value = std::move(value)});
    return {};
  }

  /// Into an empty collection.
  static std::string add_first(Value* parent, const Pointer& path, Value value) {
    const bool is_mapping = parent && parent->is_mapping();
    const bool is_sequence =
        parent && parent->is_sequence() && (path.back() == "-" || path.back() == "0");
    if (!is_mapping && !is_sequence) {
      return missing(Pointer(path.begin(), std::prev(path.end())));
    }
    parent->entries.push_back({.key = is_mapping ? path.back() : "", .value = std::move(value)});
    return {};
  }

  std::string replace(const Pointer& path, Value value) {
    if (path.size() + depth_of(value) > deepest) return "what it makes is nested too deeply";
    if (auto* old = find(path)) {
      *old = std::move(value);
      return {};
    }
    // Go's JSON patches, and kustomize with them, add to a mapping what is not there to replace.
    auto* parent = path.empty() ? nullptr : find(path, 1);
    if (!parent || !parent->is_mapping()) return missing(path);
    parent->set(path.back(), std::move(value));
    return {};
  }

  std::string remove(const Pointer& path) {
    at_ = at_["path"];
    auto* parent = path.empty() ? nullptr : find(path, 1);
    if (!parent || !find(path)) return missing(path);
    if (parent->is_mapping()) {
      parent->erase(path.back());
    } else if (const auto index = index_in(path.back(), parent->entries.size())) {
      parent->entries.erase(parent->entries.begin() + static_cast<std::ptrdiff_t>(*index));
    }
    return {};
  }

  std::string copy(const Node& operation, const Pointer& to, bool moves) {
    const auto from = pointer_in(operation, "from");
    if (!from) return wrong_pointer(operation, "from");
    const auto* found = find(*from);
    at_ = operation["from"];
    if (!found) return missing(*from);
    copied_ += count_of(*found);
    if (copied_ > most_copied_values) return "it copies too much";
    auto value = *found;
    at_ = operation;
    if (moves) {
      auto problem = remove(*from);
      if (!problem.empty()) return problem;
    }
    at_ = operation["path"];
    return add(to, std::move(value));
  }

  std::string test(const Pointer& path, const Value& value) {
    const auto* found = find(path);
    if (!found) return missing(path);
    return equal(*found, value) ? "" : "what it tests for does not hold";
  }

  Value& root_;
  Node at_{};
  std::size_t copied_ = 0;
};

}  // namespace

std::optional<JsonPatchProblem> apply_json_patch(Value& object, const Node& patch) {
  auto patched = object;
  auto problem = Patcher(patched).apply(patch);
  if (!problem) object = std::move(patched);
  return problem;
}

}  // namespace cassmesh
