// Booleans, numbers, choices and texts, with what to write for a word that was nearly right.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "../text.hpp"
#include "check.hpp"

namespace cassmesh::spec {

using yaml::Node;
using yaml::Value;

namespace {

/// The word for a boolean that people write for it, or nothing.
std::string_view meant_boolean(std::string_view word) {
  static const std::map<std::string_view, std::string_view> meant{
      {"yes", "true"},    {"on", "true"},    {"True", "true"}, {"TRUE", "true"},
      {"true", "true"},   {"no", "false"},   {"off", "false"}, {"False", "false"},
      {"FALSE", "false"}, {"false", "false"}};
  const auto found = meant.find(word);
  return found == meant.end() ? std::string_view() : found->second;
}

/// The digits of a whole number without sign and leading zeros; empty if the text is none.
std::string_view digits_of(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return {};
  return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

bool in_range(std::string_view digits, const Key& key) {
  long number = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return result.ec == std::errc() && number >= key.least && number <= key.most;
}

}  // namespace

Value Checker::scalar(const Node& node, const Key& key) {
  switch (key.type) {
    case Type::boolean:
      return boolean(node, key);
    case Type::integer:
      return integer(node, key);
    case Type::port:
      return meant_boolean(node.text()) == "false" ? boolean(node, key) : integer(node, key);
    case Type::choice:
      return choice(node, key);
    default:
      return text(node, key);
  }
}

Value Checker::boolean(const Node& node, const Key& key) {
  if (!node.quoted() && (node.text() == "true" || node.text() == "false")) return Value::from(node);
  const auto meant = meant_boolean(node.text());
  return wrong(key, node, fmt::format("'{}' is {}, not {}", key.path, wanted(key), written(node)),
               meant.empty() ? "" : fmt::format("write {}", meant));
}

Value Checker::integer(const Node& node, const Key& key) {
  const auto digits = digits_of(node.text());
  if (digits.empty()) {
    return wrong(key, node,
                 fmt::format("{} is {}, not {}", subject(key), wanted_number(key), shown(node)),
                 key.type == Type::port ? "write its number, or false to leave it out"
                                        : "write it in plain decimal digits");
  }
  if (node.text().starts_with('-') || !in_range(digits, key)) {
    return wrong(key, node,
                 fmt::format("{} is {}, but it ranges from {} to {}", subject(key),
                             cut(node.text()), key.least, key.most));
  }
  if (!node.quoted() && node.text() == digits) return Value::from(node);
  return wrong(key, node,
               fmt::format("{} is {}, not {}", subject(key), wanted_number(key), written(node)),
               fmt::format("write {}", digits));
}

Value Checker::choice(const Node& node, const Key& key) {
  if (std::ranges::find(key.choices, node.text()) != key.choices.end()) return Value::from(node);
  const auto near = closest(node.text(), key.choices);
  return wrong(
      key, node,
      fmt::format("'{}' is one of {}, not {}", key.path, fmt::join(key.choices, ", "), shown(node)),
      near.empty() ? "" : fmt::format("did you mean '{}'?", near));
}

Value Checker::text(const Node& node, const Key& key) {
  const auto problem = key.form ? key.form->problem(node.text()) : std::string();
  if (problem.empty()) {
    auto value = Value::string(std::string(node.text()));
    value.origin = node;
    return value;
  }
  if (node.text().empty()) return wrong(key, node, fmt::format("'{}' is empty", key.path));
  return wrong(key, node,
               problem.starts_with(':')
                   ? fmt::format("'{}'{}", key.path, problem)
                   : fmt::format("'{}' is {}, which {}", key.path, shown(node), problem));
}

}  // namespace cassmesh::spec
