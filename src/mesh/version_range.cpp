// A range is read item by item into half-open intervals: `1.24` is everything from 1.24.0 up to,
// not including, 1.25.0. What is no version gets an error that shows how to write what was meant.

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

#include "cassmesh/error.hpp"
#include "cassmesh/versions.hpp"
#include "text.hpp"

namespace cassmesh::mesh {
namespace {

using Interval = VersionRange::Interval;

constexpr IstioVersion oldest{0, 0};
constexpr IstioVersion endless{std::numeric_limits<int>::max(), 0};
constexpr int highest_minor = 99;
constexpr int highest_patch = 999;

IstioVersion end_of(const Interval& interval) {
  return interval.last.value_or(endless);
}

template <typename... Args>
[[noreturn]] void refuse(std::string_view text, fmt::format_string<Args...> why, Args&&... args) {
  throw Error(fmt::format("'{}' {}", text, fmt::format(why, std::forward<Args>(args)...)));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (auto at = text.find(separator); at != text.npos; at = text.find(separator)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

/// The numbers of `1.24.2`; none if the text is anything but numbers and single dots.
std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> numbers;
  for (const auto part : split(text, '.')) {
    const bool leading_zero = part.size() > 1 && part.front() == '0';
    if (part.empty() || leading_zero || !std::ranges::all_of(part, is_digit)) return {};
    int number = std::numeric_limits<int>::max();  // stays where the digits are too many
    std::from_chars(part.data(), part.data() + part.size(), number);
    numbers.push_back(number);
  }
  return numbers;
}

/// What people write in front of a version, and what they mean by it.
struct Prefix {
  std::string_view spelling;
  std::string_view before;
  std::string_view after;
};

constexpr Prefix prefixes[] = {
    {"v", "", ""},    {"V", "", ""},    {"=", "", ""},   {"==", "", ""},
    {"<=", "..", ""}, {">=", "", ".."}, {"^", "", ".."}, {"~", "", ".."},
};

[[noreturn]] void refuse_suffix(std::string_view text, std::string_view number,
                                std::string_view suffix) {
  if (suffix == "+") refuse(text, "has a '+', write '{}..'", number);
  if (suffix == "x" || suffix == "X" || suffix == "*") {
    if (number == "1.") refuse(text, "has a wildcard, write 'any' for every 1.x");
    refuse(text, "has a wildcard, leave it out: '1.24' holds every patch of 1.24");
  }
  if (suffix.starts_with('-')) {
    const auto upper = trim(suffix.substr(1));
    if (upper.empty() || is_digit(upper.front())) {
      refuse(text, "has a '-', write '{}..{}'", number, upper);
    }
    refuse(text, "names a pre-release or a variant, write '{}'", number);
  }
  refuse(text, "is no Istio version, write it as in '1.24' or '1.24.2'");
}

/// Refuses what is not made of numbers and dots, with the remedy for what people write instead.
[[noreturn]] void refuse_spelling(std::string_view text) {
  if (text == "any") refuse(text, "is every version, leave out the '..' beside it");
  const auto digit = text.find_first_of("0123456789");
  if (digit == text.npos) refuse(text, "is no Istio version, did you mean 'any'?");

  const auto prefix = trim(text.substr(0, digit));
  const auto version = text.substr(digit);
  const auto* const known = std::ranges::find(prefixes, prefix, &Prefix::spelling);
  if (known != std::end(prefixes)) {
    refuse(text, "starts with '{}', write '{}{}{}'", prefix, known->before, version, known->after);
  }
  if (prefix == "<" || prefix == ">") {
    refuse(text, "starts with '{}', but a range holds both of its ends, write it as in '1.9..1.24'",
           prefix);
  }
  if (!prefix.empty()) refuse(text, "is no Istio version, write it as in '1.24' or '1.24.2'");
  const auto number = version.substr(0, version.find_first_not_of("0123456789."));
  refuse_suffix(text, number, trim(version.substr(number.size())));
}

/// Reads `1.24` as all of its patches, `1.24.2` as itself.
Interval parse_version(std::string_view text) {
  const auto numbers = numbers_of(text);
  if (numbers.empty()) refuse_spelling(text);
  if (numbers.size() > 3) {
    refuse(text, "has more than three numbers, write it as in '1.24' or '1.24.2'");
  }
  if (numbers[0] != 1) refuse(text, "is no Istio version, all are 1.x, write it as in '1.24'");
  if (numbers.size() == 1) {
    refuse(text, "has no minor version, write it as in '1.24', or 'any' for every 1.x");
  }
  const int minor = numbers[1];
  if (minor > highest_minor) {
    refuse(text, "has a minor version above {}, write it as in '1.24'", highest_minor);
  }
  if (numbers.size() == 2) return {{minor, 0}, IstioVersion{minor + 1, 0}};
  const int patch = numbers[2];
  if (patch > highest_patch) {
    refuse(text, "has a patch version above {}, write it as in '1.24.2'", highest_patch);
  }
  return {{minor, patch}, IstioVersion{minor, patch + 1}};
}

/// Reads one item of a comma list.
Interval parse_item(std::string_view item) {
  if (item == "any") return {oldest, std::nullopt};
  if (item == "none") return {oldest, oldest};
  const auto dots = item.find("..");
  if (dots == item.npos) return parse_version(item);

  const auto lower = trim(item.substr(0, dots));
  const auto more_dots = item.substr(dots + 2);
  const auto upper =
      trim(more_dots.substr(std::min(more_dots.find_first_not_of('.'), more_dots.size())));
  if (lower.empty() && upper.empty()) refuse(item, "has no version, write 'any' for every version");
  if (more_dots.starts_with('.')) {
    refuse(item, "has more than two dots in a row, write '{}..{}'", lower, upper);
  }
  Interval interval{oldest, std::nullopt};
  if (!lower.empty()) interval.first = parse_version(lower).first;
  if (!upper.empty()) interval.last = parse_version(upper).last;
  if (end_of(interval) <= interval.first) refuse(item, "is reversed, write '{}..{}'", upper, lower);
  return interval;
}

/// The two ends of an interval as they are written: equal for one version, no newest for none.
struct Ends {
  std::string oldest;
  std::string newest;
};

Ends ends_of(const Interval& interval) {
  const auto whole = [](int minor) { return fmt::format("1.{}", minor); };
  const auto& [first, last] = interval;
  const auto brief = first.patch == 0 ? whole(first.minor) : to_string(first);
  if (!last) return {brief, {}};
  if (last->patch == 0) return {brief, whole(last->minor - 1)};
  const auto newest = to_string(IstioVersion{last->minor, last->patch - 1});
  return {first.minor == last->minor ? to_string(first) : brief, newest};
}

std::string words_for(const Interval& interval) {
  const auto [oldest_text, newest_text] = ends_of(interval);
  if (newest_text.empty()) return oldest_text + " and newer";
  if (newest_text == oldest_text) return oldest_text;
  const bool rest_of_minor = interval.first.minor == interval.last->minor - 1 &&
                             interval.first.patch > 0 && interval.last->patch == 0;
  return fmt::format("{} to {}{}", oldest_text, rest_of_minor ? "the end of " : "", newest_text);
}

}  // namespace

std::string to_string(IstioVersion version) {
  return fmt::format("1.{}.{}", version.minor, version.patch);
}

VersionRange VersionRange::any() {
  return from(oldest);
}

VersionRange VersionRange::from(IstioVersion first) {
  VersionRange range;
  range.intervals_.push_back({first, std::nullopt});
  return range;
}

VersionRange VersionRange::between(IstioVersion first, IstioVersion last) {
  VersionRange range;
  if (first < last) range.intervals_.push_back({first, last});
  return range;
}

VersionRange VersionRange::parse(std::string_view text) {
  if (trim(text).empty()) {
    throw Error("no version given, write it as in '1.24', '1.9..1.24' or 'any'");
  }
  VersionRange range;
  for (const auto part : split(text, ',')) {
    const auto item = trim(part);
    if (item.empty()) refuse(text, "has nothing beside a comma, leave that comma out");
    range.intervals_.push_back(parse_item(item));
  }
  range.normalize();
  return range;
}

bool VersionRange::contains(IstioVersion version) const {
  return std::ranges::any_of(intervals_, [&](const Interval& interval) {
    return interval.first <= version && version < end_of(interval);
  });
}

bool VersionRange::contains(const VersionRange& other) const {
  return (other - *this).empty();
}

bool VersionRange::overlaps(const VersionRange& other) const {
  return !(*this & other).empty();
}

VersionRange VersionRange::operator&(const VersionRange& other) const {
  VersionRange both;
  auto mine = intervals_.begin();
  auto its = other.intervals_.begin();
  while (mine != intervals_.end() && its != other.intervals_.end()) {
    const auto first = std::max(mine->first, its->first);
    auto& ends_first = end_of(*mine) < end_of(*its) ? mine : its;
    if (first < end_of(*ends_first)) both.intervals_.push_back({first, ends_first->last});
    ++ends_first;
  }
  return both;
}

VersionRange VersionRange::operator|(const VersionRange& other) const {
  auto either = *this;
  either.intervals_.insert(either.intervals_.end(), other.intervals_.begin(),
                           other.intervals_.end());
  either.normalize();
  return either;
}

VersionRange VersionRange::operator-(const VersionRange& other) const {
  VersionRange outside;
  auto first = oldest;
  for (const auto& cut : other.intervals_) {
    if (first < cut.first) outside.intervals_.push_back({first, cut.first});
    first = end_of(cut);
  }
  if (first != endless) outside.intervals_.push_back({first, std::nullopt});
  return *this & outside;
}

VersionRange VersionRange::newest_span() const {
  VersionRange span;
  if (!empty()) span.intervals_.push_back(intervals_.back());
  return span;
}

void VersionRange::normalize() {
  std::erase_if(intervals_, [](const Interval& it) { return end_of(it) <= it.first; });
  std::ranges::sort(intervals_, {}, &Interval::first);
  std::vector<Interval> merged;
  for (const auto& next : intervals_) {
    if (merged.empty() || end_of(merged.back()) < next.first) {
      merged.push_back(next);
    } else if (end_of(merged.back()) < end_of(next)) {
      merged.back().last = next.last;
    }
  }
  intervals_ = std::move(merged);
}

std::string to_string(const VersionRange& range) {
  if (range.empty()) return "none";
  if (range == VersionRange::any()) return "any";
  std::string text;
  for (const auto& interval : range.intervals()) {
    const auto [oldest_text, newest_text] = ends_of(interval);
    if (!text.empty()) text += ", ";
    text += oldest_text;
    if (oldest_text != newest_text) text += ".." + newest_text;
  }
  return text;
}

std::string in_words(const VersionRange& range) {
  if (range.empty()) return "no Istio";
  if (range == VersionRange::any()) return "every Istio";
  std::string text = "Istio ";
  const auto intervals = range.intervals();
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (i > 0) text += i + 1 == intervals.size() ? " and " : ", ";
    text += words_for(intervals[i]);
  }
  return text;
}

}  // namespace cassmesh::mesh
