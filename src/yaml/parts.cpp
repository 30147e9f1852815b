#include "parts.hpp"

#include "guard.hpp"

namespace cassmesh::yaml::detail {
namespace {

/// Where the line begins that follows the one of `offset`.
std::size_t next_line(std::string_view text, std::size_t offset) {
  const std::size_t line_end = text.find('\n', offset);
  return line_end == std::string_view::npos ? text.size() : line_end + 1;
}

/// What stands behind `---` on its line, without blanks and comment.
std::string_view behind_separator(std::string_view line) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const std::size_t first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos || line[first] == '#') return {};
  return line.substr(first, line.find_last_not_of(blanks) + 1 - first);
}

constexpr std::size_t block_size = 64;

/// Whether a separator may begin in this block of a text, of which two bytes more can be read.
/// Without branches, so that compilers make vector instructions of it.
bool may_hold_separator(const char* block) {
  signed char found = 0;
  for (std::size_t i = 0; i < block_size; ++i) {
    const int here = (block[i] == '\n') & (block[i + 1] == '-') & (block[i + 2] == '-');
    found = static_cast<signed char>(found | here);
  }
  return found != 0;
}

/// The next line that begins with `---`; `begin` begins a line.
std::size_t next_separator(std::string_view text, std::size_t begin) {
  if (begin == 0) begin = byte_order_mark_size(text);
  if (text.substr(begin).starts_with("---")) return begin;
  while (begin + block_size + 2 <= text.size() && !may_hold_separator(text.data() + begin)) {
    begin += block_size;
  }
  const std::size_t found = text.find("\n---", begin);
  return found == std::string_view::npos ? text.size() : found + 1;
}

}  // namespace

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  Part part;
  while (true) {
    part.end = next_separator(text, part.begin);
    parts.push_back(part);
    if (part.end == text.size()) return parts;
    part.begin = next_line(text, part.end);
    part.behind = behind_separator(text.substr(part.end + 3, part.begin - part.end - 3));
  }
}

}  // namespace cassmesh::yaml::detail
