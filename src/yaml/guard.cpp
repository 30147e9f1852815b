#include "guard.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "../text.hpp"
#include "scan.hpp"
#include "tree.hpp"

namespace cassmesh::yaml::detail {
namespace {

constexpr std::size_t max_depth = 500;  // yaml-cpp's own limit
constexpr std::size_t max_queued_tokens = 3'000'000;
constexpr std::size_t max_excerpt = 40;
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

std::uint32_t byte_at(std::string_view text, std::size_t offset) {
  return offset < text.size() ? static_cast<unsigned char>(text[offset]) : 0U;
}

/// What YAML lets stand in a file. The byte order mark may only begin it.
bool is_allowed(char32_t value) {
  if (value < 0x20) return value == '\t' || value == '\n';
  return value <= 0x7E || value == 0x85 || (value >= 0xA0 && value != 0xFEFF && value < 0xFFFE) ||
         value >= 0x10000;
}

constexpr std::size_t block_size = 64;

/// Whether a block of text holds only ASCII that may stand anywhere. Without branches, so that
/// compilers make vector instructions of it.
bool is_harmless(const char* block) {
  signed char bad = 0;
  for (std::size_t i = 0; i < block_size; ++i) {
    const auto c = static_cast<signed char>(block[i]);  // below 0 what is not ASCII
    const int here = ((c < ' ') & (c != '\n') & (c != '\t')) | (c == '\x7F');
    bad = static_cast<signed char>(bad | here);
  }
  return bad == 0;
}

[[noreturn]] void refuse_character(std::string_view text, std::size_t offset) {
  const CodePoint point = first_code_point(text.substr(offset));
  if (!point.valid) {
    throw Invalid{offset, offset + 1,
                  fmt::format("the byte 0x{:02X} is not valid UTF-8", byte_at(text, offset)),
                  "save the file as UTF-8"};
  }
  const std::size_t end = offset + point.size;
  if (point.value == '\r') {
    throw Invalid{offset, end, "a carriage return without a line feed ends this line",
                  "end lines with a line feed"};
  }
  if (point.value == 0xFEFF) {
    throw Invalid{offset, end, "a byte order mark (U+FEFF) stands inside the document",
                  "delete the invisible character"};
  }
  throw Invalid{offset, end,
                fmt::format("the control character U+{:04X} must not stand in YAML",
                            static_cast<std::uint32_t>(point.value)),
                "delete it, or write it as an escape in double quotes"};
}

/// Refuses the character that begins here, or returns its size.
std::size_t check_character(std::string_view text, std::size_t offset) {
  const auto byte = static_cast<unsigned char>(text[offset]);
  if ((byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\t' ||
      (byte == '\r' && byte_at(text, offset + 1) == '\n')) {
    return 1;
  }
  const CodePoint point = first_code_point(text.substr(offset));
  if (!point.valid || !is_allowed(point.value)) refuse_character(text, offset);
  return point.size;
}

void refuse_other_encodings(std::string_view text) {
  const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  const bool zeros = text.size() > 1 && (text[0] == '\0' || text[1] == '\0');
  if (!utf16 && !zeros) return;
  throw Invalid{0, std::min<std::size_t>(text.size(), 2), "this is UTF-16 or UTF-32, not UTF-8",
                "save the file as UTF-8"};
}

[[noreturn]] void refuse_deep(std::size_t offset) {
  throw Invalid{offset, offset + 1,
                fmt::format("values are nested deeper than {} levels here", max_depth),
                "nest them less deeply"};
}

[[noreturn]] void refuse_long(std::size_t offset) {
  throw Invalid{offset, offset + 1,
                fmt::format("more than {} values and signs stand in one bracket or line here",
                            max_queued_tokens),
                "split it, or write it in block style"};
}

bool begins_token(char c) {
  return c == '"' || c == '\'' || c == '&' || c == '*' || c == '!';
}

}  // namespace

void check_text(std::string_view text, std::size_t limit) {
  constexpr std::size_t most = std::size_t{1} << 30U;  // yaml-cpp counts in int
  limit = std::min(limit, most);
  if (text.size() > limit) {
    throw Invalid{0, 1, fmt::format("this document has {} bytes, more than {}", text.size(), limit),
                  "split it with '---'"};
  }
  refuse_other_encodings(text);
  for (std::size_t i = byte_order_mark_size(text); i < text.size();) {
    const std::size_t end = std::min(i + block_size, text.size());
    if (end - i == block_size && is_harmless(text.data() + i)) i = end;
    while (i < end) i += check_character(text, i);
  }
}

void check_directive(std::string_view text, std::size_t begin) {
  if (text[begin] != '%' || column(text, begin) != 0) return;
  throw Invalid{begin, line_end(text, begin), "Kubernetes reads no YAML directives",
                "delete the line"};
}

void check_escapes(std::string_view text, std::size_t begin, std::size_t end) {
  for (std::size_t i = text.find('\\', begin); i < end; i = text.find('\\', i + 2)) {
    if (text.substr(i + 1, 1) != "/") continue;
    throw Invalid{i, i + 2, "'\\/' is no escape in double quotes", "delete the backslash"};
  }
}

bool is_unicode_break(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(offset, 3);
  return rest.starts_with("\xC2\x85") || rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9";
}

std::size_t find_unicode_break(std::string_view text, std::size_t begin, std::size_t end) {
  const auto next = [&](std::string_view bytes) { return std::min(text.find(bytes, begin), end); };
  std::size_t found = next("\xC2\x85");
  for (std::size_t i = next("\xE2\x80"); i < found;
       i = std::min(text.find("\xE2\x80", i + 2), end)) {
    if (is_unicode_break(text, i)) found = i;
  }
  return found;
}

std::size_t byte_order_mark_size(std::string_view text) {
  return text.starts_with(utf8_mark) ? utf8_mark.size() : 0;
}

std::string excerpt(std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  if (text.size() <= max_excerpt) return std::string(text);
  std::size_t cut = max_excerpt;
  while ((byte_at(text, cut) & 0xC0U) == 0x80U) --cut;
  return std::string(text.substr(0, cut)) + "...";
}

void Lookahead::from(std::size_t offset, bool value) {
  at_ = std::max(at_, offset);
  std::size_t tokens = 0;
  while (at_ < text_.size()) {
    if (over_blank()) continue;
    const char c = text_[at_];
    if (c == '[' || c == '{') {
      walk_flow(value);
    } else if ((c == '-' || c == '?' || c == ':') && is_blank_or_end(text_, at_ + 1)) {
      ++at_;
    } else if (begins_token(c)) {
      over_token();
      if (++tokens > max_queued_tokens) refuse_long(at_);
    } else {
      return;
    }
    value = c == ':';
  }
}

void Lookahead::walk_flow(bool value) {
  std::vector<std::size_t> open;
  std::size_t pending = 0;  // the depth of the outermost bracket that may turn out to be a key
  std::size_t queued = 0;
  do {
    if (over_blank()) continue;
    const char c = text_[at_];
    step_in_flow(open);
    if (pending > open.size()) pending = queued = 0;
    if (pending == 0 && !value && (c == '[' || c == '{')) pending = open.size();
    if (pending != 0 && ++queued > max_queued_tokens) refuse_long(open.front());
    value = c == ':';
  } while (!open.empty() && at_ < text_.size());
  if (!open.empty()) note_unclosed(open.back());
}

/// Goes over one token and keeps count of the brackets that are open.
void Lookahead::step_in_flow(std::vector<std::size_t>& open) {
  const char c = text_[at_];
  if (c == '[' || c == '{') {
    open.push_back(at_++);
    if (open.size() > max_depth) refuse_deep(open.back());
  } else if (c == ']' || c == '}') {
    if (text_[open.back()] != (c == ']' ? '[' : '{')) note_unclosed(open.back());
    open.pop_back();
    ++at_;
  } else if (c == ',' || c == ':' || (c == '?' && is_blank_or_end(text_, at_ + 1))) {
    ++at_;
  } else if (begins_token(c)) {
    over_token();
  } else {
    at_ = end_of_plain_in_flow(text_, at_);
  }
}

bool Lookahead::over_blank() {
  if (text_[at_] != '#' && !is_blank_or_break(text_[at_])) return false;
  at_ = text_[at_] == '#' ? line_end(text_, at_) : at_ + 1;
  return true;
}

void Lookahead::over_token() {
  const std::size_t begin = at_;
  if (text_[at_] != '"' && text_[at_] != '\'') {
    at_ = end_of_property(text_, at_);
    return;
  }
  at_ = end_of_quoted(text_, at_);
  if (at_ == std::string_view::npos) {
    note_unclosed(begin);
    at_ = text_.size();
  }
}

}  // namespace cassmesh::yaml::detail
