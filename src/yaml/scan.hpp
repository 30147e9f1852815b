#pragma once

#include <cstddef>
#include <string_view>

/// Where YAML's tokens end in the raw text: small functions, each given where its token begins.
/// They are exact for what yaml-cpp takes, and only that.
namespace cassmesh::yaml::detail {

inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
inline bool is_break(char c) {
  return c == '\n' || c == '\r';
}
inline bool is_blank_or_break(char c) {
  return is_blank(c) || is_break(c);
}
inline bool is_blank_or_end(std::string_view text, std::size_t offset) {
  return offset >= text.size() || is_blank_or_break(text[offset]);
}

/// Where the first character stands that is neither blank nor comment; the text's size if none.
std::size_t first_content(std::string_view text);
/// The end of the line without its line end.
std::size_t line_end(std::string_view text, std::size_t offset);
/// The bytes between the beginning of the line and `offset`.
std::size_t column(std::string_view text, std::size_t offset);

/// Behind the closing quote; npos if there is none.
std::size_t end_of_quoted(std::string_view text, std::size_t begin);
/// Behind a tag, an anchor or an alias.
std::size_t end_of_property(std::string_view text, std::size_t begin);
/// Where a plain scalar in brackets ends at the latest, blanks behind it included.
std::size_t end_of_plain_in_flow(std::string_view text, std::size_t begin);
/// Where the plain scalar ends that reads `value`, over all of its lines.
std::size_t end_of_plain(std::string_view text, std::size_t begin, std::string_view value);
/// A scalar behind `|` or `>`.
struct BlockScalar {
  std::size_t end = 0;     ///< the end of its last line with text, or of its header if it has none
  std::size_t indent = 0;  ///< what is cut off each line
  bool keep = false;       ///< `+`: with all line ends
};
/// `parent`: the column of the block collection around it, -1 if there is none. Refuses a tab where
/// the indentation is to be found out.
BlockScalar scan_block_scalar(std::string_view text, std::size_t begin, int parent);
/// The length of the `null`, `Null`, `NULL` or `~` that stands here, else 0.
std::size_t null_size(std::string_view text, std::size_t begin);

/// Walks over what stands between two values: blanks, comments and the signs of the structure.
/// Refuses the tabs there that Go's reader refuses and yaml-cpp takes.
class Walker {
 public:
  explicit Walker(std::string_view text);

  std::size_t at() const { return at_; }
  int depth() const { return depth_; }
  /// Goes on to where a value begins.
  void to(std::size_t offset);
  /// Goes on over blanks, line ends and comments only.
  void over_blanks();
  /// Goes on behind the next `-` and returns where it stands.
  std::size_t over_dash();
  /// Goes on behind a `:` if there is one next.
  void over_colon();
  /// Enters a bracket, which stands here; leaves the innermost one, whose end comes next.
  void open();
  void close();
  /// Takes a tag, anchor or alias, which stands here.
  void take_property();
  enum class Token { plain, block_scalar, other };
  /// Takes a value that ends at `end`.
  void take(std::size_t end, Token token = Token::other);
  /// Refuses anything but blanks, comments and `...` up to the end of the text.
  void finish();
  /// The newest `-` that it walked over.
  std::size_t dash() const { return dash_; }

 private:
  bool step_over_blank();
  void step();
  void check_comment(std::size_t end) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t dash_ = 0;
  int depth_ = 0;             ///< in how many brackets
  bool key_allowed_ = true;   ///< libyaml's simple_key_allowed: where a tab is refused
  bool after_plain_ = false;  ///< blanks still belong to the plain scalar before them
  bool unicode_breaks_;       ///< the text holds some
};

}  // namespace cassmesh::yaml::detail
