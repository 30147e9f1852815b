#include "strategic_merge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cassmesh {
namespace {

using yaml::Value;

/// The keys by which the items of a list are told apart.
struct MergeKeys {
  std::string_view first{};
  std::string_view second{};  ///< for kustomize alone; may be left out in one of two items
};

struct MergeKeyRow {
  std::string_view parent;  ///< the key that holds the owner of the list, `*` for any
  std::string_view list;
  MergeKeys keys;
};

/// The lists that strategic merge knows by a key.
/// Source: patchMergeKey tags in k8s.io/api core/v1 types.go and meta/v1 types.go; for kustomize
/// x-kubernetes-list-map-keys in Kubernetes' OpenAPI.
constexpr std::array merge_keys{
    MergeKeyRow{"*", "containers", {"name"}},
    MergeKeyRow{"*", "initContainers", {"name"}},
    MergeKeyRow{"*", "ephemeralContainers", {"name"}},
    MergeKeyRow{"*", "env", {"name"}},
    MergeKeyRow{"*", "volumes", {"name"}},
    MergeKeyRow{"*", "volumeMounts", {"mountPath"}},
    MergeKeyRow{"*", "volumeDevices", {"devicePath"}},
    MergeKeyRow{"*", "imagePullSecrets", {"name"}},
    MergeKeyRow{"*", "secrets", {"name"}},
    MergeKeyRow{"*", "hostAliases", {"ip"}},
    MergeKeyRow{"*", "topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}},
    MergeKeyRow{"*", "ownerReferences", {"uid"}},
    MergeKeyRow{"*", "webhooks", {"name"}},
    MergeKeyRow{"spec", "ports", {"port", "protocol"}},
    MergeKeyRow{"containers", "ports", {"containerPort", "protocol"}},
    MergeKeyRow{"initContainers", "ports", {"containerPort", "protocol"}},
};

bool deletes(const Value& over) {
  return over["$patch"].text == "delete";
}

/// True of the item that stands for no item, but for what is to become of the list.
bool is_replace_marker(const Value& item) {
  return item.entries.size() == 1 && item["$patch"].text == "replace";
}

bool replaces(const Value& over) {
  return over.is_sequence()
             ? std::ranges::any_of(over.entries, is_replace_marker, &yaml::Entry::value)
             : over["$patch"].text == "replace";
}

/// An empty collection of the kind and at the place of `over`.
Value empty(const Value& over) {
  Value value;
  value.kind = over.kind;
  value.origin = over.origin;
  return value;
}

/// The items of a list by their keys. Pointers into the list would not outlive what is done to it.
class Index {
 public:
  Index(const Value& list, const MergeKeys& keys) : list_(list), keys_(keys) {
    gone_.resize(list.entries.size());
    for (std::size_t i = 0; i < list.entries.size(); ++i)
      positions_[list.entries[i].value[keys.first].text].push_back(i);
  }

  /// The first item that is there still and has the keys of `item`.
  std::optional<std::size_t> find(const Value& item) const {
    const auto found = positions_.find(item[keys_.first].text);
    if (found == positions_.end()) return std::nullopt;
    const auto fits = [&](std::size_t i) { return !gone_[i] && has_second(item, i); };
    const auto position = std::ranges::find_if(found->second, fits);
    return position == found->second.end() ? std::nullopt : std::optional(*position);
  }

  /// Takes note of an item that was appended to the list.
  void add_last() {
    positions_[list_.entries.back().value[keys_.first].text].push_back(gone_.size());
    gone_.push_back(false);
  }
  void take_away(std::size_t position) { gone_[position] = true; }
  bool is_gone(std::size_t position) const { return gone_[position]; }

 private:
  bool has_second(const Value& item, std::size_t position) const {
    if (keys_.second.empty()) return true;
    const auto& wanted = item[keys_.second].text;
    const auto& has = list_.entries[position].value[keys_.second].text;
    return wanted.empty() || has.empty() || wanted == has;
  }

  const Value& list_;
  MergeKeys keys_;
  std::unordered_map<std::string, std::vector<std::size_t>> positions_;
  std::vector<bool> gone_;
};

class Patcher {
 public:
  explicit Patcher(MergeStyle style) : style_(style) {}

  std::vector<PatchProblem> take() { return std::move(problems_); }

  /// An order that is not known would be lost.
  void check_directives(const Value& patch) {
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

  void mapping(Value& base, const Value& patch, std::string_view name) {
    auto& entries = base.entries;
    entries.reserve(entries.size() + patch.entries.size());  // keeps the keys in their places
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < entries.size(); ++i) places.emplace(entries[i].key, i);
    std::set<std::size_t> gone;
    for (const auto& [key, over, comment] : patch.entries) {
      if (key.starts_with('$')) continue;
      const auto place = places.find(key);
      if (over.kind == Value::Kind::null || deletes(over)) {
        if (place == places.end()) continue;
        gone.insert(place->second);
        places.erase(place);
      } else if (place != places.end()) {
        value(entries[place->second].value, over, name, key);
      } else if (auto made = from_nothing(over, name, key)) {
        entries.push_back({.key = key, .value = std::move(made), .comment = {}});
        places.emplace(entries.back().key, entries.size() - 1);
      }
    }
    take_away(entries, gone);
  }

 private:
  static void take_away(std::vector<yaml::Entry>& entries, const std::set<std::size_t>& positions) {
    if (positions.empty()) return;
    std::size_t at = 0;
    std::erase_if(entries, [&](const yaml::Entry&) { return positions.contains(at++); });
  }

  MergeKeys keys_of(std::string_view parent, std::string_view list) const {
    if (style_ == MergeStyle::json) return {};
    const auto found = std::ranges::find_if(merge_keys, [&](const MergeKeyRow& row) {
      return row.list == list && (row.parent == "*" || row.parent == parent);
    });
    if (found == merge_keys.end()) return {};
    return style_ == MergeStyle::kustomize ? found->keys : MergeKeys{found->keys.first};
  }

  void check_item(const Value& item) {
    const auto& order = item["$patch"];
    if (order.text == "merge") {
      complain(order, "'$patch' in an item of a list is delete or replace, not 'merge'",
               "leave it out: an item is merged without it");
    } else if (order.text == "replace" && !is_replace_marker(item)) {
      complain(order, "'$patch: replace' in a list replaces all of it, and stands in its own item",
               "write '- $patch: replace' to replace the list, or leave it out");
    }
  }

  void value(Value& base, const Value& over, std::string_view parent, std::string_view key) {
    const bool replaced = over.is_mapping() && replaces(over);
    if (base.kind != over.kind || replaced) base = empty(over);
    if (over.is_mapping()) {
      mapping(base, over, key);
    } else if (over.is_sequence()) {
      list(base, over, keys_of(parent, key), key);
    } else if (base.text != over.text || base.typed != over.typed || !base.origin) {
      base = over;  // what the patch only repeats stays where it was
    }
  }

  /// What `over` makes where nothing is: absent if all that it does is to take away.
  Value from_nothing(const Value& over, std::string_view parent, std::string_view key) {
    Value made;
    value(made, over, parent, key);
    const bool only_takes_away = made.entries.empty() && !over.entries.empty() && !replaces(over);
    if (only_takes_away) made = {};
    return made;
  }

  /// In the order of Kubernetes' mergeSliceWithSpecialElements: wherever they stand, deletions come
  /// first, then `$patch: replace`, then the items. Those of a new list are not looked for, so it
  /// can have two of one key, as the ports of TCP and UDP have.
  void list(Value& base, const Value& over, const MergeKeys& by, std::string_view name) {
    delete_items(base, over, by, name);
    if (by.first.empty() || replaces(over)) base.entries.clear();
    if (!base.entries.empty()) {
      merge_items(base, over, by, name);
      return;
    }
    base.origin = over.origin;
    for (const auto& [none, item, comment] : over.entries) {
      if (deletes(item) || is_replace_marker(item)) continue;
      if (auto made = from_nothing(item, "", name)) base.add(std::move(made));
    }
  }

  void delete_items(Value& base, const Value& over, const MergeKeys& by, std::string_view name) {
    if (std::ranges::none_of(over.entries, deletes, &yaml::Entry::value)) return;
    Index index(base, by);
    for (const auto& [none, item, comment] : over.entries) {
      if (!deletes(item)) continue;
      if (by.first.empty()) {
        complain(item["$patch"],
                 fmt::format("'{}' is replaced as a whole, so no item of it can be deleted", name),
                 "list the items that stay");
      } else if (has_id(item, by, name)) {
        delete_item(index, item, by, name);
      }
    }
    drop(base, index);
  }

  void delete_item(Index& index, const Value& item, const MergeKeys& by, std::string_view name) {
    if (const auto found = index.find(item)) {
      index.take_away(*found);
    } else if (const auto& id = item[by.first]; style_ == MergeStyle::api_server) {
      complain(id, fmt::format("'{}' has no item with {} '{}' to delete", name, by.first, id.text),
               "");
    }
  }

  static void drop(Value& base, const Index& index) {
    std::size_t position = 0;
    std::erase_if(base.entries,
                  [&](const yaml::Entry& /*entry*/) { return index.is_gone(position++); });
  }

  /// kustomize puts the items of the patch in front, those that were there before too; where items
  /// have two keys, only new ones.
  void merge_items(Value& base, const Value& over, const MergeKeys& by, std::string_view name) {
    Index index(base, by);
    auto in_front = Value::sequence();
    for (const auto& [none, item, comment] : over.entries) {
      if (deletes(item) || is_replace_marker(item) || !has_id(item, by, name)) continue;
      const auto found = index.find(item);
      if (found) mapping(base.entries[*found].value, item, name);
      if (style_ == MergeStyle::kustomize && !found) {
        in_front.add(from_nothing(item, "", name));
      } else if (style_ == MergeStyle::kustomize && by.second.empty()) {
        in_front.add(std::move(base.entries[*found].value));
        index.take_away(*found);
      } else if (!found) {
        base.add(from_nothing(item, "", name));
        index.add_last();
      }
    }
    drop(base, index);
    base.entries.insert(base.entries.begin(), std::move_iterator(in_front.entries.begin()),
                        std::move_iterator(in_front.entries.end()));
  }

  bool has_id(const Value& item, const MergeKeys& by, std::string_view name) {
    if (item[by.first].kind == Value::Kind::scalar) return true;
    complain(item,
             fmt::format("an item of '{}' is found by its '{}', which is not given here", name,
                         by.first),
             fmt::format("add '{}'", by.first));
    return false;
  }

  void complain(const Value& at, std::string message, std::string fix) {
    problems_.push_back({at.origin.place(), std::move(message), std::move(fix)});
  }

  MergeStyle style_;
  std::vector<PatchProblem> problems_;
};

}  // namespace

std::vector<PatchProblem> strategic_merge(Value& object, const Value& patch, MergeStyle style) {
  Patcher patcher(style);
  patcher.check_directives(patch);
  patcher.mapping(object, patch, "");
  return patcher.take();
}

}  // namespace cassmesh
