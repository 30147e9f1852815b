// The algorithm of github/codeql-action, src/fingerprints.ts: of each line's start, a hash of the
// next 100 UTF-16 units without blanks, and how many lines before had the same one.

#include "line_hash.hpp"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "text.hpp"

namespace cassmesh::report {
namespace {

constexpr std::size_t block_size = 100;
constexpr std::uint64_t factor = 37;
constexpr char16_t end_of_text = 0xFFFF;

void append_utf16(std::u16string& units, const CodePoint& character) {
  if (!character.valid) {
    units += u'\uFFFD';
  } else if (character.value < 0x10000) {
    units += static_cast<char16_t>(character.value);
  } else {
    const auto rest = static_cast<std::uint32_t>(character.value) - 0x10000U;
    units += static_cast<char16_t>(0xD800U + (rest >> 10U));
    units += static_cast<char16_t>(0xDC00U + (rest & 0x3FFU));
  }
}

/// What is hashed: no spaces and tabs, each line end one LF, and a mark at the end.
std::u16string hashed_units(std::string_view text) {
  std::u16string units;
  bool after_return = false;
  while (!text.empty()) {
    const auto character = first_code_point(text);
    text.remove_prefix(character.size);
    const bool second_half = after_return && character.value == U'\n';
    after_return = character.value == U'\r';
    if (character.value == U' ' || character.value == U'\t' || second_half) continue;
    if (after_return) {
      units += u'\n';
    } else {
      append_utf16(units, character);
    }
  }
  units += end_of_text;
  return units;
}

/// The hash of the block at each place of a text in turn.
class RollingHash {
 public:
  explicit RollingHash(const std::u16string& units) : units_(units) {
    for (std::size_t i = 0; i < block_size; ++i) {
      value_ = value_ * factor + unit(i);
      highest_ *= factor;
    }
  }
  std::uint64_t value() const { return value_; }
  void advance() {
    value_ = value_ * factor + unit(at_ + block_size) - highest_ * unit(at_);
    ++at_;
  }

 private:
  std::uint64_t unit(std::size_t i) const { return i < units_.size() ? units_[i] : 0; }

  const std::u16string& units_;
  std::size_t at_ = 0;
  std::uint64_t value_ = 0;
  std::uint64_t highest_ = 1;  ///< the factor to the power of the block's size
};

}  // namespace

std::map<int, std::string> line_hashes(std::string_view text, const std::set<int>& lines) {
  std::map<int, std::string> found;
  if (lines.empty()) return found;
  const auto units = hashed_units(text);
  RollingHash hash(units);
  std::unordered_map<std::uint64_t, int> seen;
  int line = 0;
  for (std::size_t i = 0; i < units.size() && line < *lines.rbegin(); ++i, hash.advance()) {
    if (i > 0 && units[i - 1] != u'\n') continue;
    ++line;
    const auto count = ++seen[hash.value()];
    if (lines.contains(line)) found[line] = fmt::format("{:x}:{}", hash.value(), count);
  }
  return found;
}

}  // namespace cassmesh::report
