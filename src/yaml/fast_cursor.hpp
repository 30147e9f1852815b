#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "cassmesh/yaml.hpp"
#include "fast_bytes.hpp"
#include "fast_scalar.hpp"
#include "scan.hpp"

namespace cassmesh::yaml::detail {

/// A plain or quoted scalar as it is met, before it is known whether it is a key.
struct FastScalar {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t stop = 0;  ///< what follows in its line, behind spaces
  Style style = Style::plain;
  bool verbatim = true;  ///< the value is what is written
  bool one_line = true;
};

/// What no plain scalar begins with; of '-', '?' and ':', it depends.
inline constexpr auto indicators = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view(",[]{}#&*!|>'\"%@`\t\r\n")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

/// Where the fast reader stands in a text, and how it gets on from there.
class FastCursor {
 public:
  explicit FastCursor(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ == text_.size(); }
  /// The column of the content at `at()`; -1 at the end.
  int column() const { return column_; }
  /// Whether a comment stands between the line before and this content.
  bool after_comment() const { return after_comment_; }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool at_dash() const { return peek() == '-' && is_blank_or_end(text_, at_ + 1); }

  void to(std::size_t offset) { at_ = offset; }
  void over_spaces() { at_ = behind_spaces(text_, at_); }

  /// Whether nothing but a comment stands in the rest of the line.
  bool line_is_over() const {
    const char c = peek();
    return at_end() || is_break(c) || (c == '#' && text_[at_ - 1] == ' ');
  }

  /// From the beginning of a line on to the next one that holds more than a comment.
  void next_content() {
    after_comment_ = false;
    over_blank_lines();
    if (column_ == 0 && at_marker()) over_document_end();
  }

  /// From behind what must end its line on to the next content.
  void end_line() {
    over_spaces();
    if (!line_is_over()) give_up();
    const bool comment = peek() == '#';
    if (!at_end()) over_line();
    next_content();
    after_comment_ = after_comment_ || comment;
  }

  /// Goes behind a `-`; false if nothing else stands in its line.
  bool over_dash() {
    ++at_;
    over_spaces();
    column_ = static_cast<int>(at_ - line_);
    return !line_is_over();
  }

  /// In brackets, where line ends and tabs are blanks like others.
  void over_flow_blanks() {
    while (!at_end()) {
      const char c = text_[at_];
      if (c == '#' && is_blank_or_break(text_[at_ - 1])) {
        over_line();
      } else if (is_blank_or_break(c)) {
        ++at_;
      } else {
        return;
      }
    }
  }

  /// The scalar that begins here.
  FastScalar scan() const {
    if (is_quote(peek())) return scan_quotes();
    if (!may_begin_plain(peek()) || (is_structure(peek()) && is_blank_or_end(text_, at_ + 1))) {
      give_up();
    }
    return scan_line();
  }

  /// The same in brackets.
  FastScalar scan_in_flow() const {
    const char c = peek();
    if (is_quote(c)) return scan_quotes();
    const bool at_line = text_[at_ - 1] == '\n';
    if (at_end() || (at_line && at_marker())) give_up();
    const bool is_sign = is_structure(c) && (c != '-' || is_blank_or_end(text_, at_ + 1));
    if (is_sign || !may_begin_plain(c)) give_up();
    const FastScalar scalar = scan_plain<true>();
    if (text_.substr(at_, scalar.end - at_) == "-") give_up();
    return scalar;
  }

  /// The rest of a plain scalar in this line, whatever it begins with.
  FastScalar scan_line() const { return scan_plain<false>(); }

 private:
  static bool is_quote(char c) { return c == '"' || c == '\''; }
  static bool is_structure(char c) { return c == '-' || c == '?' || c == ':'; }
  static bool may_begin_plain(char c) { return !indicators[static_cast<unsigned char>(c)]; }

  void over_line() {
    if (text_[at_] != '\n') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
    ++at_;
  }

  void over_blank_lines() {
    while (true) {
      line_ = at_;
      over_spaces();
      if (at_end()) {
        column_ = -1;
        return;
      }
      if (text_[at_] == '#') {
        after_comment_ = true;
      } else if (!is_break(text_[at_])) {
        break;
      }
      over_line();
    }
    column_ = static_cast<int>(at_ - line_);
    if (text_[at_] == '\t') give_up();
  }

  bool at_marker() const {
    const std::string_view rest = text_.substr(at_, 3);
    return rest == "..." || rest == "---";
  }

  /// `...`, behind which only comments may stand.
  void over_document_end() {
    do {
      if (text_[at_] != '.') give_up();
      at_ += 3;
      over_spaces();
      if (!line_is_over()) give_up();
      if (!at_end()) over_line();
      over_blank_lines();
    } while (column_ == 0 && at_marker());
    if (column_ != -1) give_up();
  }

  FastScalar scan_quotes() const {
    const QuotedScan quoted = scan_quoted(text_, at_);
    return {.begin = at_,
            .end = quoted.end,
            .stop = behind_spaces(text_, quoted.end),
            .style = peek() == '"' ? Style::double_quoted : Style::single_quoted,
            .verbatim = quoted.verbatim,
            .one_line = quoted.one_line};
  }

  template <bool in_flow>
  FastScalar scan_plain() const {
    std::size_t stop = at_;
    for (;; ++stop) {
      stop = in_flow ? find_sign<':', '#', ',', '[', ']', '{', '}', '?'>(text_, stop)
                     : find_sign<':', '#'>(text_, stop);
      if (stop == text_.size()) break;
      const char c = text_[stop];
      if (c == '\t') give_up();
      if (c == ':' && !ends_at_colon<in_flow>(stop)) continue;
      if (c == '#' && text_[stop - 1] != ' ') continue;
      break;
    }
    std::size_t end = stop;
    while (end > at_ && text_[end - 1] == ' ') --end;
    return {.begin = at_, .end = end, .stop = stop};
  }

  template <bool in_flow>
  bool ends_at_colon(std::size_t colon) const {
    if (is_blank_or_end(text_, colon + 1)) return true;
    const char next = text_[colon + 1];
    return in_flow && (next == ',' || next == ']' || next == '}');
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;  ///< where the line of `at_` begins
  int column_ = 0;
  bool after_comment_ = false;
};

}  // namespace cassmesh::yaml::detail
