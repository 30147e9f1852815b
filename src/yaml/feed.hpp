#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scan.hpp"

/// What yaml-cpp is given to read, so that it reads what is written, and how its values are put
/// right again.
namespace cassmesh::yaml::detail {

/// The text of a document for yaml-cpp. Each byte stands `shift` bytes behind its place in the
/// document.
struct Feed {
  std::string text;
  std::size_t shift;
};

/// `begin`: where the document's first content stands.
Feed feed_for(std::string_view document, std::size_t begin);

/// A value without what stands for '?' in a feed.
std::string with_question_marks(std::string value);

/// The value of a block scalar without the line end that the feed gave to the last line.
std::string_view without_added_break(std::string_view document, const BlockScalar& scalar,
                                     std::string_view value);

/// A double-quoted value: yaml-cpp writes `\N` and `\_` as single bytes, which is no UTF-8.
std::string with_valid_utf8(std::string_view value);

/// Puts the line ends before the closing quote back, of which yaml-cpp keeps at most one; `written`
/// is what stands between the quotes.
void restore_line_ends(std::string& value, std::string_view written);

}  // namespace cassmesh::yaml::detail
