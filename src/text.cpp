#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>
#include <vector>

namespace cassmesh {
namespace {

/// The longest that Kubernetes takes for anything.
constexpr std::size_t longest_name = 253;

/// How far the two are apart if that is near enough to name one for the other. No two names are
/// compared letter by letter that are too long for Kubernetes: that costs the square of the length.
std::optional<std::size_t> nearness(std::string_view word, std::string_view candidate) {
  const auto shorter = std::min(word.size(), candidate.size());
  const auto apart = std::max(word.size(), candidate.size()) - shorter;
  if (shorter >= 3 && word.substr(0, shorter) == candidate.substr(0, shorter)) return apart;
  const auto limit = std::max<std::size_t>(1, word.size() / 3);
  if (apart > limit || shorter > longest_name) return std::nullopt;
  const auto steps = slips(word, candidate);
  if (steps > limit || steps >= word.size()) return std::nullopt;
  return steps;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char letter) { return lower_case(letter); });
  return result;
}

std::optional<int> whole_number(std::string_view text, int least, int most) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || value < least || value > most) return std::nullopt;
  return value;
}

std::optional<int> ordinal(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return whole_number(text);
}

std::optional<bool> go_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::string wrapped(std::string_view text, std::string_view prefix, std::size_t columns) {
  std::string out;
  std::string line(prefix);
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (line.size() > prefix.size() && line.size() + 1 + end > columns) {
      out += line + '\n';
      line = prefix;
    }
    if (line.size() > prefix.size()) line += ' ';
    line += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + line + '\n';
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Damerau-Levenshtein, each letter moved at most once.
std::size_t slips(std::string_view one, std::string_view other) {
  std::vector<std::size_t> before_last(other.size() + 1);
  std::vector<std::size_t> last(other.size() + 1);
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= one.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped =
          i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[other.size()];
}

std::string_view closest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::optional<std::size_t> least;
  const auto wanted = lower_case(word);
  for (const auto candidate : candidates) {
    const auto steps = nearness(wanted, lower_case(candidate));
    if (!steps || (least && *least <= *steps)) continue;
    least = steps;
    best = candidate;
  }
  return best;
}

}  // namespace cassmesh
