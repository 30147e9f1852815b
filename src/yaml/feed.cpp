#include "feed.hpp"

#include <algorithm>
#include <bit>

#include "guard.hpp"
#include "scan.hpp"

namespace cassmesh::yaml::detail {
namespace {

/// In no UTF-8, nor in what yaml-cpp makes of an escape.
constexpr char stand_in = '\xC0';

bool is_opening(std::string_view text, std::size_t offset, std::string_view signs) {
  return offset == 0 || is_blank_or_break(text[offset - 1]) ||
         signs.find(text[offset - 1]) != std::string_view::npos;
}

/// In brackets yaml-cpp ends a plain scalar at any '?', which is text in YAML 1.2 and to libyaml
/// (Go's readers, so kubectl too, refuse it). So each '?' that cannot be the sign of a key is
/// replaced, whatever it stands in: elsewhere that makes no difference to yaml-cpp, except in a
/// tag.
void replace_question_marks(std::string& text) {
  constexpr std::string_view brackets = ",[]{}";
  constexpr std::string_view before_tag = ",[]{}:";
  if (text.find('?') == std::string::npos) return;
  for (std::size_t i = text.find_first_of("!?"); i < text.size();) {
    if (text[i] == '!' && is_opening(text, i, before_tag)) {
      i = text.find_first_of("!?", end_of_property(text, i));
      continue;
    }
    const bool key = is_opening(text, i, brackets) && is_blank_or_end(text, i + 1);
    const bool after_colon = i > 0 && text[i - 1] == ':';  // refused in brackets by others too
    if (text[i] == '?' && !key && !after_colon) text[i] = stand_in;
    i = text.find_first_of("!?", i + 1);
  }
}

}  // namespace

Feed feed_for(std::string_view document, std::size_t begin) {
  // Behind `--- ` the outermost bracket cannot be a key, so yaml-cpp queues only little of it. The
  // one behind the text makes an error of a quote that is never closed, which yaml-cpp would take.
  const bool bracket = document[begin] == '[' || document[begin] == '{';
  const std::string_view before = bracket ? "--- " : "";
  const std::size_t mark = byte_order_mark_size(document);
  Feed feed{.text = {}, .shift = before.size()};
  feed.text.reserve(document.size() + 10);
  feed.text.append(before).append(mark, ' ').append(document.substr(mark));
  replace_question_marks(feed.text);
  feed.text += document.ends_with('\n') ? "---\n" : "\n---\n";
  return feed;
}

std::string with_question_marks(std::string value) {
  std::ranges::replace(value, stand_in, '?');
  return value;
}

std::string_view without_added_break(std::string_view document, const BlockScalar& scalar,
                                     std::string_view value) {
  if (document.ends_with('\n') || !value.ends_with('\n')) return value;
  const bool is_last = document.find_first_not_of(" \n\r", scalar.end) == std::string_view::npos;
  const bool is_added = scalar.keep || column(document, document.size()) > scalar.indent;
  return is_last && is_added ? value.substr(0, value.size() - 1) : value;
}

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

void restore_line_ends(std::string& value, std::string_view written) {
  const std::size_t last = written.find_last_not_of(" \t\r\n");
  const std::string_view tail = written.substr(last == std::string_view::npos ? 0 : last + 1);
  const auto breaks = static_cast<std::size_t>(std::ranges::count(tail, '\n'));
  if (breaks < 2) return;
  value.append(value.empty() ? breaks - 1 : breaks - 2, '\n');
}

}  // namespace cassmesh::yaml::detail
