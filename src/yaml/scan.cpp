#include "scan.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "guard.hpp"
#include "tree.hpp"

namespace cassmesh::yaml::detail {
namespace {

[[noreturn]] void refuse_tab(std::size_t offset) {
  throw Invalid{offset, offset + 1, "a tab stands where only spaces may indent",
                "indent with spaces"};
}

}  // namespace

std::size_t first_content(std::string_view text) {
  std::size_t at = byte_order_mark_size(text);
  while (at < text.size() && (is_blank_or_break(text[at]) || text[at] == '#')) {
    at = text[at] == '#' ? line_end(text, at) : at + 1;
  }
  return at;
}

std::size_t line_end(std::string_view text, std::size_t offset) {
  std::size_t end = std::min(text.find('\n', offset), text.size());
  if (end > offset && text[end - 1] == '\r') --end;
  return end;
}

std::size_t column(std::string_view text, std::size_t offset) {
  const std::size_t before = text.substr(0, offset).rfind('\n');
  return before == std::string_view::npos ? offset - byte_order_mark_size(text)
                                          : offset - before - 1;
}

std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t end_of_property(std::string_view text, std::size_t begin) {
  std::size_t end = begin + 1;
  if (text.substr(begin).starts_with("!<")) {
    while (end < text.size() && text[end] != '>' && !is_blank_or_break(text[end])) ++end;
    return std::min(end + 1, text.size());
  }
  const auto ends = [](char c) {
    return is_blank_or_break(c) || c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
  };
  while (end < text.size() && !ends(text[end])) ++end;
  return end;
}

std::size_t end_of_plain_in_flow(std::string_view text, std::size_t begin) {
  constexpr std::string_view closing = ",]}";
  constexpr std::string_view indicators = ",[]{}";
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (indicators.find(text[i]) != std::string_view::npos) return i;
    if (text[i] == ':' &&
        (is_blank_or_end(text, i + 1) || closing.find(text[i + 1]) != std::string_view::npos)) {
      return i;
    }
    const bool word = is_blank_or_break(text[i - 1]);
    if (word && (text[i] == '#' || (text[i] == '?' && is_blank_or_end(text, i + 1)))) return i;
  }
  return text.size();
}

std::size_t end_of_plain(std::string_view text, std::size_t begin, std::string_view value) {
  if (text.substr(begin, value.size()) == value) return begin + value.size();
  std::size_t at = begin;
  for (std::size_t i = 0; i < value.size() && at < text.size();) {
    const std::size_t word = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    const std::string_view blanks = text.substr(at, word - at);
    at = word;
    if (blanks.empty()) {
      ++at;
      ++i;
    } else if (blanks.find('\n') == std::string_view::npos) {
      i += blanks.size();
    } else {  // folded to a blank, or to the line ends but one
      i = value[i] == ' ' ? i + 1 : std::min(value.find_first_not_of('\n', i), value.size());
    }
  }
  return at;
}

BlockScalar scan_block_scalar(std::string_view text, std::size_t begin, int parent) {
  BlockScalar scalar{.end = line_end(text, begin), .indent = static_cast<std::size_t>(parent + 1)};
  std::string_view header = text.substr(begin + 1, scalar.end - begin - 1);
  header = header.substr(0, header.find_first_of(" \t"));
  scalar.keep = header.find('+') != std::string_view::npos;
  const std::size_t digit = header.find_first_of("123456789");
  bool detect = digit == std::string_view::npos;
  if (!detect) scalar.indent = static_cast<std::size_t>(std::max(parent, 0) + header[digit] - '0');
  for (std::size_t line = text.find('\n', scalar.end); line < text.size();
       line = text.find('\n', line)) {
    ++line;
    const std::size_t first = std::min(text.find_first_not_of(' ', line), text.size());
    const std::size_t last = line_end(text, line);
    if (detect) scalar.indent = std::max(scalar.indent, std::min(first, last) - line);
    if (first >= last) continue;
    if (first - line < scalar.indent) break;
    if (detect && text[first] == '\t') refuse_tab(first);
    detect = false;
    scalar.end = last;
  }
  return scalar;
}

std::size_t null_size(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(std::min(begin, text.size()));
  std::size_t size = 0;
  if (rest.starts_with("null") || rest.starts_with("Null") || rest.starts_with("NULL")) size = 4;
  if (rest.starts_with('~')) size = 1;
  if (size == 0 || is_blank_or_end(rest, size)) return size;
  constexpr std::string_view signs = ":,]}";
  return signs.find(rest[size]) != std::string_view::npos ? size : 0;
}

Walker::Walker(std::string_view text)
    : text_(text),
      at_(byte_order_mark_size(text)),
      unicode_breaks_(find_unicode_break(text, 0, text.size()) < text.size()) {}

void Walker::to(std::size_t offset) {
  while (at_ < offset && at_ < text_.size()) {
    if (!step_over_blank()) step();
  }
}

void Walker::over_blanks() {
  while (step_over_blank()) {
  }
}

std::size_t Walker::over_dash() {
  over_blanks();
  if (at_ < text_.size()) step();
  return dash_;
}

void Walker::over_colon() {
  over_blanks();
  if (at_ < text_.size() && text_[at_] == ':') step();
}

void Walker::open() {
  take(at_ + 1);
  ++depth_;
}

void Walker::close() {
  while (at_ < text_.size() && text_[at_] != ']' && text_[at_] != '}') {
    if (!step_over_blank()) step();
  }
  take(std::min(at_ + 1, text_.size()));
  --depth_;
}

void Walker::take_property() {
  const std::size_t begin = at_;
  take(end_of_property(text_, at_));
  if (text_[begin] == '!') {
    const std::string_view tag = text_.substr(begin, at_ - begin);
    if (tag.starts_with("!<") || tag.find('!', 2) == std::string_view::npos) return;
    throw Invalid{begin, at_,
                  fmt::format("the tag '{}' uses a handle that nothing defines", excerpt(tag)),
                  "delete the tag, or quote the value if it is text"};
  }
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  const std::string_view name = text_.substr(begin + 1, at_ - begin - 1);
  if (std::ranges::all_of(name, is_name)) return;
  throw Invalid{begin, at_,
                fmt::format("'{}' is no {} name: it takes letters, digits, '-' and '_'",
                            excerpt(name), text_[begin] == '&' ? "anchor" : "alias"),
                "quote the value if it is text"};
}

void Walker::take(std::size_t end, Token token) {
  if (unicode_breaks_) {
    const std::size_t found = find_unicode_break(text_, at_, end);
    if (found < end) {
      const std::string_view name = text_[found] == '\xC2'       ? "U+0085"
                                    : text_[found + 2] == '\xA8' ? "U+2028"
                                                                 : "U+2029";
      throw Invalid{found, found + 1,
                    fmt::format("{} ends the line for kubectl but not for other readers", name),
                    fmt::format("delete it, or write \\u{} in double quotes", name.substr(2))};
    }
  }
  at_ = end;
  key_allowed_ = token == Token::block_scalar;
  after_plain_ = token == Token::plain;
}

void Walker::finish() {
  while (at_ < text_.size()) {
    if (step_over_blank()) continue;
    if (column(text_, at_) == 0 && text_.substr(at_).starts_with("...") &&
        is_blank_or_end(text_, at_ + 3)) {
      at_ += 3;
      continue;
    }
    if (text_[at_] == ':' && is_blank_or_end(text_, at_ + 1)) {
      throw Invalid{at_, at_ + 1, "what stands before this ':' cannot be a key",
                    "write a text as the key, or quote it"};
    }
    throw Invalid{
        at_, line_end(text_, at_),
        fmt::format("'{}' stands after the end of the document", excerpt(text_.substr(at_))),
        "begin the next document with '---', or correct the indentation"};
  }
}

bool Walker::step_over_blank() {
  if (at_ >= text_.size()) return false;
  const char c = text_[at_];
  if (c == '\t' && depth_ == 0 && key_allowed_ && !after_plain_) refuse_tab(at_);
  if (c == '#') {
    const std::size_t end = line_end(text_, at_);
    if (unicode_breaks_) check_comment(end);
    at_ = end;
    after_plain_ = false;
    return true;
  }
  if (!is_blank_or_break(c)) return false;
  if (is_break(c) && depth_ == 0) key_allowed_ = true;
  ++at_;
  return true;
}

/// One sign of the structure.
void Walker::step() {
  const char c = text_[at_];
  after_plain_ = false;
  if (c == '-') dash_ = at_;
  if (c == '-' || c == '?') {
    key_allowed_ = true;
  } else if (c == ':' || c == ',') {
    key_allowed_ = false;
  } else {
    throw Invalid{at_, at_ + 1, fmt::format("'{}' cannot stand here", c),
                  "quote the text that it belongs to"};
  }
  ++at_;
}

/// For kubectl a comment ends at a Unicode line end, and what follows is content.
void Walker::check_comment(std::size_t end) const {
  for (std::size_t i = find_unicode_break(text_, at_, end); i < end;
       i = find_unicode_break(text_, i + 1, end)) {
    const std::size_t size = text_[i] == '\xC2' ? 2 : 3;
    const std::size_t next = std::min(text_.find_first_not_of(" \t", i + size), end);
    if (next == end || text_[next] == '#' || is_unicode_break(text_, next)) continue;
    throw Invalid{i, i + size, "the comment ends here for kubectl, and what follows is content",
                  "delete the invisible line end"};
  }
}

}  // namespace cassmesh::yaml::detail
