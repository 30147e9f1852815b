// Every value is checked alone and in full, so that one run shows all that is wrong.

#include "check.hpp"

#include <fmt/core.h>

#include <utility>

#include "../text.hpp"
#include "meant.hpp"

namespace cassmesh::spec {

using yaml::Node;
using yaml::Value;

namespace {

/// The holder of keys as a sentence says it.
std::string holder(std::string_view path) {
  return path.ends_with("[]") ? fmt::format("an item of '{}'", path.substr(0, path.size() - 2))
                              : fmt::format("'{}'", path);
}

Place first_line(const Node& item) {
  return item.size() > 0 ? (*item.begin()).key_where() : item.place();
}

/// As if it were not there; over an earlier file it resets to the default.
Value nothing(const Node& node) {
  Value value;
  value.kind = Value::Kind::null;
  value.origin = node;
  return value;
}

/// The kind of YAML that a type is written in.
yaml::Kind kind_of(Type type) {
  switch (type) {
    case Type::group:
    case Type::text_map:
    case Type::kubernetes_mapping:
      return yaml::Kind::mapping;
    case Type::list:
    case Type::integers:
    case Type::kubernetes_list:
      return yaml::Kind::sequence;
    default:
      return yaml::Kind::scalar;
  }
}

}  // namespace

Value Checker::group(const Node& node, std::string_view path) {
  auto result = Value::mapping();
  result.origin = node;
  const bool in_list = path.find('[') != std::string_view::npos;
  Seen seen;
  for (const auto child : node) {
    const auto child_path =
        path.empty() ? std::string(child.key()) : fmt::format("{}.{}", path, child.key());
    const auto* key = find_key(child_path);
    if (!first_of_its_name(child, seen)) {
      if (key) refused(*key);
    } else if (!key || child.key().find_first_of(".[]") != std::string_view::npos) {
      unknown(child.key(), path, child.key_where());
    } else if (auto value = this->value(child, *key);
               value && !(in_list && value.kind == Value::Kind::null)) {
      result.set(std::string(child.key()), std::move(value));
    }
  }
  return result;
}

Value Checker::root(const Node& node) {
  return has_tag(node) ? Value() : group(node, "");
}

Value Checker::value(const Node& node, const Key& key) {
  if (!node || node.is_null()) return nothing(node);
  if (has_tag(node)) return refused(key);
  if (node.kind() != kind_of(key.type)) return wrong_type(key, node);
  switch (key.type) {
    case Type::group:
      return group(node, key.path);
    case Type::list:
      return list(node, key);
    case Type::integers:
      return integers(node, key);
    case Type::text_map:
      return text_map(node, key);
    case Type::kubernetes_mapping:
    case Type::kubernetes_list:
      return kubernetes(node, key);
    default:
      return scalar(node, key);
  }
}

void Checker::unknown(std::string_view name, std::string_view path, const Place& place) {
  complain(place,
           fmt::format("unknown key '{}'{}", cut(name), path.empty() ? "" : " in " + holder(path)),
           meant_key(name, path));
}

void Checker::complain(const Place& place, std::string message, std::string fix,
                       std::vector<Related> related) {
  problems_.push_back({.rule = cluster_spec,
                       .severity = Severity::error,
                       .message = std::move(message),
                       .place = place,
                       .related = std::move(related),
                       .fix = std::move(fix)});
}

bool Checker::first_of_its_name(const Node& child, Seen& seen) {
  const auto [first, added] = seen.emplace(child.key(), child);
  if (added) return true;
  complain(child.key_where(), fmt::format("key '{}' is given twice", cut(child.key())),
           "remove one of the two", {{first->second.key_where(), "the first one"}});
  return false;
}

/// Tags change what a value is, and readers disagree on them; only `!!str` says what we do anyway.
bool Checker::has_tag(const Node& node) {
  if (node.tag().empty() || node.tag() == "!" || node.tag() == "tag:yaml.org,2002:str")
    return false;
  constexpr std::string_view yaml_tags = "tag:yaml.org,2002:";
  const bool known = node.tag().starts_with(yaml_tags);
  complain(node.place(),
           fmt::format("the tag '{}{}' is not supported", known ? "!!" : "",
                       cut(node.tag().substr(known ? yaml_tags.size() : 0))),
           "remove the tag");
  return true;
}

Value Checker::list(const Node& node, const Key& key) {
  auto result = Value::sequence();
  result.origin = node;
  const auto path = fmt::format("{}[]", key.path);
  for (const auto item : node) {
    if (!item.is_mapping()) {
      wrong(key, item, fmt::format("an item of '{}' is a mapping, not {}", key.path, shown(item)),
            fmt::format("its keys are {}", names_of(keys_below(path))));
      continue;
    }
    auto value = group(item, path);
    for (const auto* below : keys_below(path)) require(*below, value, item, key);
    result.add(std::move(value));
  }
  return result;
}

/// A required key, or one that a required group needs.
void Checker::require(const Key& key, const Value& holder, const Node& item, const Key& list) {
  if (!key.required) return;
  const auto name = last_part(key.path);
  const auto node = item[name];
  if (!node || node.is_null()) {
    unsound_.emplace(list.path);
    complain(first_line(item),
             fmt::format("an item of '{}' lacks its '{}'", list.path,
                         key.path.substr(list.path.size() + 3)),
             fmt::format("add '{}', as in '{}: {}'", name, name,
                         key.type == Type::group ? "{kind: StatefulSet}" : key.example));
    return;
  }
  if (key.type != Type::group || !node.is_mapping()) return;
  for (const auto* below : keys_below(key.path)) require(*below, holder[name], node, list);
}

Value Checker::integers(const Node& node, const Key& key) {
  auto result = Value::sequence();
  result.origin = node;
  for (const auto item : node) {
    if (has_tag(item)) {
      refused(key);
    } else if (!item.is_scalar()) {
      wrong(key, item,
            fmt::format("{} is {}, not {}", subject(key), wanted_number(key), shown(item)));
    } else if (auto number = integer(item, key)) {
      result.add(std::move(number));
    }
  }
  return result;
}

Value Checker::text_map(const Node& node, const Key& key) {
  auto result = Value::mapping();
  result.origin = node;
  Seen seen;
  for (const auto child : node) {
    if (!first_of_its_name(child, seen)) continue;
    if (auto value = text_entry(child, child.key(), child.key_where(), key)) {
      result.entries.push_back({.key = std::string(child.key()), .value = std::move(value)});
    }
  }
  return result;
}

Value Checker::text_entry(const Node& node, std::string_view name, const Place& name_place,
                          const Key& key) {
  if (const auto problem = label_key_problem(name)) {
    refused(key);
    complain(name_place,
             name.empty() ? fmt::format("a key in '{}' is empty", key.path)
                          : fmt::format("the key '{}' in '{}' {}", cut(name), key.path, *problem));
    return {};
  }
  if (!node || node.is_null()) return nothing(node);
  if (has_tag(node)) return refused(key);
  if (!node.is_scalar()) {
    return wrong(key, node,
                 fmt::format("'{}' in '{}' is a text, not {}", name, key.path, shown(node)));
  }
  // An annotation may be any text.
  const auto problem = key.path == "labels" ? label_value_problem(node.text()) : std::nullopt;
  if (problem) {
    return wrong(key, node,
                 fmt::format("the label '{}' is {}, which {}", name, shown(node), *problem));
  }
  auto value = Value::string(std::string(node.text()));
  value.origin = node;
  return value;
}

/// Kubernetes' own shapes pass through; only what YAML readers would not agree on is refused.
Value Checker::kubernetes(const Node& node, const Key& key) {
  const auto before = problems_.size();
  check_kubernetes(node);
  return problems_.size() == before ? Value::from(node) : refused(key);
}

void Checker::check_kubernetes(const Node& node) {
  has_tag(node);
  Seen seen;
  for (const auto child : node) {
    if (node.is_mapping()) first_of_its_name(child, seen);
    check_kubernetes(child);
  }
}

Value Checker::wrong_type(const Key& key, const Node& node) {
  std::string fix;
  if (key.type == Type::group) fix = fmt::format("its keys are {}", names_of(keys_below(key.path)));
  return wrong(key, node, fmt::format("'{}' is {}, not {}", key.path, wanted(key), shown(node)),
               std::move(fix));
}

Value Checker::wrong(const Key& key, const Node& node, std::string message, std::string fix) {
  complain(node.place(), std::move(message), std::move(fix));
  return refused(key);
}

/// Nothing further is concluded from the value, nor from the list that it stands in.
Value Checker::refused(const Key& key) {
  unsound_.emplace(key.path);
  unsound_.emplace(key.path.substr(0, key.path.find('[')));
  return {};
}

}  // namespace cassmesh::spec
