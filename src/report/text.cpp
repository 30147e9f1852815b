#include "text.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "cassmesh/report.hpp"
#include "characters.hpp"
#include "headline.hpp"

// Everything is put together from whole characters: each is shown as itself or as its escape, and
// the caret line below takes as many columns for it.

namespace cassmesh::report {
namespace {

// A long source line (a minified JSON file is one) is cut to about this much around the place.
constexpr std::size_t columns_shown = 100;
constexpr std::size_t columns_before = 40;

std::string shown_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const auto character = take(text);
    line += character == "\t" ? "\t" : shown(character);
  }
  return line;
}

/// As wide as `shown_line(text)`, tabs copied.
std::string blanks(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const auto character = take(text);
    if (character == "\t") {
      line += '\t';
    } else {
      line.append(display_width(shown(character)), ' ');
    }
  }
  return line;
}

/// Where in a line of the source a location stands; the end of the line if it is shorter or another
/// one.
std::size_t offset_in(std::string_view line, const Source& source, const Location& location) {
  if (line.empty()) return 0;
  const auto start = static_cast<std::size_t>(line.data() - source.text().data());
  return std::min(source.offset(location) - start, line.size());
}

/// Where the character before `at` begins.
std::size_t before(std::string_view line, std::size_t at) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(at, 4); ++size) {
    const auto character = first_code_point(line.substr(at - size, size));
    if (character.valid && character.size == size) return at - size;
  }
  return at - 1;
}

struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The part of a line to show, given where the place in it begins.
Window window_around(std::string_view line, std::size_t at) {
  Window window{at, at};
  std::size_t columns = 0;
  const auto columns_of = [](std::string_view character) {
    return std::max<std::size_t>(1, display_width(shown(character)));
  };
  const auto grow_left = [&](std::size_t limit) {
    while (window.begin > 0 && columns < limit) {
      const auto previous = before(line, window.begin);
      columns += columns_of(line.substr(previous, window.begin - previous));
      window.begin = previous;
    }
  };
  grow_left(columns_before);
  for (auto rest = line.substr(at); !rest.empty() && columns < columns_shown;) {
    const auto character = take(rest);
    columns += columns_of(character);
    window.end += character.size();
  }
  grow_left(columns_shown);
  return window;
}

/// The source line of a place and the line with the caret.
std::string excerpt(const Place& place, const Sources& sources, std::size_t gutter,
                    const Palette& palette) {
  const auto& source = sources[place.at.file];
  const auto line = source.line(place.at.line);
  const auto at = offset_in(line, source, place.at);
  const auto end = std::max(at, offset_in(line, source, place.end));
  const auto [first, last] = window_around(line, at);

  const std::string_view cut = "...";
  const auto code =
      fmt::format("{}{}{}", first > 0 ? cut : "", shown_line(line.substr(first, last - first)),
                  last < line.size() ? cut : "");
  const auto marked = line.substr(at, std::min(end, last) - at);
  const auto indent =
      std::string(first > 0 ? cut.size() : 0, ' ') + blanks(line.substr(first, at - first));
  const std::string carets(std::max<std::size_t>(1, blanks(marked).size()), '^');
  return fmt::format("  {:>{}} |{}{}\n  {:>{}} | {}{}\n", place.at.line, gutter,
                     code.empty() ? "" : " ", code, "", gutter, indent, palette.green(carets));
}

/// Digits of the largest line number that the finding shows.
std::size_t gutter_of(const Finding& finding) {
  auto line = finding.place.at.line;
  for (const auto& related : finding.related) line = std::max(line, related.place.at.line);
  return std::to_string(line).size();
}

std::string block(const Finding& finding, const Sources& sources, const Palette& palette) {
  const auto gutter = gutter_of(finding);
  auto out = headline(finding, sources, palette) + '\n';
  if (finding.place) out += excerpt(finding.place, sources, gutter, palette);
  for (const auto& [place, message, object] : finding.related) {
    out += "  ";
    if (place) out += palette.bold(name_of(place.at, sources) + ':') + ' ';
    out += fmt::format("note: {}\n", printable(message));
    if (place) out += excerpt(place, sources, gutter, palette);
  }
  if (!finding.breaks.empty()) {
    const auto whose = finding.ring.empty() ? "" : fmt::format(" (ring {})", finding.ring);
    out += fmt::format("  = breaks: {}{}\n", fmt::join(finding.breaks, ", "), printable(whose));
  }
  if (finding.istio) out += fmt::format("  = istio: {}\n", to_string(*finding.istio));
  if (!finding.fix.empty()) out += fmt::format("  = fix: {}\n", printable(finding.fix));
  return out;
}

}  // namespace

std::string text(std::span<const Finding> findings, const Sources& sources, bool color) {
  std::string out;
  for (const auto& finding : findings) out += block(finding, sources, {.color = color});
  return out;
}

}  // namespace cassmesh::report
