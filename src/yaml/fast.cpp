// The fast reader: one pass over the plain YAML that manifests are written in.
//
// It reads what yaml-cpp reads there, and nothing that yaml-cpp refuses: block mappings and lists,
// flow collections, and scalars of every style. It gives up at all else: anchors, aliases, tags,
// merges, `?`, pairs in lists, tabs outside of texts, and whatever looks wrong. It never complains,
// so that there is one reader that does. tests/yaml_fast_test.cpp compares the two.

#include "fast.hpp"

#include <algorithm>
#include <string>

#include "fast_cursor.hpp"
#include "fast_scalar.hpp"
#include "guard.hpp"
#include "scan.hpp"

namespace cassmesh::yaml::detail {
namespace {

constexpr int max_depth = 100;
constexpr std::size_t max_key = 1000;          // 1024 is where yaml-cpp sees a key no more
constexpr std::size_t max_queued = 3'000'000;  // what the guard of yaml-cpp's memory may refuse
constexpr std::size_t bytes_per_record = 16;   // on average, in manifests

bool is_null_word(std::string_view word) {
  if (word.size() != 4) return word == "~";
  return word == "null" || word == "Null" || word == "NULL";
}

class FastReader {
 public:
  explicit FastReader(Tree& tree) : text_(tree.part), cursor_(text_), builder_(tree, 0) {
    tree.records.reserve(text_.size() / bytes_per_record + 8);
  }

  void run() {
    cursor_.next_content();
    if (cursor_.at_end()) return;
    json_ = cursor_.peek() == '{' || cursor_.peek() == '[';
    node(-1, true);
    if (!cursor_.at_end()) give_up();
  }

 private:
  std::string_view slice(const FastScalar& scalar) const {
    return text_.substr(scalar.begin, scalar.end - scalar.begin);
  }

  void enter(Kind kind, Style style) {
    if (++depth_ > max_depth) give_up();
    builder_.begin_collection(cursor_.at(), kind, style, {});
  }
  void leave(std::size_t end) {
    --depth_;
    builder_.end_collection(end);
  }

  /// Reads the value that begins here, and goes on to the next content. `parent`: the column of the
  /// collection around it. `block`: a block collection may begin here.
  void node(int parent, bool block) {
    const char c = cursor_.peek();
    if (c == '[' || c == '{') {
      flow(!block || json_);
      return cursor_.end_line();
    }
    if (cursor_.at_dash()) {
      if (!block) give_up();
      return sequence();
    }
    if (parent >= 0 && (c == '|' || c == '>')) return block_scalar(parent);
    scalar_or_mapping(parent, block);
  }

  void scalar_or_mapping(int parent, bool block) {
    const FastScalar scalar = cursor_.scan();
    if (is_key(scalar)) {
      if (!block) give_up();
      return mapping(scalar);
    }
    if (parent < 0) give_up();
    cursor_.to(scalar.stop);
    cursor_.end_line();
    const bool goes_on = cursor_.column() > parent && !cursor_.after_comment();
    if (goes_on && scalar.style == Style::plain) return plain_lines(scalar, parent);
    value(scalar);
  }

  void sequence() {
    const int column = cursor_.column();
    enter(Kind::sequence, Style::block);
    do {
      const std::size_t dash = cursor_.at();
      if (cursor_.over_dash()) {
        node(column, true);
        continue;
      }
      cursor_.end_line();
      if (cursor_.column() > column) {
        node(column, true);
      } else {
        builder_.null(dash, dash + 1, Style::none, {});
      }
    } while (cursor_.column() == column && cursor_.at_dash());
    if (cursor_.column() > column) give_up();
    leave(0);
  }

  void mapping(FastScalar first) {
    const int column = cursor_.column();
    enter(Kind::mapping, Style::block);
    while (true) {
      key(first);
      cursor_.to(first.stop + 1);
      cursor_.over_spaces();
      if (cursor_.line_is_over()) {
        value_below(first, column);
      } else {
        node(column, false);
      }
      if (cursor_.column() != column) break;
      first = cursor_.scan();
      if (!is_key(first)) give_up();
    }
    if (cursor_.column() > column) give_up();
    leave(0);
  }

  /// The value of a key with nothing behind its ':'.
  void value_below(const FastScalar& name, int column) {
    cursor_.end_line();
    if (cursor_.column() > column) {
      node(column, true);
    } else if (cursor_.column() == column && cursor_.at_dash()) {
      sequence();
    } else {
      builder_.null(name.begin, name.end, Style::none, {});
    }
  }

  /// Whether a scalar is the key of a block mapping.
  bool is_key(const FastScalar& scalar) const {
    return scalar.stop < text_.size() && text_[scalar.stop] == ':' &&
           is_blank_or_end(text_, scalar.stop + 1);
  }

  void key(const FastScalar& name) {
    if (!name.one_line || name.stop - name.begin > max_key) give_up();
    const std::string_view word = slice(name);
    if (word == "<<" || is_null_word(word)) give_up();
    value(name);
  }

  void value(const FastScalar& scalar) {
    if (scalar.style != Style::plain) return quoted(scalar);
    const std::string_view word = slice(scalar);
    if (is_null_word(word)) {
      builder_.null(scalar.begin, scalar.end, Style::plain, {});
    } else {
      builder_.scalar(scalar.begin, scalar.end, Style::plain, scalar.begin, word, {});
    }
  }

  void quoted(const FastScalar& scalar) {
    if (++quoted_ > max_queued) give_up();
    const std::size_t begin = scalar.begin + 1;
    std::string_view written = text_.substr(begin, scalar.end - 1 - begin);
    if (!scalar.verbatim) {
      decode_quoted(text_, scalar.begin, scalar.end, json_, decoded_);
      written = decoded_;
    }
    builder_.scalar(scalar.begin, scalar.end, scalar.style, begin, written, {});
  }

  /// A plain scalar that goes on in the line of the next content: one line end is a space, of
  /// several all but one are kept.
  void plain_lines(const FastScalar& first, int parent) {
    decoded_ = slice(first);
    std::size_t end = first.end;
    do {
      const std::string_view between = text_.substr(end, cursor_.at() - end);
      const auto breaks = static_cast<std::size_t>(std::ranges::count(between, '\n'));
      decoded_.append(std::max<std::size_t>(breaks - 1, 1), breaks == 1 ? ' ' : '\n');
      const FastScalar next = cursor_.scan_line();
      if (is_key(next)) give_up();
      decoded_ += slice(next);
      end = next.end;
      cursor_.to(next.stop);
      cursor_.end_line();
    } while (cursor_.column() > parent && !cursor_.after_comment());
    builder_.scalar(first.begin, end, Style::plain, first.begin, decoded_, {});
  }

  void block_scalar(int parent) {
    const std::size_t begin = cursor_.at();
    const Style style = text_[begin] == '|' ? Style::literal : Style::folded;
    const BlockScan block =
        read_block_scalar(text_, begin, static_cast<std::size_t>(parent), decoded_);
    builder_.scalar(begin, block.end, style, begin, decoded_, {});
    cursor_.to(block.next);
    cursor_.next_content();
  }

  /// A collection in brackets. `value`: it cannot be a key, so yaml-cpp queues little of it.
  void flow(bool value) {
    const std::size_t begin = cursor_.at();
    const bool mapping = cursor_.peek() == '{';
    const char close = mapping ? '}' : ']';
    enter(mapping ? Kind::mapping : Kind::sequence, Style::flow);
    do {
      cursor_.to(cursor_.at() + 1);
      cursor_.over_flow_blanks();
      if (cursor_.peek() == close) break;
      if (mapping) flow_key();
      flow_value(mapping);
      cursor_.over_flow_blanks();
    } while (cursor_.peek() == ',');
    if (cursor_.peek() != close) give_up();
    cursor_.to(cursor_.at() + 1);
    if (!value && cursor_.at() - begin > max_queued) give_up();
    leave(cursor_.at());
  }

  void flow_key() {
    const FastScalar name = cursor_.scan_in_flow();
    const std::size_t colon = name.stop;
    if (colon + 1 >= text_.size() || text_[colon] != ':') give_up();
    // As in JSON, nothing need stand around the ':' behind a quote.
    const bool is_json = name.style != Style::plain && colon == name.end;
    if (!is_json && !is_blank_or_break(text_[colon + 1])) give_up();
    key(name);
    cursor_.to(colon + 1);
    cursor_.over_flow_blanks();
  }

  void flow_value(bool in_mapping) {
    const char c = cursor_.peek();
    if (c == '[' || c == '{') return flow(in_mapping);
    const FastScalar scalar = cursor_.scan_in_flow();
    value(scalar);
    cursor_.to(scalar.stop);
  }

  std::string_view text_;
  FastCursor cursor_;
  Builder builder_;
  bool json_ = false;  ///< the document begins with a bracket
  int depth_ = 0;
  std::size_t quoted_ = 0;
  std::string decoded_;
};

}  // namespace

bool read_fast(Tree& tree) {
  const std::string_view text = tree.part;
  if (byte_order_mark_size(text) > 0) return false;
  if (find_unicode_break(text, 0, text.size()) < text.size()) return false;
  try {
    FastReader(tree).run();
    return true;
  } catch (const Unsupported&) {
    tree.records.assign(1, Record{});
    tree.decoded.clear();
    tree.root = 0;
    return false;
  }
}

}  // namespace cassmesh::yaml::detail
