// Scalars in quotes.

#include <cstdint>

#include "../text.hpp"
#include "fast_bytes.hpp"
#include "fast_scalar.hpp"
#include "scan.hpp"

namespace cassmesh::yaml::detail {
namespace {

/// A line that begins like the end of a document, where yaml-cpp complains.
bool is_marker(std::string_view text, std::size_t line) {
  const std::string_view rest = text.substr(line, 3);
  return rest == "..." || rest == "---";
}

std::uint32_t hex_digit(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t digit = digits.find(lower_case(c));
  if (digit == std::string_view::npos) give_up();
  return static_cast<std::uint32_t>(digit);
}

void append_utf8(std::uint32_t point, std::string& value) {
  const auto append = [&](std::uint32_t byte) { value += static_cast<char>(byte); };
  const auto tail = [&](std::uint32_t shift) { append(0x80U | ((point >> shift) & 0x3FU)); };
  if (point < 0x80U) {
    append(point);
  } else if (point < 0x800U) {
    append(0xC0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000U) {
    append(0xE0U | (point >> 12U));
    tail(6);
    tail(0);
  } else {
    append(0xF0U | (point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The value of a quoted scalar, put together from left to right.
class Unquoter {
 public:
  Unquoter(std::string_view text, std::size_t begin, std::size_t end, bool slash,
           std::string& value)
      : text_(text.substr(0, end - 1)),
        at_(begin + 1),
        quote_(text[begin]),
        slash_(slash),
        value_(value) {}

  void run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_break(c)) {
        over_break(false);
      } else if (c == '\\' && quote_ == '"') {
        escape();
      } else if (c == '\'' && quote_ == '\'') {
        value_ += c;
        at_ += 2;
        kept_ = value_.size();
      } else {
        over_text();
      }
    }
  }

 private:
  void over_text() {
    const std::size_t begin = at_;
    const char sign = quote_ == '"' ? '\\' : '\'';
    while (at_ < text_.size() && text_[at_] != sign && !is_break(text_[at_])) {
      if (!is_blank(text_[at_])) kept_ = value_.size() + (at_ + 1 - begin);
      ++at_;
    }
    value_ += text_.substr(begin, at_ - begin);
  }

  /// Folds: one line end is a space, of several all but one are kept; blanks around them go.
  void over_break(bool escaped) {
    value_.resize(kept_);
    at_ = text_.find('\n', at_) + 1;
    if (is_marker(text_, at_)) give_up();
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    if (at_ == text_.size()) give_up();  // yaml-cpp and others differ on the line ends there
    const bool next_empty = is_break(text_[at_]);
    if (next_empty) {
      value_ += '\n';
    } else if (!empty_line_ && !escaped) {
      value_ += ' ';
    }
    empty_line_ = next_empty;
    kept_ = value_.size();
  }

  void escape() {
    constexpr std::string_view signs = "tnrbf\"\\ ";
    constexpr std::string_view meanings = "\t\n\r\b\f\"\\ ";
    kept_ = value_.size();
    ++at_;
    const char c = text_[at_];
    if (is_break(c)) return over_break(true);
    ++at_;
    const std::size_t sign = signs.find(c);
    if (sign != std::string_view::npos) {
      value_ += meanings[sign];
    } else if (c == 'x' || c == 'u' || c == 'U') {
      append_utf8(code_point(c == 'x' ? 2 : c == 'u' ? 4 : 8), value_);
    } else if (c == '/' && slash_) {
      value_ += c;
    } else {
      give_up();
    }
    kept_ = value_.size();
  }

  std::uint32_t code_point(std::size_t digits) {
    if (text_.size() - at_ < digits) give_up();
    std::uint64_t point = 0;
    for (; digits > 0; --digits) point = point * 16 + hex_digit(text_[at_++]);
    if ((point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF) give_up();
    return static_cast<std::uint32_t>(point);
  }

  std::string_view text_;  ///< up to the closing quote
  std::size_t at_;
  char quote_;
  bool slash_;
  std::string& value_;
  std::size_t kept_ = 0;  ///< so much of the value is no blank at the end of a line
  bool empty_line_ = false;
};

/// The next of the signs of a quoted scalar, a line end among them.
template <char... signs>
std::size_t next_sign(std::string_view text, std::size_t begin) {
  const std::size_t found = find_sign<signs...>(text, begin);
  if (found == text.size()) give_up();
  return found;
}

QuotedScan scan_double(std::string_view text, std::size_t begin) {
  QuotedScan scan;
  std::size_t i = next_sign<'"', '\\'>(text, begin + 1);
  while (text[i] != '"') {
    if (text[i] == '\n') scan.one_line = false;
    if (text[i] == '\n' || text[i] == '\\') scan.verbatim = false;
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && !is_break(text[i + 1]);
    i = next_sign<'"', '\\'>(text, i + (escaped ? 2 : 1));
  }
  scan.end = i + 1;
  return scan;
}

QuotedScan scan_single(std::string_view text, std::size_t begin) {
  QuotedScan scan;
  std::size_t i = next_sign<'\''>(text, begin + 1);
  while (true) {
    const bool quote = text[i] == '\'';
    const bool doubled = quote && i + 1 < text.size() && text[i + 1] == '\'';
    if (quote && !doubled) break;
    if (text[i] == '\n') scan.one_line = false;
    if (text[i] == '\n' || doubled) scan.verbatim = false;
    i = next_sign<'\''>(text, i + (doubled ? 2 : 1));
  }
  scan.end = i + 1;
  return scan;
}

}  // namespace

void give_up() {
  throw Unsupported{};
}

QuotedScan scan_quoted(std::string_view text, std::size_t begin) {
  return text[begin] == '"' ? scan_double(text, begin) : scan_single(text, begin);
}

void decode_quoted(std::string_view text, std::size_t begin, std::size_t end, bool slash,
                   std::string& value) {
  value.clear();
  Unquoter(text, begin, end, slash, value).run();
}

}  // namespace cassmesh::yaml::detail
