#include "shell_words.hpp"

#include <algorithm>

namespace cassmesh::cli {
namespace {

/// What no shell takes for anything else.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./=:,@%+").find(c) != std::string_view::npos;
}

/// Takes one word off the front of a line, up to a blank; false if it is not written as ours are.
bool take_word(std::string_view& line, std::string& word) {
  constexpr std::string_view quote = "\\'";
  while (!line.empty() && line.front() != ' ') {
    if (line.starts_with(quote)) {
      word += '\'';
      line.remove_prefix(quote.size());
    } else if (line.front() == '\'') {
      const auto end = line.find('\'', 1);
      if (end == line.npos) return false;
      word += line.substr(1, end - 1);
      line.remove_prefix(end + 1);
    } else if (is_plain(line.front())) {
      word += line.front();
      line.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::optional<std::vector<std::string>> shell_words(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    if (line.empty() || line.front() == ' ') return std::nullopt;
    if (!take_word(line, words.emplace_back())) return std::nullopt;
    if (line.empty()) return words;
    line.remove_prefix(1);
  }
}

}  // namespace cassmesh::cli
