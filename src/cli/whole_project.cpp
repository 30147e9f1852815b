#include "whole_project.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <ostream>

#include "../files.hpp"
#include "../git.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/report.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

/// A path as seen from the working folder; empty if it is that.
std::string seen_from_here(const fs::path& path) {
  const auto here = path.lexically_proximate(fs::current_path()).generic_string();
  return here == "." ? std::string() : here;
}

std::string root_of(const std::optional<std::string>& config_file) {
  if (config_file) {
    return seen_from_here(fs::absolute(*config_file).lexically_normal().parent_path());
  }
  const auto top = git::top_level("");
  return top ? seen_from_here(*top) : std::string();
}

/// Whether a folder is in a repository, as far as one sees without git.
bool is_in_repository(const std::string& folder) {
  auto at = fs::absolute(folder.empty() ? "." : folder).lexically_normal();
  for (; at.has_relative_path(); at = at.parent_path()) {
    if (fs::exists(files::status_of(at / ".git"))) return true;
  }
  return false;
}

}  // namespace

WholeProject whole_project(const std::optional<std::string>& config_file,
                           const config::Config& config, Streams& streams) {
  WholeProject project{.root = root_of(config_file), .files = {}};
  if (const auto tracked = git::tracked_files(project.root)) {
    project.files = lint::manifests_among(*tracked, project.root, config);
    return project;
  }
  const std::string shown = project.root.empty() ? "." : project.root;
  if (is_in_repository(project.root)) {
    streams.err << fmt::format(
        "cassmesh: {}: git does not tell which files it tracks: those that it does not are read "
        "too\n",
        report::printable(shown));
  }
  project.files = lint::find_files({shown}, config);
  return project;
}

std::vector<std::string> changed_manifests(const WholeProject& project,
                                           const config::Config& config) {
  return lint::manifests_among(git::changed_files(project.root), project.root, config);
}

void require_paths(const std::vector<std::string>& paths) {
  for (const auto& path : paths) {
    if (!fs::exists(files::status_of(path)))
      throw Error(fmt::format("{}: no such file or folder", path));
  }
}

bool is_same_path(const std::string& one, const std::string& other) {
  return fs::absolute(one).lexically_normal() == fs::absolute(other).lexically_normal();
}

}  // namespace cassmesh::cli
