// From yaml-cpp's events to a Tree; the only file that sees yaml-cpp.
//
// yaml-cpp tells where a value begins and what it reads, not where it ends, and takes much that no
// other reader takes. So a Walker follows it through the text: it finds the ends, and meets what
// yaml-cpp has passed over.

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "complaint.hpp"
#include "feed.hpp"
#include "guard.hpp"
#include "scan.hpp"
#include "tree.hpp"

namespace cassmesh::yaml::detail {
namespace {

struct Span {
  std::size_t begin;
  std::size_t end;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  /// `shift`: how many bytes yaml-cpp reads before those of the part.
  TreeBuilder(Tree& tree, const Limits& limits, std::size_t begin, std::size_t shift)
      : text_(tree.part),
        builder_(tree, limits.alias_nodes),
        walker_(text_),
        ahead_(text_),
        shift_(shift) {
    ahead_.from(begin, shift > 0);
  }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override { walker_.finish(); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (text_with_colon_) return;
    begin_pair();
    const std::size_t offset = offset_of(mark);
    const Properties properties = anchor == 0 ? Properties{} : enter(offset, "?", anchor);
    const std::size_t begin = anchor == 0 ? offset : walker_.at();
    if (const std::size_t size = written_null(begin); size != 0) {
      walker_.to(begin);
      check_indent();
      builder_.null(begin, begin + size, Style::plain, properties);
      walker_.take(begin + size, Walker::Token::plain);
    } else if (builder_.parent().kind != Kind::missing || anchor != 0) {
      const Span place = left_out(offset, anchor != 0);
      builder_.null(place.begin, place.end, Style::none, properties);
    }
    ahead_.from(walker_.at());
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    begin_pair();
    const std::size_t begin = offset_of(mark);
    walker_.to(begin);
    check_indent();
    walker_.take_property();
    builder_.alias(begin, walker_.at(), anchor);
    ahead_.from(walker_.at());
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& read) override {
    const std::string value = with_question_marks(read);
    const std::size_t offset = offset_of(mark);
    const Properties properties = enter(offset, tag, anchor);
    const std::size_t begin = walker_.at();
    const char first = at(begin);
    const bool is_quoted = first == '"' || first == '\'';
    if (is_quoted || value.empty()) begin_pair();
    if (value.empty() && !properties.tag.empty() && nothing_written(begin)) {
      const Span place = left_out(offset, true);
      builder_.scalar(place.begin, place.end, Style::none, place.begin, value, properties);
    } else if (check_indent(); is_quoted) {
      quoted(begin, value, properties);
    } else if (walker_.depth() == 0 && (first == '|' || first == '>')) {
      block(begin, value, properties);
    } else {
      plain(begin, value, properties);
    }
    ahead_.from(walker_.at());
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    begin_collection(mark, tag, anchor, Kind::sequence);
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    begin_collection(mark, tag, anchor, Kind::mapping);
  }

  void OnSequenceEnd() override { end_collection(); }
  void OnMapEnd() override { end_collection(); }

  /// yaml-cpp's complaint in our words.
  Invalid translate(const YAML::Exception& exception) const {
    return reword(text_, exception.msg, offset_of(exception.mark), ahead_.unclosed());
  }

 private:
  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  std::size_t offset_of(const YAML::Mark& mark) const {
    const auto offset = static_cast<std::size_t>(std::max(mark.pos, 0));
    return std::min(offset - std::min(offset, shift_), text_.size());
  }

  /// Goes to a value, over its own properties: yaml-cpp's marks point at these.
  Properties enter(std::size_t offset, std::string_view tag, YAML::anchor_t anchor) {
    walker_.to(offset);
    Properties properties{.anchor = anchor};
    bool anchor_due = anchor != 0;
    bool tag_due = tag != "?";
    while ((anchor_due && at(walker_.at()) == '&') || (tag_due && at(walker_.at()) == '!')) {
      if (at(walker_.at()) == '!') {
        tag_due = false;
        properties.tag = tag;
      } else {
        anchor_due = false;
      }
      check_indent();
      walker_.take_property();
      walker_.over_blanks();
    }
    return properties;
  }

  /// What is no block collection must be indented deeper than its key, which yaml-cpp leaves open.
  void check_indent() const {
    const Record& parent = builder_.parent();
    if (walker_.depth() > 0 || parent.kind == Kind::missing || builder_.expects_key()) return;
    const std::size_t begin = walker_.at();
    if (column(text_, begin) > column(text_, parent.begin)) return;
    throw Invalid{begin, line_end(text_, begin),
                  fmt::format("'{}' is not indented like a value", excerpt(text_.substr(begin))),
                  "indent it deeper than its key"};
  }

  /// The length of a null that is written here. For a value that is left out yaml-cpp points at
  /// what comes next, which may be the key `null` or `~ x`.
  std::size_t written_null(std::size_t begin) const {
    if (begin < walker_.at()) return 0;
    const std::size_t size = null_size(text_, begin);
    if (builder_.expects_key()) return size;
    const std::size_t next = text_.find_first_not_of(" \t", begin + size);
    const char c = at(next);
    const bool ends = c == '\0' || is_break(c) || c == '#' || (walker_.depth() > 0 && closes(c));
    return ends ? size : 0;
  }

  /// Whether an empty scalar is left out, and not an empty quoted or block scalar.
  bool nothing_written(std::size_t begin) const {
    const char first = at(begin);
    if (first == '"' || first == '\'') {
      const std::size_t next = text_.find_first_not_of(" \t", end_of_quoted(text_, begin));
      return !builder_.expects_key() && at(next) == ':';
    }
    return walker_.depth() > 0 || (first != '|' && first != '>');
  }

  /// Where a value stands that is left out. `offset` is yaml-cpp's idea of it, `properties` whether
  /// a tag or an anchor is written.
  Span left_out(std::size_t offset, bool properties) {
    const Record& parent = builder_.parent();
    if (parent.kind == Kind::missing) return {offset, std::max(offset + 1, walker_.at())};
    if (builder_.expects_key()) return left_out_key(offset, properties);
    if (parent.kind == Kind::mapping) return left_out_value(offset, properties);
    if (parent.style == Style::flow) {
      if (!properties) throw missing_value(text_, offset, ahead_.unclosed());
      return {offset, walker_.at()};
    }
    const std::size_t dash = properties ? walker_.dash() : walker_.over_dash();
    return {dash, dash + 1};
  }

  Span left_out_key(std::size_t offset, bool properties) const {
    if (at(offset) == ',') throw missing_value(text_, offset, ahead_.unclosed());
    if (!properties && at(offset) != ':' && !closes(at(offset))) {
      throw key_on_lines(text_, offset);
    }
    return {offset, offset + 1};
  }

  Span left_out_value(std::size_t offset, bool properties) {
    const Span key{builder_.key().begin, builder_.key().end};
    if (properties) return key;
    if (offset >= walker_.at()) {
      walker_.over_colon();
      return key;
    }
    // yaml-cpp has met no ':', which is right behind '?' and in braces only.
    const bool is_explicit = at(offset) == '?' && is_blank_or_end(text_, offset + 1);
    if (builder_.parent().style == Style::block && !is_explicit) {
      throw bare_word(text_, key.begin, key.end);
    }
    return key;
  }

  void plain(std::size_t begin, const std::string& value, const Properties& properties) {
    std::size_t end = end_of_plain(text_, begin, value);
    std::string_view text = value;
    if (walker_.depth() > 0) {
      if (at(begin) == ':' || at(begin) == '?') throw bad_first(text_, begin);
      if (value.find('?') != std::string::npos) {
        const std::size_t mark = text_.find('?', begin);
        throw Invalid{mark, mark + 1, "kubectl takes no '?' in an unquoted text in brackets",
                      std::string(quote_it)};
      }
      // In `[2001:db8::]` the last ':' is text to kubectl; to yaml-cpp it is the sign of a key.
      if ((pair_due_ || builder_.expects_key()) && at(end) == ':' && closes(at(end + 1))) {
        ++end;
        text_with_colon_ = std::exchange(pair_due_, false);
        text = text_.substr(begin, end - begin);
      }
      begin_pair();
    }
    builder_.scalar(begin, end, Style::plain, begin, text, properties);
    walker_.take(end, Walker::Token::plain);
  }

  static bool closes(char c) { return c == ',' || c == ']' || c == '}'; }

  /// Begins the mapping of one pair that `[a: b]` holds, once its key is known to be one.
  void begin_pair() {
    if (!std::exchange(pair_due_, false)) return;
    builder_.begin_collection(pair_begin_, Kind::mapping, Style::flow, {});
  }

  void quoted(std::size_t begin, const std::string& value, const Properties& properties) {
    const std::size_t end = std::min(end_of_quoted(text_, begin), text_.size());
    const bool is_double = text_[begin] == '"';
    const bool escapes = is_double && text_.substr(begin, end - begin).find('\\') < end - begin;
    if (escapes && shift_ == 0) check_escapes(text_, begin, end);
    std::string text = escapes ? with_valid_utf8(value) : value;
    restore_line_ends(text, text_.substr(begin + 1, end - begin - 2));
    builder_.scalar(begin, end, is_double ? Style::double_quoted : Style::single_quoted, begin + 1,
                    text, properties);
    walker_.take(end);
  }

  void block(std::size_t begin, std::string_view value, const Properties& properties) {
    const Record& parent = builder_.parent();
    const bool is_root = parent.kind == Kind::missing;
    const int indent = is_root ? -1 : static_cast<int>(column(text_, parent.begin));
    const BlockScalar scalar = scan_block_scalar(text_, begin, indent);
    builder_.scalar(begin, scalar.end, text_[begin] == '|' ? Style::literal : Style::folded, begin,
                    without_added_break(text_, scalar, value), properties);
    walker_.take(scalar.end, Walker::Token::block_scalar);
  }

  void begin_collection(const YAML::Mark& mark, std::string_view tag, YAML::anchor_t anchor,
                        Kind kind) {
    // The key of a pair in brackets: its bracket was taken for the pair's own.
    const std::size_t offset = offset_of(mark);
    if (offset < walker_.at()) {
      throw Invalid{offset, offset + 1, "a mapping is the key here",
                    "write a text as the key, or quote it"};
    }
    const Properties properties = enter(offset, tag, anchor);
    const std::size_t begin = walker_.at();
    const bool bracket = at(begin) == (kind == Kind::mapping ? '{' : '[');
    begin_pair();
    if (!bracket && walker_.depth() > 0) {
      pair_due_ = true;
      pair_begin_ = begin;
      return;
    }
    if (bracket) check_indent();
    const Style style = bracket ? Style::flow : Style::block;
    builder_.begin_collection(begin, kind, style, properties);
    if (bracket) walker_.open();
    ahead_.from(walker_.at());
  }

  void end_collection() {
    if (std::exchange(text_with_colon_, false)) return;
    const Record& record = builder_.parent();
    // `[a: b]` holds a mapping without brackets of its own.
    const bool bracket = at(record.begin) == (record.kind == Kind::mapping ? '{' : '[');
    if (bracket) walker_.close();
    builder_.end_collection(bracket ? walker_.at() : 0);
    ahead_.from(walker_.at());
  }

  std::string_view text_;
  Builder builder_;
  Walker walker_;
  Lookahead ahead_;
  std::size_t shift_;
  std::size_t pair_begin_ = 0;
  bool pair_due_ = false;         ///< a mapping of one pair has begun at pair_begin_
  bool text_with_colon_ = false;  ///< what yaml-cpp calls a pair is a text
};

}  // namespace

void read_with_yaml_cpp(Tree& tree, const Limits& limits) {
  const std::string_view text = tree.part;
  const std::size_t begin = first_content(text);
  if (begin == text.size()) return Walker(text).finish();
  check_directive(text, begin);
  Feed feed = feed_for(text, begin);
  std::istringstream input(std::move(feed.text));
  TreeBuilder builder(tree, limits, begin, feed.shift);
  try {
    YAML::Parser parser(input);
    // Only the first: after a stray `,` yaml-cpp finds empty documents for ever.
    parser.HandleNextDocument(builder);
  } catch (const YAML::Exception& exception) {
    throw builder.translate(exception);
  }
}

}  // namespace cassmesh::yaml::detail
