// Amounts as Kubernetes reads them, and sizes as the JVM does.

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "text.hpp"

namespace cassmesh {
namespace {

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
  if (suffix.empty() || lower_case(suffix.front()) != 'e') return false;
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

}  // namespace

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
  const auto power = std::string_view("kmgt").find(lower_case(*rest));
  if (power == std::string_view::npos || rest + 1 != end) return std::nullopt;
  const auto shift = 10 * (power + 1);
  if (number > std::numeric_limits<std::int64_t>::max() >> shift) return std::nullopt;
  return number << shift;
}

}  // namespace cassmesh
