#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "images.hpp"
#include "script.hpp"
#include "settings_file.hpp"

namespace cassmesh::cassandra {

/// The first place in a text where `word` stands between other letters than those of a name; `npos`
/// if there is none.
std::size_t find_word(std::string_view text, std::string_view word);

/// What the container of a ring's node is told, as far as the files say.
class Setup {
 public:
  Setup(const k8s::Container& container, const k8s::ObjectSet& objects);

  const k8s::Object& set() const { return *container_.object; }
  const yaml::Node& container() const { return container_.node; }
  const k8s::ObjectSet& objects() const { return objects_; }
  const Image& image() const { return image_; }
  std::string_view tag() const { return tag_; }
  /// Cassandra's version, by the image's tag, else by the label `app.kubernetes.io/version`;
  /// nothing where that may be a version of something else.
  std::optional<Version> version() const;

  /// The entry of that name in `env`, of duplicates the last; missing if there is none.
  yaml::Node variable(std::string_view name) const;
  /// The entry that another one means by `$(NAME)`: only one that stands before it.
  yaml::Node referred(std::string_view name, const yaml::Node& by) const;
  /// The first name that an entry refers to too early, so that `$(NAME)` stays as it is written:
  /// its own entry comes only behind it. Empty if there is none.
  std::string_view referred_too_early(const yaml::Node& by) const;
  /// The value of an entry of `env`, with what it refers to; nothing if only the cluster knows it.
  std::optional<std::string> value(const yaml::Node& variable) const;
  /// Whether an entry of `env` holds the pod's own IP.
  bool is_pod_ip(const yaml::Node& variable) const;

  /// Whether the image's own start script runs: nobody put something else in its place.
  bool starts_as_usual() const;
  /// Whether the command, a hook, a probe, another variable or a mounted ConfigMap has this word.
  bool mentions(std::string_view word) const;
  /// Whether the command or its arguments have this word.
  bool start_command_has(std::string_view word) const;
  const std::vector<Edit>& edits() const { return edits_; }
  const Calls& calls() const { return calls_; }
  /// A file that a ConfigMap brings, by its name: of several the one where this image looks for its
  /// configuration. Null if there is none.
  const MountedFile* mounted_file(std::string_view name) const;
  /// The cassandra.yaml that a ConfigMap brings; false if there is none that this image reads.
  const SettingsFile& settings_file() const { return settings_file_; }
  /// The folder in which a cassandra.yaml counts; empty if nobody knows.
  const std::string& settings_folder() const { return settings_folder_; }
  /// The number that Cassandra's own setting of this name (`storage_port`) has in its variable, its
  /// start command or its mounted files; `otherwise` if it is in none.
  std::string setting(std::string_view key, std::string_view otherwise) const;
  /// Between which nodes they speak TLS of their own, as far as the files say: `all`, `dc` (those
  /// of different datacentres), `rack`, or anything else for none.
  std::string internode_encryption() const;
  /// Whether some of them do.
  bool has_internode_tls() const;

 private:
  std::optional<std::string> expanded(const yaml::Node& variable, int depth) const;
  /// What comes in the place of `$(NAME)` in an entry.
  std::optional<std::string> put_for(std::string_view reference, const yaml::Node& variable,
                                     int depth) const;
  std::optional<std::string> value(const yaml::Node& variable, int depth) const;
  void read_settings_file();
  std::optional<std::string> told_by_variables(std::string_view key) const;
  std::string told_by_start(std::string_view key) const;
  std::string told_by_files(std::string_view key) const;

  k8s::Container container_;
  const k8s::ObjectSet& objects_;
  const Image& image_;
  std::string_view tag_;
  std::vector<Edit> edits_;
  Calls calls_;
  std::vector<yaml::Node> texts_;  ///< of command, hooks, probes and ConfigMaps
  std::vector<MountedFile> mounted_;
  std::string settings_folder_;
  SettingsFile settings_file_;
};

}  // namespace cassmesh::cassandra
