#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Looks for bytes eight at a time: most words of a manifest are shorter, so that there is nothing
/// to guess for the processor.
namespace cassmesh::yaml::detail {

constexpr std::uint64_t eight_times(char c) {
  return 0x0101010101010101U * static_cast<unsigned char>(c);
}

/// Sets the highest bit of each byte that is 0, and perhaps of some behind the first of these.
constexpr std::uint64_t zeros(std::uint64_t bytes) {
  return (bytes - eight_times(1)) & ~bytes & eight_times('\x80');
}

/// Eight bytes of a text, the first one in the lowest bits.
inline std::uint64_t eight_bytes(std::string_view text, std::size_t offset) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text.data() + offset, sizeof bytes);
  return bytes;
}

constexpr bool reads_eight = std::endian::native == std::endian::little;

/// The first of `signs`, or of what is less than a space, at or behind `begin`; the size if none.
template <char... signs>
std::size_t find_sign(std::string_view text, std::size_t begin) {
  while (reads_eight && begin + 8 <= text.size()) {
    const std::uint64_t bytes = eight_bytes(text, begin);
    std::uint64_t found = (bytes - eight_times(' ')) & ~bytes & eight_times('\x80');
    ((found |= zeros(bytes ^ eight_times(signs))), ...);
    if (found != 0) return begin + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    begin += 8;
  }
  const auto is_sign = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || ((c == signs) || ...);
  };
  while (begin < text.size() && !is_sign(text[begin])) ++begin;
  return begin;
}

/// The first byte at or behind `begin` that is no space.
inline std::size_t behind_spaces(std::string_view text, std::size_t begin) {
  while (reads_eight && begin + 8 <= text.size()) {
    const std::uint64_t others = eight_bytes(text, begin) ^ eight_times(' ');
    if (others != 0) return begin + static_cast<std::size_t>(std::countr_zero(others)) / 8;
    begin += 8;
  }
  while (begin < text.size() && text[begin] == ' ') ++begin;
  return begin;
}

}  // namespace cassmesh::yaml::detail
