#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cassmesh/lint.hpp"
#include "cli.hpp"

/// The project that a hook works in: it is given the files that changed, and all of them count.
namespace cassmesh::cli {

struct WholeProject {
  /// The folder of the configuration, else the root of git's working tree, else the working folder;
  /// seen from the working folder, and empty if it is that.
  std::string root;
  /// Its manifests. In a repository only those that git tracks: of what is not in a commit, a hook
  /// says nothing.
  std::vector<std::string> files;
};

/// `config_file`: that of the configuration, if there is one.
WholeProject whole_project(const std::optional<std::string>& config_file,
                           const config::Config& config, Streams& streams);

/// Those of the project's manifests that git sees changed.
std::vector<std::string> changed_manifests(const WholeProject& project,
                                           const config::Config& config);

/// Throws Error if one of the paths is not there.
void require_paths(const std::vector<std::string>& paths);

/// Whether two paths, each of which may be seen from the working folder, are the same in writing.
bool is_same_path(const std::string& one, const std::string& other);

}  // namespace cassmesh::cli
