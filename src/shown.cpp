#include "shown.hpp"

#include <fmt/core.h>

namespace cassmesh {

std::string cut(std::string_view text) {
  constexpr std::size_t longest_shown = 60;
  if (text.size() <= longest_shown) return std::string(text);
  auto length = longest_shown;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  return fmt::format("{}…", text.substr(0, length));
}

std::string shown(const yaml::Node& node) {
  switch (node.kind()) {
    case yaml::Kind::mapping:
      return "a mapping";
    case yaml::Kind::sequence:
      return "a list";
    case yaml::Kind::null:
      return "nothing";
    default:
      return fmt::format("'{}'", cut(node.text()));
  }
}

std::string written(const yaml::Node& node) {
  return node.quoted() ? fmt::format("the text {}", shown(node)) : shown(node);
}

}  // namespace cassmesh
