// Blocks of text, behind `|` and `>`.

#include <algorithm>

#include "fast_scalar.hpp"
#include "scan.hpp"

namespace cassmesh::yaml::detail {
namespace {

enum class Chomp { clip, strip, keep };

/// What stands behind the `|` or `>` of a block of text.
struct Header {
  bool folded = false;
  Chomp chomp = Chomp::clip;
  std::size_t digit = 0;
  std::size_t end = 0;
};

Header read_header(std::string_view text, std::size_t begin) {
  Header header{.folded = text[begin] == '>', .end = line_end(text, begin)};
  std::string_view rest = text.substr(begin + 1, header.end - begin - 1);
  const std::string_view signs = rest.substr(0, rest.find(' '));
  rest.remove_prefix(signs.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (signs.size() > 2 || !(rest.empty() || rest.front() == '#')) give_up();
  for (const char c : signs) {
    if ((c == '-' || c == '+') && header.chomp == Chomp::clip) {
      header.chomp = c == '-' ? Chomp::strip : Chomp::keep;
    } else if (c >= '1' && c <= '9' && header.digit == 0) {
      header.digit = static_cast<std::size_t>(c - '0');
    } else {
      give_up();
    }
  }
  return header;
}

/// The value of a block of text, put together line by line; its quirks are those of yaml-cpp.
class BlockText {
 public:
  BlockText(bool folded, std::string& value) : folded_(folded), value_(value) {}

  struct Line {
    bool empty = false;
    bool more_indented = false;
    bool inside = true;  ///< false for what follows the scalar
  };

  /// The line end before `next`.
  void over_break(Line next) {
    if (breaks_ == 0 && next.empty) began_more_indented_ = last_.more_indented;
    if (!first_ && folded_) fold(next);
    if (!first_ && !folded_) value_ += '\n';
    first_ = false;
    last_ = next;
  }

  void over_text(std::string_view text) {
    value_ += text;
    has_text_ = true;
  }

  void finish(Chomp chomp) {
    if (chomp == Chomp::keep) return;
    const std::size_t last = value_.find_last_not_of('\n');
    if (last == std::string::npos) return value_.clear();
    value_.resize(std::min(value_.size(), last + (chomp == Chomp::clip ? 2 : 1)));
  }

 private:
  void fold(const Line& next) {
    if (next.empty) {
      ++breaks_;
      return;
    }
    const bool joins = !last_.empty && !last_.more_indented && !next.more_indented && next.inside;
    value_ += joins ? ' ' : '\n';
    if (breaks_ == 0) return;
    value_.append(breaks_ - 1, '\n');
    if (began_more_indented_ || next.more_indented || !has_text_) value_ += '\n';
    breaks_ = 0;
  }

  bool folded_;
  std::string& value_;
  bool first_ = true;
  Line last_{};
  std::size_t breaks_ = 0;  ///< before empty lines, not written yet
  bool began_more_indented_ = false;
  bool has_text_ = false;
};

/// Finds the lines of a block of text.
class BlockLines {
 public:
  BlockLines(std::string_view text, const Header& header, std::size_t parent, std::string& value)
      : text_(text),
        parent_(parent),
        indent_(header.digit == 0 ? 0 : parent + header.digit),
        block_(header.folded, value) {}

  BlockScan run(const Header& header) {
    BlockScan scan{.end = header.end, .next = next_line(header.end)};
    while (scan.next < text_.size() && enter(scan.next)) {
      if (first_ < end_) scan.end = end_;
      const std::size_t next = next_line(end_);
      if (next == text_.size() && first_ == end_ && !text_.ends_with('\n')) give_up();
      take(scan.next);
      scan.next = next;
    }
    block_.over_break({.inside = false});
    block_.finish(header.chomp);
    return scan;
  }

 private:
  std::size_t next_line(std::size_t offset) const {
    const std::size_t found = text_.find('\n', offset);
    return found == std::string_view::npos ? text_.size() : found + 1;
  }

  /// Measures the line at `line`; false if it is not the scalar's any more.
  bool enter(std::size_t line) {
    end_ = line_end(text_, line);
    first_ = line;
    while (first_ < end_ && text_[first_] == ' ') ++first_;
    const std::size_t width = first_ - line;
    if (first_ == end_) {
      if (indent_ == 0) widest_ = std::max(widest_, width);
      return true;
    }
    if (indent_ == 0 && width > parent_) {
      if (widest_ > width || text_[first_] == '\t') give_up();
      indent_ = width;
    }
    const bool inside = indent_ != 0 && width >= indent_;
    if (!inside && text_[first_] == '\t') give_up();
    return inside;
  }

  void take(std::size_t line) {
    const std::size_t begin = line + indent_;
    const bool empty = first_ == end_ && (indent_ == 0 || first_ <= begin);
    block_.over_break({.empty = empty, .more_indented = !empty && is_blank(text_[begin])});
    if (!empty) block_.over_text(text_.substr(begin, end_ - begin));
  }

  std::string_view text_;
  std::size_t parent_;
  std::size_t indent_;      ///< 0 until a line tells
  std::size_t widest_ = 0;  ///< of the blank lines before that one
  std::size_t first_ = 0;   ///< the line's first character that is no space
  std::size_t end_ = 0;     ///< where the line ends
  BlockText block_;
};

}  // namespace

BlockScan read_block_scalar(std::string_view text, std::size_t begin, std::size_t parent,
                            std::string& value) {
  const Header header = read_header(text, begin);
  value.clear();
  const BlockScan scan = BlockLines(text, header, parent, value).run(header);
  // A last line without a line end has none in the value either.
  if (scan.next == text.size() && !text.ends_with('\n') && value.ends_with('\n')) value.pop_back();
  return scan;
}

}  // namespace cassmesh::yaml::detail
