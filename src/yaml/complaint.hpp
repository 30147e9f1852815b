#pragma once

#include <cstddef>
#include <string_view>

#include "tree.hpp"

/// What yaml-cpp refuses, or ought to, in words that say what to do.
namespace cassmesh::yaml::detail {

inline constexpr std::string_view quote_it = "quote the value if it is text";

/// A complaint of yaml-cpp's in our words: it names what its parser was doing, we name the text
/// that stands where it stopped. `message` is yaml-cpp's, `offset` where it stopped, `unclosed`
/// where a bracket or quote stands that is never closed (npos: none): that explains what goes wrong
/// after.
Invalid reword(std::string_view text, std::string_view message, std::size_t offset,
               std::size_t unclosed);

/// For the bracket or quote at `offset`.
Invalid never_closed(std::string_view text, std::size_t offset);

/// For the ':' or '?' at `offset`, where a text in brackets begins.
Invalid bad_first(std::string_view text, std::size_t offset);

/// For a key that begins at `offset` and goes on in the next line.
Invalid key_on_lines(std::string_view text, std::size_t offset);

/// For the ',' at `offset`, before which a value is missing.
Invalid missing_value(std::string_view text, std::size_t offset, std::size_t unclosed);

/// For the text in [begin, end) that stands where a key is due, without a ':'.
Invalid bare_word(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace cassmesh::yaml::detail
