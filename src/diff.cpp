#include "diff.hpp"

#include <fmt/core.h>

#include <dtl/dtl.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace cassmesh {
namespace {

constexpr std::string_view no_line_end = "\n\\ No newline at end of file";

/// Lines without their line feeds; a last line that has none says so, as `diff` does.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      lines.back() += no_line_end;
      break;
    }
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name) {
  if (before == after) return {};
  dtl::Diff<std::string> diff(lines_of(before), lines_of(after));
  diff.onHuge();
  diff.compose();
  diff.composeUnifiedHunks();
  std::ostringstream out;
  out << fmt::format("--- {}\n+++ {}\n", before_name, after_name);
  for (auto hunk : diff.getUniHunks()) {
    // Of what has no lines, the line before is named: `-0,0` says that the file is new.
    if (hunk.b == 0) --hunk.a;
    if (hunk.d == 0) --hunk.c;
    dtl::UniHunkPrinter<std::pair<std::string, dtl::elemInfo>, std::ostream>{out}(hunk);
  }
  return out.str();
}

}  // namespace cassmesh
