#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What git tells of a folder. It is only asked, never made to write; where there is no git, no
/// repository, or one that git refuses to read, nothing is known.
namespace cassmesh::git {

/// The root of the working tree that holds a folder.
std::optional<std::filesystem::path> top_level(const std::filesystem::path& folder);

/// The files below a folder that git tracks: those of the index, in a commit those of the commit.
/// Seen from the folder, sorted, each once.
std::optional<std::vector<std::string>> tracked_files(const std::filesystem::path& folder);

/// Those files below a folder that the commit in the making adds or changes; where pre-commit says
/// that it looks at a range of commits (PRE_COMMIT_FROM_REF), that these do. Of a merge, those that
/// are as neither side has them.
std::vector<std::string> changed_files(const std::filesystem::path& folder);

}  // namespace cassmesh::git
