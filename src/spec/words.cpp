#include "words.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "../text.hpp"

namespace cassmesh::spec {

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
