#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>

#include "text.hpp"

namespace cassmesh {
namespace {

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
