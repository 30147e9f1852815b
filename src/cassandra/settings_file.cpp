#include "settings_file.hpp"

#include <string>

namespace cassmesh::cassandra {

SettingsFile::SettingsFile(const MountedFile& file)
    : file_(file),
      source_(std::make_unique<const Source>(0, "", std::string(file.text.text()))),
      documents_(yaml::parse(*source_)),
      is_readable_(true) {
  for (const auto& document : documents_) {
    const auto root = document.root();
    is_readable_ = is_readable_ && document.problems().empty() && (!root || root.is_mapping());
    if (!root_) root_ = root;
  }
  if (!is_readable_) root_ = {};
}

std::string_view SettingsFile::written(std::string_view key) const {
  const auto value = root_[key];
  if (!value) return {};
  const auto begin = value.key_offset();
  return source_->text().substr(begin, value.end_offset() - begin);
}

}  // namespace cassmesh::cassandra
