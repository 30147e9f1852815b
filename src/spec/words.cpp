#include "words.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace cassmesh::spec {

using yaml::Kind;
using yaml::Node;

std::string cut(std::string_view text) {
  constexpr std::size_t longest_shown = 60;
  if (text.size() <= longest_shown) return std::string(text);
  auto length = longest_shown;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  return fmt::format("{}…", text.substr(0, length));
}

std::string shown(const Node& node) {
  switch (node.kind()) {
    case Kind::mapping:
      return "a mapping";
    case Kind::sequence:
      return "a list";
    case Kind::null:
      return "nothing";
    default:
      return fmt::format("'{}'", cut(node.text()));
  }
}

std::string written(const Node& node) {
  return node.quoted() ? fmt::format("the text {}", shown(node)) : shown(node);
}

std::string wanted(const Key& key) {
  switch (key.type) {
    case Type::group:
    case Type::kubernetes_mapping:
      return "a mapping";
    case Type::list:
    case Type::kubernetes_list:
      return "a list";
    case Type::integers:
      return "a list of port numbers";
    case Type::text_map:
      return "a mapping of texts";
    case Type::integer:
      return "a whole number";
    case Type::port:
      return "a port number or false";
    case Type::boolean:
      return "true or false";
    default:
      return "a text";
  }
}

std::string subject(const Key& key) {
  return key.type == Type::integers ? fmt::format("an item of '{}'", key.path)
                                    : fmt::format("'{}'", key.path);
}

std::string wanted_number(const Key& key) {
  return key.type == Type::integers ? "a port number" : wanted(key);
}

std::string names_of(const std::vector<const Key*>& keys) {
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const auto* key : keys) names.push_back(last_part(key->path));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace cassmesh::spec
