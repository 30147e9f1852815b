#include "headline.hpp"

#include <fmt/core.h>

#include "cassmesh/report.hpp"
#include "text.hpp"

namespace cassmesh::report {
namespace {

std::string_view color_of(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "36";
    case Severity::warning:
      return "33";
    case Severity::error:
      return "31";
  }
  return {};
}

}  // namespace

std::string Palette::paint(std::string_view code, std::string_view text) const {
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::string name_of(const Location& at, const Sources& sources) {
  const auto& name = sources[at.file].name();
  // A line that begins with two colons is a command to GitHub's runner.
  const bool like_command = trim(name).starts_with("::");
  return fmt::format("{}{}:{}:{}", like_command ? "./" : "", printable(name), at.line, at.column);
}

std::string headline(const Finding& finding, const Sources& sources, const Palette& palette) {
  std::string out;
  if (finding.place) out += palette.bold(name_of(finding.place.at, sources) + ':') + ' ';
  const auto label = fmt::format("{}[{}]", to_string(finding.severity), finding.rule);
  return out + fmt::format("{}: {}", palette.paint(color_of(finding.severity), label),
                           palette.bold(printable(finding.message)));
}

std::string also(const Finding& finding, const Sources& sources) {
  std::string others;
  for (const auto& related : finding.related) {
    if (!related.place) continue;
    others += (others.empty() ? "" : ", ") + name_of(related.place.at, sources);
  }
  return others.empty() ? "" : fmt::format(" (also {})", others);
}

}  // namespace cassmesh::report
