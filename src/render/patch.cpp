#include "patch.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cassmesh::render {
namespace {

struct MergeKey {
  std::string_view parent;  ///< the key that holds the owner of the list, `*` for any
  std::string_view list;
  std::string_view key;
};

/// The lists that strategic merge knows by a key.
/// Source: patchMergeKey tags in k8s.io/api core/v1 types.go and meta/v1 types.go.
constexpr std::array merge_keys{
    MergeKey{"*", "containers", "name"},
    MergeKey{"*", "initContainers", "name"},
    MergeKey{"*", "ephemeralContainers", "name"},
    MergeKey{"*", "env", "name"},
    MergeKey{"*", "volumes", "name"},
    MergeKey{"*", "volumeMounts", "mountPath"},
    MergeKey{"*", "volumeDevices", "devicePath"},
    MergeKey{"*", "imagePullSecrets", "name"},
    MergeKey{"*", "secrets", "name"},
    MergeKey{"*", "hostAliases", "ip"},
    MergeKey{"*", "topologySpreadConstraints", "topologyKey"},
    MergeKey{"*", "ownerReferences", "uid"},
    MergeKey{"spec", "ports", "port"},
    MergeKey{"containers", "ports", "containerPort"},
    MergeKey{"initContainers", "ports", "containerPort"},
};

std::string_view merge_key(std::string_view parent, std::string_view list) {
  const auto found = std::ranges::find_if(merge_keys, [&](const MergeKey& row) {
    return row.list == list && (row.parent == "*" || row.parent == parent);
  });
  return found == merge_keys.end() ? std::string_view() : found->key;
}

class Patcher {
 public:
  std::vector<Finding> take() { return std::move(findings_); }

  /// An order that is not known would be lost.
  void check_directives(const yaml::Value& patch) {
    for (const auto& [key, value, comment] : patch.entries) {
      if (key == "$patch" && value.text != "merge" && value.text != "delete" &&
          value.text != "replace") {
        complain(value, fmt::format("'$patch' is delete, merge or replace, not '{}'", value.text),
                 "");
      } else if (key.starts_with('$') && key != "$patch") {
        complain(value, fmt::format("patches know no '{}'", key), "use '$patch'");
      }
      check_directives(value);
    }
  }

  void mapping(yaml::Value& base, const yaml::Value& patch, std::string_view name) {
    for (const auto& [key, over, comment] : patch.entries) {
      if (key.starts_with('$')) continue;
      auto* entry = base.find(key);
      if (over.kind == yaml::Value::Kind::null || over["$patch"].text == "delete") {
        base.erase(key);
      } else if (!entry) {
        base.set(key, without_directives(over));
      } else {
        value(entry->value, over, name, key);
      }
    }
  }

 private:
  void value(yaml::Value& base, const yaml::Value& over, std::string_view parent,
             std::string_view key) {
    if (over.is_mapping() && base.is_mapping()) {
      if (over["$patch"].text == "replace") {
        base = without_directives(over);
      } else {
        mapping(base, over, key);
      }
      return;
    }
    const auto by = merge_key(parent, key);
    if (over.is_sequence() && base.is_sequence() && !by.empty()) {
      list(base, over, by, key);
    } else {
      base = without_directives(over);
    }
  }

  void list(yaml::Value& base, const yaml::Value& over, std::string_view by,
            std::string_view name) {
    for (const auto& [none, item, comment] : over.entries) {
      if (item.is_mapping() && item["$patch"].text == "replace" && item.entries.size() == 1) {
        base.entries.clear();
        continue;
      }
      const auto& id = item[by];
      if (id.kind != yaml::Value::Kind::scalar) {
        complain(
            item,
            fmt::format("an item of '{}' is found by its '{}', which is not given here", name, by),
            fmt::format("add '{}'", by));
        continue;
      }
      const auto found = std::ranges::find_if(
          base.entries, [&](const yaml::Entry& entry) { return entry.value[by].text == id.text; });
      if (item["$patch"].text == "delete") {
        if (found != base.entries.end()) {
          base.entries.erase(found);
        } else {
          complain(id, fmt::format("'{}' has no item with {} '{}' to delete", name, by, id.text),
                   "");
        }
      } else if (found == base.entries.end()) {
        base.add(without_directives(item));
      } else {
        mapping(found->value, item, name);
      }
    }
  }

  /// `value` as it is added: nulls and `$patch` are orders, not content.
  static yaml::Value without_directives(const yaml::Value& value) {
    auto copy = value;
    std::erase_if(copy.entries, [&](const yaml::Entry& entry) {
      return value.is_mapping() &&
             (entry.key == "$patch" || entry.value.kind == yaml::Value::Kind::null);
    });
    for (auto& entry : copy.entries) entry.value = without_directives(entry.value);
    return copy;
  }

  void complain(const yaml::Value& at, std::string message, std::string fix) {
    findings_.push_back({.rule = "cluster-spec",
                         .severity = Severity::error,
                         .message = std::move(message),
                         .place = at.origin.place(),
                         .fix = std::move(fix)});
  }

  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> apply_patch(yaml::Value& object, const yaml::Value& merge) {
  Patcher patcher;
  patcher.check_directives(merge);
  patcher.mapping(object, merge, "");
  return patcher.take();
}

}  // namespace cassmesh::render
