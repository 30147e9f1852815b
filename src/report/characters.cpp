#include "characters.hpp"

#include <fmt/core.h>

#include "cassmesh/report.hpp"
#include "text.hpp"

namespace cassmesh::report {

bool steers(char32_t character) {
  const auto within = [&](char32_t first, char32_t last) {
    return first <= character && character <= last;
  };
  return character < 0x20 || within(0x7F, 0x9F) || character == 0x61C || within(0x200E, 0x200F) ||
         within(0x2028, 0x202E) || within(0x2066, 0x2069) || character == 0xFEFF;
}

std::string_view take(std::string_view& text) {
  const auto character = text.substr(0, first_code_point(text).size);
  text.remove_prefix(character.size());
  return character;
}

std::string shown(std::string_view character) {
  const auto [value, size, valid] = first_code_point(character);
  if (valid && !steers(value)) return std::string(character);
  const auto number = static_cast<unsigned>(value);
  return size == 1 ? fmt::format("\\x{:02x}", number) : fmt::format("\\u{{{:x}}}", number);
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) result += shown(take(text));
  return result;
}

}  // namespace cassmesh::report
