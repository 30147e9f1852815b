#include <fmt/core.h>

#include <set>
#include <string>

#include "cassmesh/report.hpp"
#include "cassmesh/trace_report.hpp"
#include "counts.hpp"

namespace cassmesh::report {
namespace {

std::size_t files_not_checked(const lint::Summary& summary) {
  std::set<std::string_view> files;
  for (const auto& [file, reason] : summary.not_checked) files.insert(file);
  return files.size();
}

/// `30 objects (9 files)`.
std::string read(const lint::Summary& summary) {
  return fmt::format("{} ({})", counted(summary.objects, "object"), counted(summary.files, "file"));
}

std::string not_checked(const lint::Summary& summary, std::string_view who_says_why) {
  const auto files = files_not_checked(summary);
  if (files == 0) return {};
  return fmt::format(" Not checked: {} ({} says why).", counted(files, "file"), who_says_why);
}

}  // namespace

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

std::string closing_line(const lint::Result& result) {
  const auto& summary = result.summary;
  if (summary.files == 0) return "No files to lint.\n";
  const auto found = problems(summary);
  auto line = found.empty()
                  ? fmt::format("No problems in {}, {}.", read(summary),
                                summary.rings == 0 ? "no ring" : counted(summary.rings, "ring"))
                  : fmt::format("Found {} in {}.", found, read(summary));
  if (summary.suppressed > 0) line += fmt::format(" {} suppressed.", summary.suppressed);
  if (summary.in_baseline > 0) line += fmt::format(" {} in the baseline.", summary.in_baseline);
  return line + not_checked(summary, "-v") +
         fmt::format(" Judged on {}.\n", mesh::in_words(result.istio));
}

std::string closing_line(const lint::TraceResult& result) {
  const auto& summary = result.summary;
  if (summary.files == 0) return "No files to trace.\n";
  const auto line =
      result.rings.empty()
          ? fmt::format("No ring in {}: no StatefulSet runs Cassandra.", read(summary))
          : fmt::format("Traced {} in {}.", counted(result.rings.size(), "ring"), read(summary));
  return line + not_checked(summary, "'cassmesh lint -v'") +
         fmt::format(" Judged on {}.\n", mesh::in_words(result.istio));
}

}  // namespace cassmesh::report
