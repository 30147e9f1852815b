#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tree.hpp"

/// What is refused besides what yaml-cpp refuses: text that no reader, or not every reader in the
/// cluster, takes, and what would cost yaml-cpp too much memory.
namespace cassmesh::yaml::detail {

/// Refuses text that is too long, is no UTF-8 or holds characters that YAML has not.
void check_text(std::string_view text, std::size_t limit);

/// Refuses a directive where the first content stands.
void check_directive(std::string_view text, std::size_t begin);

/// Refuses JSON's `\/` in the double-quoted scalar in [begin, end): kubectl takes it in a file that
/// begins with a bracket only.
void check_escapes(std::string_view text, std::size_t begin, std::size_t end);

/// Whether U+0085, U+2028 or U+2029 begins here: line ends for YAML 1.1 readers, as kubectl is,
/// and none for the others.
bool is_unicode_break(std::string_view text, std::size_t offset);

/// The next of these in [begin, end), else `end`.
std::size_t find_unicode_break(std::string_view text, std::size_t begin, std::size_t end);

std::size_t byte_order_mark_size(std::string_view text);

/// The first line of `text`, cut to what a message can bear.
std::string excerpt(std::string_view text);

/// Runs ahead of yaml-cpp over brackets, quotes and aliases. As long as yaml-cpp does not know
/// whether what it reads is a key it queues all tokens, at some 100 bytes each, so that a million
/// `[` cost 230 MB before its own depth limit strikes. To be asked before it reads on.
class Lookahead {
 public:
  explicit Lookahead(std::string_view text) : text_(text) {}

  /// Looks at what follows `offset`, where a token ends, up to the next plain or block scalar.
  /// `value`: what comes first cannot be a key.
  void from(std::size_t offset, bool value = false);

  /// Where the first bracket or quote stands that is never closed, or by the wrong sign; npos if
  /// there is none.
  std::size_t unclosed() const { return unclosed_; }

 private:
  void walk_flow(bool value);
  void step_in_flow(std::vector<std::size_t>& open);
  bool over_blank();
  void over_token();
  void note_unclosed(std::size_t offset) {
    if (unclosed_ == std::string_view::npos) unclosed_ = offset;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t unclosed_ = std::string_view::npos;
};

}  // namespace cassmesh::yaml::detail
