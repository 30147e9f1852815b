#include "kustomization.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "../../shown.hpp"
#include "../../text.hpp"

namespace cassmesh::lint::kustomize {
namespace {

using yaml::Node;

/// As kustomize has them (api/konfig/general.go).
constexpr std::array<std::string_view, 3> file_names{"kustomization.yaml", "kustomization.yml",
                                                     "Kustomization"};

/// Keys that are applied here, or change nothing that is linted.
constexpr std::array<std::string_view, 24> known_keys{
    "apiVersion",      "kind",        "metadata",         "resources",
    "bases",           "components",  "namespace",        "namePrefix",
    "nameSuffix",      "labels",      "commonLabels",     "commonAnnotations",
    "patches",         "images",      "imageTags",        "patchesStrategicMerge",
    "patchesJson6902", "replicas",    "generatorOptions", "validators",
    "buildMetadata",   "sortOptions", "helmGlobals",      "inventory",
};

constexpr std::array<std::string_view, 11> other_keys{
    "configMapGenerator",
    "secretGenerator",
    "generators",
    "transformers",
    "replacements",
    "vars",
    "helmCharts",
    "helmChartInflationGenerator",
    "configurations",
    "crds",
    "openapi",
};

void add_name(const Node& name, const std::string& folder, std::vector<std::string>& names) {
  const auto text = name.text();
  if (text.empty() || text.find('\n') != text.npos || is_remote(text)) return;
  names.push_back(below(folder, text));
}

/// `key=path`, or only a path.
void add_value(const Node& pair, const std::string& folder, std::vector<std::string>& names) {
  const auto path = pair.text().substr(pair.text().find('=') + 1);
  if (!path.empty()) names.push_back(below(folder, path));
}

void add_names_of(const Node& item, const std::string& folder, std::vector<std::string>& names) {
  if (item.is_scalar()) add_name(item, folder, names);
  for (const auto key : {"path", "valuesFile", "env"}) add_name(item[key], folder, names);
  for (const auto key : {"files", "envs", "additionalValuesFiles"}) {
    for (const auto& value : item[key]) add_value(value, folder, names);
  }
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_kustomization(std::string_view path) {
  return contains(file_names, path.substr(path.rfind('/') + 1));
}

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

std::string below(std::string_view folder, std::string_view name) {
  auto path =
      normalized(name.starts_with('/') ? std::string(name) : fmt::format("{}/{}", folder, name));
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

const File* find_kustomization(const Project& project, const std::string& folder) {
  for (const auto name : file_names) {
    if (const auto* file = project.find(below(folder, name))) return file;
  }
  return nullptr;
}

const File* read_kustomization(Project& project, const std::string& folder) {
  for (const auto name : file_names) {
    if (const auto* file = project.read(below(folder, name))) return file;
  }
  return nullptr;
}

Node root_of(const File& file) {
  for (const auto& document : file.documents) {
    if (document.root().is_mapping()) return document.root();
  }
  return {};
}

bool is_component(const Node& root) {
  return root["kind"].text() == "Component";
}

std::vector<std::string> names_in(const File& file) {
  std::vector<std::string> names;
  const auto folder = folder_of(normalized(file.source->name()));
  for (const auto& value : root_of(file)) {
    // What a name below another key says is no path.
    const bool names_files = contains(other_keys, value.key()) || value.key() == "resources" ||
                             value.key() == "bases" || value.key() == "components" ||
                             value.key() == "validators" || value.key().starts_with("patches");
    if (!names_files) continue;
    if (value.is_mapping()) add_names_of(value, folder, names);
    for (const auto& item : value) {
      if (value.is_sequence()) add_names_of(item, folder, names);
    }
  }
  return names;
}

std::string why_not_applied(const Node& value) {
  const auto key = value.key();
  if (contains(known_keys, key) || value.is_null()) return {};
  if (contains(other_keys, key)) return fmt::format("'{}' is not applied", key);
  const auto near = closest(key, known_keys);
  return fmt::format("'{}' is no key of a kustomization{}", cut(key),
                     near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
}

bool brings_objects(std::string_view key) {
  return key == "generators" || key == "transformers" || key.starts_with("helmChart");
}

bool is_remote(std::string_view name) {
  return name.find("://") != name.npos || name.find("?ref=") != name.npos ||
         name.find("?version=") != name.npos || name.starts_with("git@") ||
         name.starts_with("git::") || name.starts_with("github.com");
}

}  // namespace cassmesh::lint::kustomize
