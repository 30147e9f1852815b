// Two folders beside each other that define the same object are not applied together, or one of the
// two would be lost. Which folders those are is found by the objects; their names only say whether
// that is meant.

#include "environments.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

#include "../text.hpp"

namespace cassmesh::lint {
namespace {

bool is_word_for_environment(std::string_view word) {
  static constexpr std::array words{
      "prod", "production", "prd",     "preprod", "pre",         "stage", "staging",
      "stg",  "dev",        "develop", "devel",   "development", "test",  "testing",
      "tst",  "qa",         "uat",     "int",     "integration", "ci",    "local",
      "live", "sandbox",    "demo",    "perf",    "acceptance",  "acc"};
  return std::ranges::find(words, lower_case(word)) != words.end();
}

/// `prod`, `eu-prod`, `staging2`.
bool is_environment(std::string_view name) {
  while (!name.empty()) {
    const auto end = std::min(name.find_first_of("-_."), name.size());
    auto word = name.substr(0, end);
    while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
    if (is_word_for_environment(word)) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

std::string joined(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

/// Whether a path is in a folder; in the empty one all are.
bool is_in(std::string_view path, std::string_view folder) {
  return folder.empty() ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

/// The glob for all in a folder, or for one file, with its special characters as they are.
std::string glob_for(std::string_view path, bool is_folder) {
  std::string glob;
  for (const char c : path) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) glob += '\\';
    glob += c;
  }
  // A name without a slash would be meant wherever it stands.
  if (!is_folder) return glob.find('/') == std::string::npos ? "./" + glob : glob;
  return glob + "/**";
}

class Finder {
 public:
  explicit Finder(const std::vector<SeenFile>& files) : files_(files) {}

  Environments find() {
    compare();
    Environments found;
    if (siblings_.empty()) return found;
    const auto& names = siblings_.begin()->second;
    const bool same_everywhere =
        std::ranges::all_of(siblings_, [&](const auto& each) { return each.second == names; });
    if (!same_everywhere) return found;
    auto common = shared();
    const bool is_readable = common.size() <= most_shared;
    if (!is_readable) common.clear();
    for (const auto& name : names) {
      auto& scope = found.scopes.emplace_back(config::ConfiguredScope{.name = name, .paths = {}});
      for (const auto& [folder, below] : siblings_)
        scope.paths.push_back(glob_for(joined(folder, name), true));
      scope.paths.insert(scope.paths.end(), common.begin(), common.end());
    }
    found.is_sure = std::ranges::all_of(names, is_environment) && is_readable &&
                    std::ranges::none_of(files_, [this](const SeenFile& file) {
                      return file.is_kustomized && is_in_environment(file.path);
                    });
    return found;
  }

 private:
  static constexpr std::size_t most_shared = 12;  ///< globs that one still reads

  void compare() {
    std::map<std::string_view, std::vector<std::string_view>> by_object;
    for (const auto& file : files_) {
      for (const auto& object : file.objects) by_object[object].push_back(file.path);
    }
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& [object, paths] : by_object) {
      for (std::size_t i = 1; i < paths.size(); ++i) {
        if (seen.emplace(paths.front(), paths[i]).second) compare(paths.front(), paths[i]);
      }
    }
  }

  /// The folders in which two files stand, below the one in which both do.
  void compare(std::string_view one, std::string_view other) {
    const auto [end, ignored] = std::ranges::mismatch(one, other);
    const auto common = one.substr(0, static_cast<std::size_t>(end - one.begin()));
    const auto begin = common.rfind('/') == common.npos ? 0 : common.rfind('/') + 1;
    const auto first = one.substr(begin, one.find('/', begin) - begin);
    const auto second = other.substr(begin, other.find('/', begin) - begin);
    const bool are_folders =
        one.find('/', begin) != one.npos && other.find('/', begin) != other.npos;
    if (!are_folders) return;
    auto& names = siblings_[std::string(one.substr(0, begin == 0 ? 0 : begin - 1))];
    names.emplace(first);
    names.emplace(second);
  }

  bool is_in_environment(std::string_view path) const {
    return std::ranges::any_of(siblings_, [&](const auto& each) {
      return std::ranges::any_of(each.second, [&](const std::string& name) {
        return is_in(path, joined(each.first, name));
      });
    });
  }

  /// Globs for what is in no environment, the widest that hold nothing else.
  std::vector<std::string> shared() const {
    std::vector<std::string> globs;
    const auto mixed = mixed_folders();
    for (const auto& file : files_) {
      if (!file.is_loose || is_apart(file)) continue;
      auto glob = glob_for(file.path, false);
      for (auto slash = file.path.find('/'); slash != std::string::npos;
           slash = file.path.find('/', slash + 1)) {
        const auto folder = std::string_view(file.path).substr(0, slash);
        if (mixed.contains(folder)) continue;
        glob = glob_for(folder, true);
        break;
      }
      if (std::ranges::find(globs, glob) == globs.end()) globs.push_back(std::move(glob));
    }
    return globs;
  }

  bool is_apart(const SeenFile& file) const {
    return file.is_kustomized || is_in_environment(file.path);
  }

  /// All folders that hold something apart.
  std::set<std::string_view> mixed_folders() const {
    std::set<std::string_view> folders;
    for (const auto& file : files_) {
      if (!is_apart(file)) continue;
      for (auto slash = file.path.find('/'); slash != std::string::npos;
           slash = file.path.find('/', slash + 1))
        folders.insert(std::string_view(file.path).substr(0, slash));
    }
    return folders;
  }

  const std::vector<SeenFile>& files_;
  /// By the folder that they are in.
  std::map<std::string, std::set<std::string>, std::less<>> siblings_;
};

}  // namespace

Environments find_environments(const std::vector<SeenFile>& files) {
  return Finder(files).find();
}

}  // namespace cassmesh::lint
