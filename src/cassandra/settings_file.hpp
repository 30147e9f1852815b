#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "cassmesh/source.hpp"
#include "mounted_files.hpp"

namespace cassmesh::cassandra {

/// The cassandra.yaml that a ConfigMap brings, read as Cassandra does it: as YAML. False if there
/// is none.
class SettingsFile {
 public:
  SettingsFile() = default;
  explicit SettingsFile(const MountedFile& file);

  explicit operator bool() const { return file_.map != nullptr; }
  /// False if it is no YAML, as a template that somebody fills in: nothing in it is known.
  bool is_readable() const { return is_readable_; }
  const k8s::Object* map() const { return file_.map; }
  /// The ConfigMap's value.
  const yaml::Node& text() const { return file_.text; }
  const std::string& path() const { return file_.path; }
  /// The value of a key; missing if it is not set. Its places are those within the text.
  yaml::Node operator[](std::string_view key) const { return root_[key]; }
  /// A key with its value, as they are written; empty if it is not set.
  std::string_view written(std::string_view key) const;

 private:
  MountedFile file_{};
  std::unique_ptr<const Source> source_;
  std::vector<yaml::Document> documents_;
  yaml::Node root_;
  bool is_readable_ = false;
};

}  // namespace cassmesh::cassandra
