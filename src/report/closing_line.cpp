#include <fmt/core.h>

#include <set>
#include <string>

#include "cassmesh/report.hpp"

namespace cassmesh::report {
namespace {

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// `1 error, 2 warnings`; empty if there is none.
std::string problems(const lint::Summary& summary) {
  std::string out;
  const auto add = [&](std::size_t number, std::string_view noun) {
    if (number > 0) out += (out.empty() ? "" : ", ") + counted(number, noun);
  };
  add(summary.errors, "error");
  add(summary.warnings, "warning");
  add(summary.infos, "info");
  return out;
}

std::size_t files_not_checked(const lint::Summary& summary) {
  std::set<std::string_view> files;
  for (const auto& [file, reason] : summary.not_checked) files.insert(file);
  return files.size();
}

}  // namespace

std::string closing_line(const lint::Result& result) {
  const auto& summary = result.summary;
  if (summary.files == 0) return "No files to lint.\n";
  const auto where =
      fmt::format("in {} ({})", counted(summary.objects, "object"), counted(summary.files, "file"));
  const auto found = problems(summary);
  auto line = found.empty()
                  ? fmt::format("No problems {}, {}.", where,
                                summary.rings == 0 ? "no ring" : counted(summary.rings, "ring"))
                  : fmt::format("Found {} {}.", found, where);
  if (summary.suppressed > 0) line += fmt::format(" {} suppressed.", summary.suppressed);
  if (const auto files = files_not_checked(summary); files > 0) {
    line += fmt::format(" Not checked: {} (-v says why).", counted(files, "file"));
  }
  return line + fmt::format(" Judged on {}.\n", mesh::in_words(result.istio));
}

}  // namespace cassmesh::report
