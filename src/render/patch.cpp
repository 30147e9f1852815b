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
      if (patch.is_sequence()) {
        check_item(value);
      } else if (key == "$patch" && value.text != "merge" && value.text != "delete" &&
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
      if (over.kind == yaml::Value::Kind::null || deletes(over)) {
        base.erase(key);
      } else if (auto* entry = base.find(key)) {
        value(entry->value, over, name, key);
      } else if (auto made = from_nothing(over, name, key)) {
        base.set(key, std::move(made));
      }
    }
  }

 private:
  static bool deletes(const yaml::Value& over) { return over["$patch"].text == "delete"; }

  /// True of the item that stands for no item, but for what is to become of the list.
  static bool is_replace_marker(const yaml::Value& item) {
    return item.entries.size() == 1 && item["$patch"].text == "replace";
  }

  static bool replaces(const yaml::Value& over) {
    return over.is_sequence()
               ? std::ranges::any_of(over.entries, is_replace_marker, &yaml::Entry::value)
               : over["$patch"].text == "replace";
  }

  void check_item(const yaml::Value& item) {
    const auto& order = item["$patch"];
    if (order.text == "merge") {
      complain(order, "'$patch' in an item of a list is delete or replace, not 'merge'",
               "leave it out: an item is merged without it");
    } else if (order.text == "replace" && !is_replace_marker(item)) {
      complain(order, "'$patch: replace' in a list replaces all of it, and stands in its own item",
               "write '- $patch: replace' to replace the list, or leave it out");
    }
  }

  void value(yaml::Value& base, const yaml::Value& over, std::string_view parent,
             std::string_view key) {
    const bool replaced = over.is_mapping() && replaces(over);
    if (base.kind != over.kind || replaced) base = empty(over);
    if (over.is_mapping()) {
      mapping(base, over, key);
    } else if (over.is_sequence()) {
      list(base, over, merge_key(parent, key), key);
    } else {
      base = over;
    }
  }

  /// What `over` makes where nothing is: absent if all that it does is to take away.
  yaml::Value from_nothing(const yaml::Value& over, std::string_view parent, std::string_view key) {
    yaml::Value made;
    value(made, over, parent, key);
    const bool only_takes_away = made.entries.empty() && !over.entries.empty() && !replaces(over);
    if (only_takes_away) made = {};
    return made;
  }

  /// An empty collection of the kind and at the place of `over`.
  static yaml::Value empty(const yaml::Value& over) {
    yaml::Value value;
    value.kind = over.kind;
    value.origin = over.origin;
    return value;
  }

  /// In the order of Kubernetes' mergeSliceWithSpecialElements: wherever they stand, deletions come
  /// first, then `$patch: replace`, then the items. Those of a new list are not looked for, so it
  /// can have two of one key, as the ports of TCP and UDP have.
  void list(yaml::Value& base, const yaml::Value& over, std::string_view by,
            std::string_view name) {
    for (const auto& [none, item, comment] : over.entries) {
      if (deletes(item)) erase_item(base, item, by, name);
    }
    if (by.empty() || replaces(over)) base.entries.clear();
    const bool is_new = base.entries.empty();
    for (const auto& [none, item, comment] : over.entries) {
      if (deletes(item) || is_replace_marker(item)) continue;
      if (!is_new) {
        merge_item(base, item, by, name);
      } else if (auto made = from_nothing(item, "", name)) {
        base.add(std::move(made));
      }
    }
  }

  void erase_item(yaml::Value& base, const yaml::Value& item, std::string_view by,
                  std::string_view name) {
    if (by.empty()) {
      complain(item["$patch"],
               fmt::format("'{}' is replaced as a whole, so no item of it can be deleted", name),
               "list the items that stay");
    } else if (const auto& id = item[by]; has_id(item, by, name)) {
      const auto found = find_item(base, id, by);
      if (found != base.entries.end()) {
        base.entries.erase(found);
      } else {
        complain(id, fmt::format("'{}' has no item with {} '{}' to delete", name, by, id.text), "");
      }
    }
  }

  void merge_item(yaml::Value& base, const yaml::Value& item, std::string_view by,
                  std::string_view name) {
    if (!has_id(item, by, name)) return;
    const auto found = find_item(base, item[by], by);
    if (found != base.entries.end()) {
      mapping(found->value, item, name);
    } else {
      base.add(from_nothing(item, "", name));
    }
  }

  static std::vector<yaml::Entry>::iterator find_item(yaml::Value& base, const yaml::Value& id,
                                                      std::string_view by) {
    return std::ranges::find_if(
        base.entries, [&](const yaml::Entry& entry) { return entry.value[by].text == id.text; });
  }

  bool has_id(const yaml::Value& item, std::string_view by, std::string_view name) {
    if (item[by].kind == yaml::Value::Kind::scalar) return true;
    complain(item,
             fmt::format("an item of '{}' is found by its '{}', which is not given here", name, by),
             fmt::format("add '{}'", by));
    return false;
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
