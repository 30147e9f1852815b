#include "reported.hpp"

#include <filesystem>

namespace cassmesh::lint {
namespace {

namespace fs = std::filesystem;

/// A path that can be compared, whether it was given from here or from the root.
fs::path whole(const std::string& path) {
  auto result = fs::absolute(path).lexically_normal();
  return result.has_filename() ? result : result.parent_path();
}

std::set<std::string> whole(const std::vector<std::string>& paths) {
  std::set<std::string> result;
  for (const auto& path : paths) result.insert(whole(path).generic_string());
  return result;
}

}  // namespace

Reported::Reported(const Sources& sources, const Options& options)
    : sources_(sources),
      everything_(options.only_in.empty()),
      config_changed_(options.config_changed),
      ours_(whole(options.only_in)),
      theirs_(whole(options.changed)) {}

bool Reported::holds(const Finding& finding) const {
  if (everything_) return true;
  auto change = change_of(finding.place);
  for (const auto& related : finding.related) {
    if (change == Change::none) change = change_of(related.place);
  }
  return change == Change::none ? config_changed_ : change == Change::ours;
}

Reported::Change Reported::change_of(const Place& place) const {
  if (!place) return Change::none;
  const auto path = whole(std::string(sources_[place.at.file].name()));
  for (auto at = path;; at = at.parent_path()) {
    if (ours_.contains(at.generic_string())) return Change::ours;
    if (at == at.parent_path()) break;
  }
  return theirs_.contains(path.generic_string()) ? Change::theirs : Change::none;
}

}  // namespace cassmesh::lint
