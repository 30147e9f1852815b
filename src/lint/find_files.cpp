// Folders are read with the kinds of their entries, so that nothing is asked for each file. Links
// to folders are not followed, as kubectl does it: no loop, no way out of the folder that was
// given.

#include <dirent.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "../files.hpp"
#include "../text.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/lint.hpp"

namespace cassmesh::lint {
namespace {

namespace fs = std::filesystem;

bool looks_like_manifest(std::string_view name) {
  constexpr std::array<std::string_view, 3> endings{".yaml", ".yml", ".json"};
  if (name == config::file_name) return false;
  return name == "Kustomization" ||
         std::ranges::any_of(endings, [&](auto ending) { return name.ends_with(ending); });
}

std::string joined(const std::string& folder, std::string_view name) {
  if (folder.empty() || folder.ends_with('/')) return fmt::format("{}{}", folder, name);
  return fmt::format("{}/{}", folder, name);
}

/// Without what says nothing: `./`, doubled slashes and one at the end. The working folder is
/// empty.
std::string tidied(std::string_view path) {
  std::string result(path.starts_with('/') ? "/" : "");
  while (!path.empty()) {
    const auto name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    if (!name.empty() && name != ".") result = joined(result, name);
  }
  return result;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

[[noreturn]] void fail_to_find(const std::string& path) {
  fs::path here;
  for (const auto& name : fs::path(path)) {
    const auto next = here / name;
    if (fs::exists(files::status_of(next))) {
      here = next;
      continue;
    }
    const auto siblings = names_in(here.empty() ? "." : here);
    const std::vector<std::string_view> names(siblings.begin(), siblings.end());
    const auto near = closest(name.string(), names);
    const auto hint = near.empty() || near == name.string()
                          ? std::string()
                          : fmt::format(", did you mean '{}'?", (here / near).generic_string());
    throw Error(fmt::format("{}: no such file or folder{}", path, hint));
  }
  throw Error(fmt::format("{}: no such file or folder", path));
}

struct Found {
  std::string path;
  bool is_link = false;
};

class Search {
 public:
  explicit Search(const config::Config& config) : config_(config), matcher_(config.folder) {}

  void add(const std::string& given) {
    ++given_;
    const auto status = files::status_of(given);
    if (!fs::exists(status)) fail_to_find(given);
    if (fs::is_directory(status)) {
      const auto folder = tidied(given);
      read(folder, config_.exclude.empty() ? "" : matcher_.seen_from_config(folder));
    } else {
      found_.push_back({tidied(given)});
    }
  }

  /// Files below a folder, of which some may be gone.
  void add_listed(const std::string& given, const std::vector<std::string>& names) {
    const auto folder = tidied(given);
    for (const auto& name : names) {
      const auto path = joined(folder, name);
      const auto slash = name.rfind('/');
      if (!looks_like_manifest(name.substr(slash == name.npos ? 0 : slash + 1)) ||
          matcher_.matches(config_.exclude, path) || !fs::is_regular_file(files::status_of(path)))
        continue;
      found_.push_back({path, fs::is_symlink(files::link_status_of(path))});
    }
  }

  std::vector<std::string> take() {
    const bool maybe_twice =
        given_ > 1 || std::ranges::any_of(found_, [](const Found& file) { return file.is_link; });
    if (maybe_twice) drop_repetitions();
    std::vector<std::string> paths;
    paths.reserve(found_.size());
    for (auto& file : found_) paths.push_back(std::move(file.path));
    std::ranges::sort(paths);
    return paths;
  }

 private:
  struct Close {
    void operator()(DIR* folder) const { ::closedir(folder); }
  };

  /// `seen`: the folder as the globs see it.
  void read(const std::string& folder, const std::string& seen) {
    const std::unique_ptr<DIR, Close> opened(::opendir(folder.empty() ? "." : folder.c_str()));
    if (!opened) fail_to_read(folder);
    std::vector<std::string> below;
    errno = 0;
    while (const auto* entry = ::readdir(opened.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || name == ".git") continue;
      if (auto type = type_of(*entry, folder); type == DT_DIR) {
        below.emplace_back(name);
      } else if (looks_like_manifest(name) &&
                 (type == DT_REG || leads_to_file(type, folder, name)) &&
                 !is_excluded(seen, name, "")) {
        found_.push_back({joined(folder, name), type == DT_LNK});
      }
      errno = 0;
    }
    if (errno != 0) fail_to_read(folder);
    for (const auto& name : below) {
      if (!is_excluded(seen, name, "/")) read(joined(folder, name), joined(seen, name));
    }
  }

  bool is_excluded(const std::string& seen, std::string_view name, std::string_view end) const {
    if (config_.exclude.empty()) return false;
    const auto path = fmt::format("{}{}", joined(seen == "." ? "" : seen, name), end);
    return std::ranges::any_of(
        config_.exclude, [&](const std::string& glob) { return config::glob_matches(glob, path); });
  }

  /// Not all file systems tell the kind with the name.
  static unsigned char type_of(const dirent& entry, const std::string& folder) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type;
    const auto status = files::link_status_of(joined(folder, entry.d_name));
    if (fs::is_directory(status)) return DT_DIR;
    if (fs::is_symlink(status)) return DT_LNK;
    return fs::is_regular_file(status) ? DT_REG : DT_UNKNOWN;
  }

  static bool leads_to_file(unsigned char type, const std::string& folder, std::string_view name) {
    return type == DT_LNK && fs::is_regular_file(files::status_of(joined(folder, name)));
  }

  [[noreturn]] static void fail_to_read(const std::string& folder) {
    throw Error(fmt::format("{}: cannot be read: {}", folder.empty() ? "." : folder,
                            std::generic_category().message(errno)));
  }

  /// A file and a link to it would be the same objects twice: the file stays. So would a file that
  /// is named in two ways. Hard links are files of their own.
  void drop_repetitions() {
    std::ranges::stable_sort(found_, {}, [](const Found& file) { return file.is_link; });
    std::map<std::pair<dev_t, ino_t>, std::vector<std::string>> known;
    std::erase_if(found_, [&](const Found& file) {
      struct stat status {};
      if (::stat(file.path.c_str(), &status) != 0) return false;
      auto& same = known[{status.st_dev, status.st_ino}];
      same.push_back(file.path);
      if (same.size() == 1) return false;
      for (auto& path : same) path = canonical(path);
      const auto last = std::prev(same.end());
      return std::find(same.begin(), last, *last) != last;
    });
  }

  static std::string canonical(const std::string& path) {
    std::error_code error;
    const auto found = fs::canonical(path, error);
    return error ? path : found.string();
  }

  const config::Config& config_;
  config::PathMatcher matcher_;
  std::vector<Found> found_;
  std::size_t given_ = 0;
};

}  // namespace

std::vector<std::string> find_files(const std::vector<std::string>& paths,
                                    const config::Config& config) {
  Search search(config);
  for (const auto& path : paths) search.add(path);
  return search.take();
}

std::vector<std::string> manifests_among(const std::vector<std::string>& names,
                                         const std::string& folder, const config::Config& config) {
  Search search(config);
  search.add_listed(folder, names);
  return search.take();
}

}  // namespace cassmesh::lint
