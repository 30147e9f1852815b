#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "environment.hpp"

/// The files of Cassandra's configuration, and start scripts, as a container's start command and
/// the ConfigMaps that it mounts leave them to the image's start script.
namespace cassmesh::cassandra {

class Configuration {
 public:
  explicit Configuration(const Setup& setup);

  /// A key of cassandra.yaml: as the image brings it, as a ConfigMap replaces it, as the start
  /// command changes it. Edits without effect count as not made. `unknown` where an unknown image,
  /// a volume, or a word of the start command that nobody can read may have a say.
  Told setting(std::string_view key) const;
  /// What the start command makes of a key of cassandra.yaml; `nothing` with a place if it comments
  /// it out. None if it leaves it alone.
  std::optional<Told> edited_setting(std::string_view key) const;
  /// A key of a file of lines `KEY=VALUE`, such as cassandra-rackdc.properties; `nothing` if only
  /// the image's own file counts.
  Told property(std::string_view file, std::string_view key) const;
  /// What the start command makes of a line `NAME=...` of the image's start script (of an unknown
  /// image, of any script). None if it leaves it alone.
  std::optional<Told> script_line(std::string_view name) const;
  /// Whether a ConfigMap replaces the image's cassandra.yaml.
  bool replaces_settings() const { return static_cast<bool>(setup_.settings_file()); }
  bool settings_are_hidden() const { return settings_are_hidden_; }

 private:
  void look_at_mounts();
  Told brought(std::string_view key) const;
  Told mounted(const MountedFile& file, std::string_view key) const;
  Told in_settings_file(std::string_view key) const;
  std::optional<Told> edited(std::string_view file, std::string_view key, char separator) const;
  bool is_edited_blindly(std::string_view value) const;
  bool is_mentioned(std::string_view word) const;

  const Setup& setup_;
  std::vector<const Edit*> edits_{};  ///< those that have an effect
  /// A volume lies over cassandra.yaml, and nobody knows what is in it.
  bool settings_are_hidden_ = false;
};

}  // namespace cassmesh::cassandra
