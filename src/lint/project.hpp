#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/lint.hpp"
#include "cassmesh/source.hpp"
#include "cassmesh/yaml.hpp"

namespace cassmesh::lint {

/// One file of a run, parsed.
struct File {
  const Source* source = nullptr;
  std::vector<yaml::Document> documents{};
};

/// The files of a run, each read and parsed once. Paths are as the user gave them, normalised, with
/// `/`: `./k8s/../a.yaml` is `a.yaml`.
class Project {
 public:
  /// Parses all files, on as many threads as the machine has.
  Project(Sources& sources, const std::vector<const Source*>& files);
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  /// The files that were given, in their order, then those that `read` brought.
  const std::deque<File>& files() const { return files_; }
  /// The file of that path if it was given or read; null if not.
  const File* find(std::string_view path) const;
  /// The same, read from the disk if need be; null if it is not there or can't be read.
  const File* read(const std::string& path);
  /// Why `read` brought nothing though the file is there, as a predicate; empty if it is not.
  std::string_view why_not_read(std::string_view path) const;

 private:
  Sources& sources_;
  std::deque<File> files_;
  std::map<std::string, const File*, std::less<>> by_path_;  ///< null: not there, or not readable
  std::map<std::string, std::string, std::less<>> problems_;
};

/// `path` with `/`, without `.`, and `..` where it can be taken away.
std::string normalized(std::string_view path);

}  // namespace cassmesh::lint
