#include "scalar.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "shown.hpp"
#include "text.hpp"

namespace cassmesh::fields {
namespace {

bool is_boolean(std::string_view word) {
  static constexpr std::array<std::string_view, 8> words{"y", "yes", "true",  "on",
                                                         "n", "no",  "false", "off"};
  // In lower case, capitalised, or in capitals, but not `tRUE`.
  const auto lower = lower_case(word);
  if (std::ranges::find(words, lower) == words.end()) return false;
  const auto rest = word.substr(1);
  return std::ranges::all_of(rest, is_lower) ||
         (is_upper(word.front()) && std::ranges::all_of(rest, is_upper));
}

/// A number's sign and digits, without the `_` that may stand between them.
struct Digits {
  bool negative = false;
  std::string text;
};

Digits digits_of(std::string_view text) {
  Digits digits;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    digits.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  for (const char each : text) {
    if (each != '_') digits.text += each;
  }
  return digits;
}

/// The base of a whole number, which takes off its prefix; 0 if it is none.
int base_of(std::string& digits) {
  struct Prefix {
    std::string_view text;
    int base;
  };
  static constexpr std::array prefixes{Prefix{"0x", 16}, Prefix{"0o", 8}, Prefix{"0b", 2},
                                       Prefix{"0", 8}, Prefix{"", 10}};
  static constexpr std::string_view all = "0123456789abcdef";
  const auto lower = lower_case(digits);
  for (const auto& [text, base] : prefixes) {
    const auto rest = std::string_view(lower).substr(std::min(text.size(), lower.size()));
    if (!lower.starts_with(text) || rest.empty()) continue;
    const auto allowed = all.substr(0, static_cast<std::size_t>(base));
    if (rest.find_first_not_of(allowed) != std::string_view::npos) continue;
    if (base == 10 && lower.size() > 1 && lower.front() == '0') continue;  // 08 is a fraction
    digits = std::string(rest);
    return base;
  }
  return 0;
}

/// go-yaml's `^(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`.
bool is_fraction(std::string_view text) {
  const auto skip = [&text] {
    const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const bool whole = skip() > 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (skip() == 0 && !whole) return false;
  } else if (!whole) {
    return false;
  }
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return skip() > 0 && text.empty();
}

Json plain_type(std::string_view text) {
  if (text.empty() || text == "Null" || text == "NULL") return Json::null;
  if (is_boolean(text)) return Json::boolean;
  // Nobody writes longer numbers.
  const bool numeric = is_digit(text.front()) ||
                       std::string_view("+-.").find(text.front()) != std::string_view::npos;
  if (!numeric || text.size() > 64) return Json::text;
  auto digits = digits_of(text).text;
  if (base_of(digits) != 0) return Json::integer;
  return is_fraction(digits) ? Json::fraction : Json::text;
}

}  // namespace

Json json_type(const yaml::Node& node) {
  switch (node.kind()) {
    case yaml::Kind::missing:
    case yaml::Kind::null:
      return Json::null;
    case yaml::Kind::sequence:
      return Json::list;
    case yaml::Kind::mapping:
      return Json::object;
    case yaml::Kind::scalar:
      break;
  }
  if (!node.tag().empty() && !node.quoted()) return Json::unknown;
  return node.quoted() ? Json::text : plain_type(node.text());
}

double number_of(const yaml::Node& node) {
  auto digits = digits_of(node.text());
  double value = 0;
  if (const int base = base_of(digits.text); base != 0) {
    for (const char digit : digits.text)
      value = value * base + (is_digit(digit) ? digit - '0' : digit - 'a' + 10);
  } else {
    std::from_chars(digits.text.data(), digits.text.data() + digits.text.size(), value);
  }
  return digits.negative ? -value : value;
}

std::string described(const yaml::Node& node) {
  switch (json_type(node)) {
    case Json::list:
      return "a list";
    case Json::object:
      return "a mapping";
    case Json::boolean:
      return fmt::format("the boolean {}", node.text());
    case Json::integer:
    case Json::fraction:
      return fmt::format("the number {}", node.text());
    case Json::null:
    case Json::text:
    case Json::unknown:
      break;
  }
  return fmt::format("the text {}", quoted(node.text()));
}

bool is_duration(std::string_view text) {
  static constexpr std::array<std::string_view, 8> units{"ns", "us", "\u00b5s", "\u03bcs",
                                                         "ms", "s",  "m",       "h"};
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return true;
  if (text.empty()) return false;
  while (!text.empty()) {
    const auto count = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = text.substr(0, count);
    if (std::ranges::none_of(number, is_digit) || std::ranges::count(number, '.') > 1) return false;
    text.remove_prefix(count);
    const auto unit = text.substr(0, std::min(text.find_first_of("0123456789."), text.size()));
    if (std::ranges::find(units, unit) == units.end()) return false;
    text.remove_prefix(unit.size());
  }
  return true;
}

std::string quoted(std::string_view text) {
  return fmt::format("'{}'", cut(text));
}

}  // namespace cassmesh::fields
