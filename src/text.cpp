#include "text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace cassmesh {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_subdomain = 253;

bool is_lower(char letter) {
  return letter >= 'a' && letter <= 'z';
}
bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

char lower(char letter) {
  return is_upper(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char letter) { return lower(letter); });
  return result;
}

/// Damerau-Levenshtein, each letter moved at most once: what has to be typed to turn one into the
/// other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// How far the two are apart if that is near enough to name one for the other. No two names are
/// compared letter by letter that are too long for Kubernetes: that costs the square of the length.
std::optional<std::size_t> nearness(std::string_view word, std::string_view candidate) {
  const auto shorter = std::min(word.size(), candidate.size());
  const auto apart = std::max(word.size(), candidate.size()) - shorter;
  if (shorter >= 3 && word.substr(0, shorter) == candidate.substr(0, shorter)) return apart;
  const auto limit = std::max<std::size_t>(1, word.size() / 3);
  if (apart > limit || shorter > longest_subdomain) return std::nullopt;
  const auto steps = distance(word, candidate);
  if (steps > limit || steps >= word.size()) return std::nullopt;
  return steps;
}

bool is_label_letter(char letter) {
  return is_lower(letter) || is_digit(letter);
}
bool is_name_letter(char letter) {
  return is_label_letter(letter) || is_upper(letter);
}

/// What a kind of name is made of.
struct Alphabet {
  bool (*ends)(char letter);  ///< may stand first and last
  std::string_view inside;    ///< may stand between, too
  std::string_view in_words;
};

constexpr Alphabet label_alphabet{is_label_letter, "-", "a-z, 0-9 and '-'"};
constexpr Alphabet subdomain_alphabet{is_label_letter, "-", "a-z, 0-9, '-' and '.'"};
constexpr Alphabet name_alphabet{is_name_letter, "-_.", "a-z, A-Z, 0-9, '-', '_' and '.'"};

/// `start` is where `text` begins in the whole name, for the position that is told.
std::optional<std::string> letters_problem(std::string_view text, const Alphabet& alphabet,
                                           std::size_t start = 0) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (alphabet.ends(letter) || alphabet.inside.find(letter) != text.npos) continue;
    const auto position = start + i + 1;
    if (is_upper(letter))
      return fmt::format("has a capital letter '{}' at position {}", letter, position);
    const auto size = first_code_point(text.substr(i)).size;
    return fmt::format("has '{}' at position {}, allowed are {}", text.substr(i, size), position,
                       alphabet.in_words);
  }
  if (!alphabet.ends(text.front())) return fmt::format("starts with '{}'", text.front());
  if (!alphabet.ends(text.back())) return fmt::format("ends with '{}'", text.back());
  return std::nullopt;
}

std::optional<std::string> size_problem(std::string_view text, std::size_t longest) {
  if (text.empty()) return "is empty";
  if (text.size() <= longest) return std::nullopt;
  return fmt::format("is longer than {} characters ({})", longest, text.size());
}

/// A number without a sign: 0.DIGITS * 10^`point`.
struct Decimal {
  std::vector<int> digits;
  std::int64_t point = 0;
};

/// Takes `12`, `12.5`, `12.` or `.5` off the front of the text.
std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal number;
  bool fraction = false;
  for (; !text.empty() && (is_digit(text.front()) || text.front() == '.'); text.remove_prefix(1)) {
    if (text.front() == '.') {
      if (std::exchange(fraction, true)) return std::nullopt;
      continue;
    }
    number.digits.push_back(text.front() - '0');
    if (!fraction) ++number.point;
  }
  if (number.digits.empty()) return std::nullopt;
  return number;
}

void multiply(Decimal& number, int factor) {
  int carry = 0;
  for (auto digit = number.digits.rbegin(); digit != number.digits.rend(); ++digit) {
    carry += *digit * factor;
    *digit = std::exchange(carry, carry / 10) % 10;
  }
  for (; carry > 0; carry /= 10, ++number.point)
    number.digits.insert(number.digits.begin(), carry % 10);
}

/// Reads `e3` or `E-3`.
bool apply_exponent(std::string_view suffix, Decimal& number) {
  if (suffix.empty() || lower(suffix.front()) != 'e') return false;
  suffix.remove_prefix(1);
  if (suffix.size() > 1 && suffix[0] == '+' && is_digit(suffix[1])) suffix.remove_prefix(1);
  std::int32_t exponent = 0;
  const auto* end = suffix.data() + suffix.size();
  const auto [rest, error] = std::from_chars(suffix.data(), end, exponent);
  number.point += exponent;
  return error == std::errc{} && rest == end;
}

bool apply_suffix(std::string_view suffix, Decimal& number) {
  constexpr std::array<std::pair<std::string_view, int>, 10> powers_of_ten{{{"", 0},
                                                                            {"n", -9},
                                                                            {"u", -6},
                                                                            {"m", -3},
                                                                            {"k", 3},
                                                                            {"M", 6},
                                                                            {"G", 9},
                                                                            {"T", 12},
                                                                            {"P", 15},
                                                                            {"E", 18}}};
  constexpr std::array<std::string_view, 6> powers_of_1024{"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  for (const auto& [name, power] : powers_of_ten) {
    if (suffix != name) continue;
    number.point += power;
    return true;
  }
  const auto* const found = std::ranges::find(powers_of_1024, suffix);
  if (found == powers_of_1024.end()) return apply_exponent(suffix, number);
  for (const auto* step = powers_of_1024.begin(); step <= found; ++step) multiply(number, 1024);
  return true;
}

/// Cuts a number to what Kubernetes keeps of it.
Quantity to_quantity(const Decimal& number) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int32_t nanos_in_one = 1'000'000'000;
  const auto size = static_cast<std::int64_t>(number.digits.size());
  const auto digit = [&](std::int64_t at) {
    return at >= 0 && at < size ? number.digits[static_cast<std::size_t>(at)] : 0;
  };
  const auto first = std::ranges::find_if(number.digits, [](int it) { return it != 0; });
  if (first == number.digits.end()) return {};
  const auto zeros = first - number.digits.begin();
  if (number.point - zeros > 19) return {most, 0};

  std::uint64_t whole = 0;  // 19 digits fit
  for (auto at = zeros; at < number.point; ++at) {
    whole = whole * 10 + static_cast<std::uint64_t>(digit(at));
  }
  std::int32_t nanos = 0;
  for (auto at = number.point; at < number.point + 9; ++at) nanos = nanos * 10 + digit(at);
  const auto finer = std::clamp<std::int64_t>(number.point + 9, 0, size);
  if (std::any_of(number.digits.begin() + finer, number.digits.end(),
                  [](int it) { return it != 0; })) {
    ++nanos;
  }
  if (nanos == nanos_in_one) {
    ++whole;
    nanos = 0;
  }
  if (whole >= static_cast<std::uint64_t>(most)) return {most, 0};
  return {static_cast<std::int64_t>(whole), nanos};
}

Quantity negated(const Quantity& it) {
  if (it.nanos == 0) return {-it.whole, 0};
  return {-it.whole - 1, 1'000'000'000 - it.nanos};
}

struct Range {
  char32_t first;
  char32_t last;
};

// From Unicode 15's EastAsianWidth.txt and DerivedGeneralCategory.txt, neighbours joined: enough to
// put a caret under the right place of what people write in manifests.
constexpr std::array wide{Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},
                          Range{0x2614, 0x2615},   Range{0x26A1, 0x26A1},   Range{0x26D4, 0x26D4},
                          Range{0x2705, 0x2705},   Range{0x2728, 0x2728},   Range{0x274C, 0x274C},
                          Range{0x2753, 0x2755},   Range{0x2757, 0x2757},   Range{0x2795, 0x2797},
                          Range{0x2B1B, 0x2B1C},   Range{0x2B50, 0x2B50},   Range{0x2B55, 0x2B55},
                          Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},
                          Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},
                          Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
                          Range{0xFFE0, 0xFFE6},   Range{0x1F18E, 0x1F18E}, Range{0x1F191, 0x1F19A},
                          Range{0x1F200, 0x1F320}, Range{0x1F32D, 0x1F64F}, Range{0x1F680, 0x1F6FF},
                          Range{0x1F7E0, 0x1F7EB}, Range{0x1F900, 0x1F9FF}, Range{0x1FA70, 0x1FAFF},
                          Range{0x20000, 0x3FFFD}};
constexpr std::array combining{
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x0610, 0x061A},
    Range{0x064B, 0x065F}, Range{0x093C, 0x093C}, Range{0x0941, 0x0948}, Range{0x094D, 0x094D},
    Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E}, Range{0x1AB0, 0x1ACE},
    Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200D}, Range{0x20D0, 0x20F0}, Range{0x302A, 0x302D},
    Range{0x3099, 0x309A}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xE0100, 0xE01EF}};

bool is_in(std::span<const Range> ranges, char32_t character) {
  const auto after = std::ranges::upper_bound(ranges, character, {}, &Range::first);
  return after != ranges.begin() && character <= std::prev(after)->last;
}

/// Length of the character that starts with this byte; 0 if none can.
std::size_t length_from(unsigned char lead) {
  if (lead < 0x80U) return 1;
  if (lead >= 0xC2U && lead <= 0xDFU) return 2;
  if (lead >= 0xE0U && lead <= 0xEFU) return 3;
  if (lead >= 0xF0U && lead <= 0xF4U) return 4;
  return 0;
}

}  // namespace

std::string lower_case(std::string_view text) {
  return lower(text);
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view closest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::optional<std::size_t> least;
  const auto wanted = lower(word);
  for (const auto candidate : candidates) {
    const auto steps = nearness(wanted, lower(candidate));
    if (!steps || (least && *least <= *steps)) continue;
    least = steps;
    best = candidate;
  }
  return best;
}

std::optional<std::string> dns_label_problem(std::string_view name) {
  if (auto problem = size_problem(name, longest_label)) return problem;
  return letters_problem(name, label_alphabet);
}

std::optional<std::string> dns_1035_label_problem(std::string_view name) {
  if (auto problem = dns_label_problem(name)) return problem;
  if (!is_lower(name.front())) return fmt::format("starts with '{}', not a letter", name.front());
  return std::nullopt;
}

std::optional<std::string> dns_subdomain_problem(std::string_view name) {
  if (auto problem = size_problem(name, longest_subdomain)) return problem;
  std::size_t start = 0;
  while (start <= name.size()) {
    const auto label = name.substr(start, name.find('.', start) - start);
    if (label.empty()) return fmt::format("has an empty part at position {}", start + 1);
    if (auto problem = letters_problem(label, subdomain_alphabet, start)) return problem;
    start += label.size() + 1;
  }
  return std::nullopt;
}

std::optional<std::string> label_key_problem(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == key.npos) {
    if (auto problem = size_problem(key, longest_label)) return problem;
    return letters_problem(key, name_alphabet);
  }
  const auto name = key.substr(slash + 1);
  if (name.find('/') != name.npos) return "has more than one '/'";
  if (auto problem = dns_subdomain_problem(key.substr(0, slash))) {
    return "has a prefix that " + *problem;
  }
  if (auto problem = size_problem(name, longest_label)) return "has a name that " + *problem;
  return letters_problem(name, name_alphabet, slash + 1);
}

std::optional<std::string> label_value_problem(std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (auto problem = size_problem(value, longest_label)) return problem;
  return letters_problem(value, name_alphabet);
}

std::optional<Quantity> quantity(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  auto number = take_decimal(text);
  if (!number || !apply_suffix(text, *number)) return std::nullopt;
  const auto amount = to_quantity(*number);
  return negative ? negated(amount) : amount;
}

std::optional<std::int64_t> jvm_bytes(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || !is_digit(text.front())) return std::nullopt;
  if (rest == end) return number;
  const auto power = std::string_view("kmgt").find(lower(*rest));
  if (power == std::string_view::npos || rest + 1 != end) return std::nullopt;
  const auto shift = 10 * (power + 1);
  if (number > std::numeric_limits<std::int64_t>::max() >> shift) return std::nullopt;
  return number << shift;
}

CodePoint first_code_point(std::string_view text) {
  assert(!text.empty());
  const auto lead = static_cast<unsigned char>(text.front());
  const CodePoint one_byte{lead, 1, lead < 0x80U};
  const auto size = length_from(lead);
  if (size < 2 || text.size() < size) return one_byte;
  char32_t value = lead & (0xFFU >> (size + 1));
  for (const char letter : text.substr(1, size - 1)) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte & 0xC0U) != 0x80U) return one_byte;
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool too_long = value < (size == 3 ? 0x800U : size == 4 ? 0x10000U : 0x80U);
  const bool surrogate = value >= 0xD800U && value <= 0xDFFFU;
  if (too_long || surrogate || value > 0x10FFFFU) return one_byte;
  return {value, size, true};
}

std::size_t display_width(char32_t character) {
  if (character < 0x300) return 1;
  if (is_in(combining, character)) return 0;
  return is_in(wide, character) ? 2 : 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto character = first_code_point(text);
    width += character.valid ? display_width(character.value) : 1;
    text.remove_prefix(character.size);
  }
  return width;
}

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = first_code_point(text);
    if (!character.valid) return false;
    text.remove_prefix(character.size);
  }
  return true;
}

}  // namespace cassmesh
