#include "baseline_file.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "../files.hpp"
#include "cassmesh/baseline.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/report.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

/// What is linted, as seen from the working folder.
std::vector<std::string> linted_paths(const ManifestArguments& arguments) {
  if (arguments.paths.empty()) return {"."};
  return arguments.paths;
}

std::optional<std::string> path_of(const LintArguments& arguments, const config::Config& config) {
  if (arguments.baseline || !config.baseline) return arguments.baseline;
  return (fs::path(config.folder) / *config.baseline).generic_string();
}

/// Only what is a baseline is overwritten.
void refuse_to_lose(const std::string& path) {
  if (!fs::exists(files::status_of(path))) return;
  Sources sources;
  std::vector<Finding> problems;
  baseline::read(sources.add(path, files::read_file(path)), problems);
  if (!problems.empty())
    throw Error(fmt::format("{}: is no baseline and is left as it is: name another file", path));
}

}  // namespace

bool read_baseline(const LintArguments& arguments, Manifests& manifests, lint::Options& options,
                   Streams& streams) {
  const auto path = path_of(arguments, options.config);
  if (arguments.write_baseline) {
    manifests.leave_out(*arguments.write_baseline);
    if (path) manifests.leave_out(*path);
    return true;
  }
  if (!path) return true;
  if (!fs::exists(files::status_of(*path)))
    throw Error(fmt::format("{0}: is not there: '--write-baseline {0}' makes it", *path));
  std::vector<Finding> problems;
  options.baseline = baseline::read(manifests.read_own(*path), problems);
  options.baseline_is_read_whole =
      arguments.whole_project ||
      baseline::is_read_whole(*options.baseline, linted_paths(arguments.manifests));
  sort(problems);
  streams.err << report::text(problems, manifests.sources(), streams.color);
  return problems.empty();
}

int write_baseline(const LintArguments& arguments, const lint::Result& result,
                   const Sources& sources, Streams& streams) {
  const auto& path = *arguments.write_baseline;
  refuse_to_lose(path);
  const auto baseline =
      baseline::make(result.findings, sources, fs::path(path).parent_path().generic_string(),
                     linted_paths(arguments.manifests));
  files::write_file(path, baseline::written(baseline));
  if (!arguments.quiet)
    streams.err << fmt::format("{0}: holds all of these from now on; lint with --baseline {0}\n",
                               report::printable(path));
  return done;
}

}  // namespace cassmesh::cli
