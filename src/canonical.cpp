#include "canonical.hpp"

#include <algorithm>
#include <map>

namespace cassmesh::yaml {
namespace {

/// With its length before it, so that nothing in a text looks like the end of it.
void append(std::string& text, std::string_view value) {
  text.append(std::to_string(value.size())).append(":").append(value);
}

}  // namespace

std::string canonical(const Node& value, std::span<const std::string_view> but) {
  std::string text;
  if (value.is_scalar()) append(text, value.text());
  if (value.is_sequence() && value.size() > 0) {
    for (const auto& item : value) append(text, canonical(item));
    return "[" + text + "]";
  }
  std::map<std::string_view, std::string> entries;
  if (value.is_mapping()) {
    for (const auto& entry : value) {
      if (std::ranges::find(but, entry.key()) == but.end()) entries[entry.key()] = canonical(entry);
    }
  }
  std::erase_if(entries, [](const auto& entry) { return entry.second.empty(); });
  for (const auto& [key, entry] : entries) {
    append(text, key);
    append(text, entry);
  }
  return entries.empty() ? text : "{" + text + "}";
}

}  // namespace cassmesh::yaml
