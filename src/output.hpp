#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/render.hpp"
#include "files.hpp"

/// Writing what `render` made: nothing over what is not ours.
namespace cassmesh::output {

using files::read_file;
using files::write_file;

/// The name of the file that lists the others of a folder.
inline constexpr std::string_view list_name = "kustomization.yaml";

/// The files of a manifest in a folder: one an object, and a kustomization.yaml that lists them.
struct File {
  std::string name;
  std::string text;
};
/// Throws Error if two objects would be written to one file.
std::vector<File> files_of(const render::Manifest& manifest);

/// Writes them and removes those that an earlier run listed in its kustomization.yaml there and
/// this one does not write. Throws Error, before anything is changed, if a file in the way is not
/// one of ours. After any other Error, another run still knows what is left over.
void write_folder(const std::filesystem::path& folder, const render::Manifest& manifest);

/// How one of our files was made, as its second line has it: `cassmesh render …`. None if the file
/// is not one of ours.
std::optional<std::string> command_of(const std::filesystem::path& file);

/// The files that write_folder wrote to a folder beside its kustomization.yaml, by what that says;
/// none if it is not one of ours.
std::vector<std::string> listed_in(const std::filesystem::path& folder);

/// The unified diff between what is in `target` (a file, or a folder as write_folder makes it) and
/// the manifest; empty if it is up to date. What is not there counts as empty; the lines that say
/// how a file was made don't count.
std::string stale(const std::filesystem::path& target, bool is_folder,
                  const render::Manifest& manifest);

}  // namespace cassmesh::output
