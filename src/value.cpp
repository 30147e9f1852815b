#include "cassmesh/value.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace cassmesh::yaml {
namespace {

/// True if some reader may take the plain `text` for something other than a string. Numbers,
/// booleans and dates are made of these characters; a text that has others is one, and may need
/// quotes to be written again.
bool may_be_typed(std::string_view text) {
  const auto usual = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("+-.:_~ ").find(c) != std::string_view::npos;
  };
  return !plain_is_string(text) && std::ranges::all_of(text, usual);
}

/// Of duplicate keys the last counts, in the first one's place.
void copy_entries(const Node& node, Value& value) {
  value.entries.reserve(node.size());  // keeps the keys in their places
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto child : node) {
    const auto [place, added] = places.emplace(child.key(), value.entries.size());
    if (added) {
      value.entries.push_back({.key = std::string(child.key()), .value = Value::from(child)});
    } else {
      value.entries[place->second].value = Value::from(child);
    }
  }
}

}  // namespace

Value::Value() = default;

Value Value::string(std::string text) {
  Value value;
  value.kind = Kind::scalar;
  value.text = std::move(text);
  return value;
}

Value Value::literal(std::string text) {
  auto value = string(std::move(text));
  value.typed = true;
  return value;
}

Value Value::integer(long number) {
  return literal(std::to_string(number));
}

Value Value::sequence() {
  return sequence(std::vector<Value>());
}

Value Value::sequence(std::vector<Value> items) {
  Value value;
  value.kind = Kind::sequence;
  for (auto& item : items) value.add(std::move(item));
  return value;
}

Value Value::strings(const std::vector<std::string>& items) {
  auto value = sequence();
  for (const auto& item : items) value.add(string(item));
  return value;
}

Value Value::mapping() {
  return mapping(std::vector<Entry>());
}

Value Value::mapping(std::vector<Entry> entries) {
  Value value;
  value.kind = Kind::mapping;
  value.entries = std::move(entries);
  return value;
}

Value Value::from(const Node& node) {
  Value value;
  value.origin = node;
  switch (node.kind()) {
    case yaml::Kind::missing:
      break;
    case yaml::Kind::null:
      value.kind = Kind::null;
      break;
    case yaml::Kind::scalar:
      value.kind = Kind::scalar;
      value.text = node.text();
      value.typed = !node.quoted() && may_be_typed(node.text());
      break;
    case yaml::Kind::sequence:
      value.kind = Kind::sequence;
      for (const auto child : node) value.add(from(child));
      break;
    case yaml::Kind::mapping:
      value.kind = Kind::mapping;
      copy_entries(node, value);
      break;
  }
  return value;
}

const Value& Value::operator[](std::string_view key) const {
  static const Value none;
  if (kind != Kind::mapping) return none;
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? none : found->value;
}

Entry* Value::find(std::string_view key) {
  if (kind != Kind::mapping) return nullptr;
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

Value& Value::set(std::string key, Value value) {
  if (auto* entry = find(key)) {
    entry->value = std::move(value);
    return entry->value;
  }
  return entries.emplace_back(Entry{.key = std::move(key), .value = std::move(value)}).value;
}

void Value::erase(std::string_view key) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

Value& Value::add(Value item) {
  return add(std::move(item), {});
}

Value& Value::add(Value item, std::vector<std::string> comment) {
  return entries
      .emplace_back(Entry{.key = {}, .value = std::move(item), .comment = std::move(comment)})
      .value;
}

void merge(Value& base, const Value& over) {
  if (!over) return;
  if (!base.is_mapping() || !over.is_mapping()) {
    base = over;
    return;
  }
  base.entries.reserve(base.entries.size() +
                       over.entries.size());  // keeps the keys in their places
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < base.entries.size(); ++i) places.emplace(base.entries[i].key, i);
  for (const auto& entry : over.entries) {
    const auto found = places.find(entry.key);
    if (found != places.end()) {
      merge(base.entries[found->second].value, entry.value);
    } else if (entry.value.kind != Value::Kind::null) {
      base.entries.push_back(entry);
    }
  }
  std::erase_if(base.entries,
                [](const Entry& entry) { return entry.value.kind == Value::Kind::null; });
}

}  // namespace cassmesh::yaml
