#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/render.hpp"

/// Writing what `render` made: whole or not at all, and nothing over what is not ours.
namespace cassmesh::output {

/// All that is left of a stream, up to 64 MiB. Throws Error, which names it, if it can't be read or
/// is longer.
std::string read_all(std::istream& in, const std::filesystem::path& name);

/// The whole content of a file. Throws Error if it can't be read.
std::string read_file(const std::filesystem::path& path);

/// Writes a file whole or not at all, and keeps its permissions and a link that leads to it. What
/// is no regular file (a pipe, /dev/stdout) is written to directly. Throws Error.
void write_file(const std::filesystem::path& path, std::string_view text);

/// The files of a manifest in a folder: one an object, and a kustomization.yaml that lists them.
struct File {
  std::string name;
  std::string text;
};
std::vector<File> files_of(const render::Manifest& manifest);

/// Writes them and removes those that an earlier run listed in its kustomization.yaml there and
/// this one does not write. Throws Error, before anything is changed, if a file in the way is not
/// one of ours.
void write_folder(const std::filesystem::path& folder, const render::Manifest& manifest);

/// The unified diff between what is in `target` (a file, or a folder as write_folder makes it) and
/// the manifest; empty if it is up to date. What is not there counts as empty.
std::string stale(const std::filesystem::path& target, bool is_folder,
                  const render::Manifest& manifest);

}  // namespace cassmesh::output
