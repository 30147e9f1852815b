// From yaml-cpp's events to a Tree; the only file that sees yaml-cpp.
//
// yaml-cpp tells where a value begins and what it reads, not where it ends, and takes much that no
// other reader takes. So a Walker follows it through the text: it finds the ends, and meets what
// yaml-cpp has passed over. What yaml-cpp says itself is obscure and is put into our own words.

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <bit>
#include <sstream>
#include <utility>

#include "yaml_guard.hpp"
#include "yaml_scan.hpp"
#include "yaml_tree.hpp"

namespace cassmesh::yaml::detail {
namespace {

/// yaml-cpp writes `\N` and `\_` as single bytes, which is no UTF-8.
std::string with_valid_utf8(std::string_view value) {
  std::string valid;
  int due = 0;  // bytes of a code point that has begun
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const int ones = std::countl_one(byte);
    if (ones == 1 && due == 0) valid += '\xC2';
    due = ones == 1 ? std::max(due - 1, 0) : std::max(ones - 1, 0);
    valid += c;
  }
  return valid;
}

/// yaml-cpp keeps at most one of the line ends before the closing quote.
void restore_line_ends(std::string& value, std::string_view written) {
  const std::size_t last = written.find_last_not_of(" \t\r\n");
  const std::string_view tail = written.substr(last == std::string_view::npos ? 0 : last + 1);
  const auto breaks = static_cast<std::size_t>(std::ranges::count(tail, '\n'));
  if (breaks < 2) return;
  value.append(value.empty() ? breaks - 1 : breaks - 2, '\n');
}

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
                const std::string& value) override {
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
  /// what comes next, which may be the key `null`.
  std::size_t written_null(std::size_t begin) const {
    if (begin < walker_.at()) return 0;
    const std::size_t size = null_size(text_, begin);
    const std::size_t next = text_.find_first_not_of(" \t", begin + size);
    return !builder_.expects_key() && at(next) == ':' ? 0 : size;
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
      if (!properties) missing_before_comma(offset);
      return {offset, walker_.at()};
    }
    const std::size_t dash = properties ? walker_.dash() : walker_.over_dash();
    return {dash, dash + 1};
  }

  Span left_out_key(std::size_t offset, bool properties) const {
    if (at(offset) == ',') missing_before_comma(offset);
    if (!properties && at(offset) != ':' && !closes(at(offset))) key_on_lines(offset);
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
    if (builder_.parent().style == Style::block && !is_explicit) bare_word(key);
    return key;
  }

  [[noreturn]] void missing_before_comma(std::size_t offset) const {
    if (offset > ahead_.unclosed()) throw never_closed(text_, ahead_.unclosed());
    throw Invalid{offset, offset + 1, "a value is missing before ','", "delete the ','"};
  }

  [[noreturn]] void key_on_lines(std::size_t offset) const {
    throw Invalid{offset, line_end(text_, offset),
                  fmt::format("'{}' begins a key of several lines", excerpt(text_.substr(offset))),
                  "write the key on one line"};
  }

  [[noreturn]] void bare_word(Span key) const {
    const std::string word = excerpt(text_.substr(key.begin, key.end - key.begin));
    throw Invalid{key.begin, key.end, fmt::format("'{}' stands where a key is due", word),
                  fmt::format("write '{}:', or indent it to continue the value above", word)};
  }

  void plain(std::size_t begin, const std::string& value, const Properties& properties) {
    std::size_t end = end_of_plain(text_, begin, value);
    std::string_view text = value;
    if (walker_.depth() > 0) {
      if (at(begin) == ':') {
        throw Invalid{begin, begin + 1, "a value in brackets cannot begin with ':'",
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

  /// JSON's `\/`, which kubectl takes in a file that begins with a bracket only.
  void check_escapes(std::size_t begin, std::size_t end) const {
    if (shift_ > 0) return;
    for (std::size_t i = text_.find('\\', begin); i < end; i = text_.find('\\', i + 2)) {
      if (at(i + 1) != '/') continue;
      throw Invalid{i, i + 2, "'\\/' is no escape in double quotes", "delete the backslash"};
    }
  }

  void quoted(std::size_t begin, const std::string& value, const Properties& properties) {
    const std::size_t end = std::min(end_of_quoted(text_, begin), text_.size());
    const bool is_double = text_[begin] == '"';
    const bool escapes = is_double && text_.substr(begin, end - begin).find('\\') < end - begin;
    if (escapes) check_escapes(begin, end);
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
    // The line end that we gave to the last line is not part of the value.
    const bool is_last = text_.find_first_not_of(" \n\r", scalar.end) == std::string_view::npos;
    if (is_last && value.ends_with('\n') &&
        (scalar.keep || column(text_, text_.size()) > scalar.indent)) {
      value.remove_suffix(text_.ends_with('\n') ? 0 : 1);
    }
    builder_.scalar(begin, scalar.end, text_[begin] == '|' ? Style::literal : Style::folded, begin,
                    value, properties);
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
  if (text[begin] == '%' && column(text, begin) == 0) {
    throw Invalid{begin, line_end(text, begin), "Kubernetes reads no YAML directives",
                  "delete the line"};
  }
  // Behind `--- ` the outermost bracket cannot be a key, so yaml-cpp queues only little of it. The
  // one behind the text makes an error of a quote that is never closed, which yaml-cpp would take.
  const bool bracket = text[begin] == '[' || text[begin] == '{';
  const std::string_view before = bracket ? "--- " : "";
  const std::size_t mark = byte_order_mark_size(text);
  std::string fed;
  fed.reserve(text.size() + 10);
  fed.append(before).append(mark, ' ').append(text.substr(mark));
  fed += text.ends_with('\n') ? "---\n" : "\n---\n";
  std::istringstream input(std::move(fed));
  TreeBuilder builder(tree, limits, begin, before.size());
  try {
    YAML::Parser parser(input);
    // Only the first: after a stray `,` yaml-cpp finds empty documents for ever.
    parser.HandleNextDocument(builder);
  } catch (const YAML::Exception& exception) {
    throw builder.translate(exception);
  }
}

}  // namespace cassmesh::yaml::detail
