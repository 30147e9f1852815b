#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../project.hpp"
#include "cassmesh/yaml.hpp"

/// One kustomization.yaml: what stands in it, and what it names.
namespace cassmesh::lint::kustomize {

/// Whether kustomize takes a file of that name for a kustomization.
bool is_kustomization(std::string_view path);

/// The folder of a path; `.` for the working folder.
std::string folder_of(std::string_view path);
/// What `name` means in a folder, normalised.
std::string below(std::string_view folder, std::string_view name);

/// The kustomization of a folder; null if there is none. `read`: looks on the disk too.
const File* find_kustomization(const Project& project, const std::string& folder);
const File* read_kustomization(Project& project, const std::string& folder);

/// The mapping that a kustomization is; missing if it is none.
yaml::Node root_of(const File& file);
bool is_component(const yaml::Node& root);

/// All that it names, files and folders, in any role; as paths.
std::vector<std::string> names_in(const File& file);

/// Why a key of a kustomization is not applied, or empty if it is or makes no difference here.
std::string why_not_applied(const yaml::Node& value);
/// Whether what is not applied would bring objects.
bool brings_objects(std::string_view key);

/// Whether `name` is an address and not a path.
bool is_remote(std::string_view name);

}  // namespace cassmesh::lint::kustomize
