#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/baseline.hpp"
#include "cassmesh/config.hpp"
#include "cassmesh/finding.hpp"
#include "cassmesh/given_range.hpp"
#include "cassmesh/source.hpp"
#include "cassmesh/versions.hpp"

/// The linter: reads files, puts their objects into scopes, and runs the rules on each.
namespace cassmesh::lint {

/// What is asked for.
struct Options {
  config::Config config{};
  std::optional<mesh::GivenRange> istio{};  ///< of the command line; wins
  std::vector<std::string> select{};        ///< only these rules; empty: all
  std::vector<std::string> ignore{};        ///< but not these
  /// Only findings that touch one of these files, or a file in one of these folders, in their own
  /// place or a related one.
  std::vector<std::string> only_in{};
  /// Findings that are put aside.
  std::optional<baseline::Baseline> baseline{};
  /// Whether all is read that the baseline was written for, so that what is not found is gone.
  bool baseline_is_read_whole = true;
  /// Other files that changed and that other runs are given, so that each finding is reported once:
  /// by the run that has the first of its places in a file that changed.
  std::vector<std::string> changed{};
  /// Whether the configuration, which touches every finding, is among `only_in`.
  bool config_changed = false;
};

/// Something that was read and could not be judged, or not in full.
struct NotChecked {
  std::string file;
  std::string reason;  ///< `Helm template`
  auto operator<=>(const NotChecked&) const = default;
};

struct Summary {
  std::size_t files = 0;
  std::size_t documents = 0;  ///< that are not empty
  std::size_t objects = 0;
  std::size_t rings = 0;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
  std::size_t suppressed = 0;
  std::size_t in_baseline = 0;
  std::vector<NotChecked> not_checked{};  ///< sorted

  /// Adds a finding of that severity.
  void count(Severity severity);
};

struct Result {
  std::vector<Finding> findings;  ///< sorted by path, line, column, rule
  Summary summary;
  mesh::VersionRange istio;     ///< that was judged, over all scopes
  bool istio_is_given = false;  ///< somebody gave it with bounds, the same one for all scopes
};

/// All files below the paths that look like manifests (`.yaml`, `.yml`, `.json`, `Kustomization`),
/// sorted by path, each once, without `.git` and what the configuration excludes; links to folders
/// are not followed. A path that is a file is taken whatever its name. Paths come without `./`.
/// Throws Error for a path that is not there and for a folder that can't be read.
std::vector<std::string> find_files(const std::vector<std::string>& paths,
                                    const config::Config& config);

/// Those of a folder's files that look like manifests, are there, and are not excluded, as
/// find_files gives them. Names are seen from the folder, which is empty if it is the working
/// folder.
std::vector<std::string> manifests_among(const std::vector<std::string>& names,
                                         const std::string& folder, const config::Config& config);

/// Lints files that were read, in their order. What kustomizations name outside of them is read
/// too, into `sources`. Throws Error only for what has nothing to do with the files' content.
Result lint(Sources& sources, const std::vector<const Source*>& files, const Options& options);

}  // namespace cassmesh::lint
