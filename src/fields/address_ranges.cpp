#include "address_ranges.hpp"

#include <algorithm>

#include "lines.hpp"
#include "text.hpp"

namespace cassmesh::fields {
namespace {

bool is_number_up_to(std::string_view text, int most) {
  return !text.empty() && text.size() <= 3 && std::ranges::all_of(text, is_digit) &&
         number<int>(text).value_or(most + 1) <= most;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  for (bool more = true; more; ++parts) {
    more = text.find('.') != text.npos;
    if (!is_number_up_to(cut(text, '.'), 255)) return false;
  }
  return parts == 4;
}

bool is_hexadecimal(char letter) {
  return is_digit(letter) || (lower_case(letter) >= 'a' && lower_case(letter) <= 'f');
}

/// How many groups of 16 bits a part of an IPv6 address has; -1 if it is none.
int groups(std::string_view text, bool may_end_in_ipv4) {
  if (text.empty()) return 0;
  int count = 0;
  for (bool more = true; more;) {
    more = text.find(':') != text.npos;
    const auto group = cut(text, ':');
    if (!more && may_end_in_ipv4 && group.find('.') != group.npos)
      return is_ipv4(group) ? count + 2 : -1;
    if (group.empty() || group.size() > 4 || !std::ranges::all_of(group, is_hexadecimal)) return -1;
    ++count;
  }
  return count;
}

bool is_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  if (gap == text.npos) return groups(text, true) == 8;
  const auto before = groups(text.substr(0, gap), false);
  const auto after = groups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after < 8;
}

}  // namespace

bool is_address_range(std::string_view text) {
  const auto slash = text.rfind('/');
  if (slash == text.npos) return false;
  const auto address = text.substr(0, slash);
  const auto bits = text.substr(slash + 1);
  if (address.find(':') != address.npos) return is_ipv6(address) && is_number_up_to(bits, 128);
  return is_ipv4(address) && is_number_up_to(bits, 32);
}

}  // namespace cassmesh::fields
