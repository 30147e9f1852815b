#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "cassmesh/versions.hpp"

/// What the lines of fields.txt and annotations.txt are made of.
namespace cassmesh::fields {

/// Cuts off and returns what stands before a mark, or everything.
inline std::string_view cut(std::string_view& text, char mark) {
  const auto part = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
    return std::nullopt;
  return value;
}

/// `5-`, `0-4`, or nothing.
inline mesh::VersionRange minors(std::string_view text) {
  using mesh::VersionRange;
  if (text.empty()) return VersionRange::any();
  const auto first = number<int>(cut(text, '-')).value_or(0);
  const auto last = number<int>(text);
  return last ? VersionRange::between({first, 0}, {*last + 1, 0}) : VersionRange::from({first, 0});
}

}  // namespace cassmesh::fields
