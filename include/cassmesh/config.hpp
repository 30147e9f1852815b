#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/given_range.hpp"
#include "cassmesh/mesh.hpp"
#include "cassmesh/versions.hpp"

/// The file `.cassmesh.yaml`: what is linted, on which versions, how severely.
namespace cassmesh::config {

/// The rule name of every finding that this module makes.
inline constexpr std::string_view invalid_config = "config";

/// The name of the file.
inline constexpr std::string_view file_name = ".cassmesh.yaml";

/// Objects that are applied together.
struct ConfiguredScope {
  std::string name;
  std::vector<std::string> paths;  ///< globs, relative to the folder of the file
  std::optional<mesh::GivenRange> istio{};
};

/// What the file says; unset is what it leaves out.
struct Config {
  std::string folder;  ///< of the file, to which its globs are relative; empty: the working folder
  std::optional<mesh::GivenRange> istio{};
  std::optional<mesh::GivenRange> kubernetes{};
  std::optional<mesh::Mode> mesh_mode{};
  std::optional<std::string> cluster_domain{};
  std::optional<std::string> root_namespace{};
  std::optional<std::string> trust_domain{};
  std::string default_namespace = "default";
  std::optional<mesh::InboundPolicy> inbound{};
  std::optional<mesh::OutboundPolicy> outbound{};
  std::optional<bool> auto_mtls{};
  std::optional<std::vector<std::string>> service_export_to{};
  std::optional<std::vector<std::string>> virtual_service_export_to{};
  std::optional<std::vector<std::string>> destination_rule_export_to{};
  bool closed_world = false;
  std::vector<std::string> exclude{};  ///< globs as in .gitignore
  /// Rules that are off (none) or more or less severe than by themselves.
  std::map<std::string, std::optional<Severity>, std::less<>> rules{};
  std::vector<ConfiguredScope> scopes{};
  std::optional<std::string> baseline{};  ///< a file, relative to `folder`
  /// Where it says so: the keys that it has, by their paths (`defaultExportTo.service`), and the
  /// rules (`rules.dead-host`).
  std::map<std::string, Place, std::less<>> places{};
};

/// Reads the file. What is wrong in it (an unknown key with the nearest one, a wrong value, a rule
/// that does not exist) goes to `problems`, each at its place. `rules`: the names that there are.
Config read(const Source& source, const std::vector<std::string_view>& rules,
            std::vector<Finding>& problems);

/// Lays what the file says over what the linted files say.
void apply(const Config& config, mesh::Settings& settings);

/// The configuration file of a working folder: in it or the nearest folder above it, up to the
/// repository's root (the folder that holds `.git`).
std::optional<std::filesystem::path> find_config(const std::filesystem::path& from);

/// Whether a glob means a path (both with `/`, relative to the same folder), as in .gitignore: `*`
/// stays within a name, `**` does not, one without a `/` inside means a name at any depth, one with
/// `/` at its end only folders; what a folder's glob means holds for all that is in it. A path that
/// ends in `/` is a folder. Beyond .gitignore, `./` at the beginning is the folder of the globs.
/// There is no negation: `!` is a character like any other here, and `read` refuses a glob that
/// begins with it.
bool glob_matches(std::string_view glob, std::string_view path);

/// Tells which files the globs of a configuration mean, whatever folder the program runs in.
class PathMatcher {
 public:
  /// `config_folder` as in Config.
  explicit PathMatcher(const std::string& config_folder);

  /// A path as the user gave it, as seen from the configuration's folder.
  std::string seen_from_config(std::string_view path) const;
  /// Whether one of the globs means it.
  bool matches(const std::vector<std::string>& globs, std::string_view path) const;

 private:
  std::filesystem::path here_;
  std::filesystem::path folder_;
};

}  // namespace cassmesh::config
