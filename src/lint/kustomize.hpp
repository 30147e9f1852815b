#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/lint.hpp"
#include "cassmesh/yaml.hpp"
#include "project.hpp"

/// As much of kustomize as the scopes need: `resources`, `bases`, `components`, `namespace`,
/// `namePrefix`, `nameSuffix`, and patches of both kinds.
namespace cassmesh::lint {

/// What one kustomization root makes.
struct Kustomized {
  std::vector<yaml::Node> objects{};
  std::vector<yaml::Document> made{};              ///< that hold those objects which it changed
  std::vector<const yaml::Document*> documents{};  ///< as written, that hold its objects
  std::vector<std::string> files{};                ///< all that it names: resources, patches, bases
  std::vector<NotChecked> not_checked{};
};

/// `path`: of its kustomization.yaml.
Kustomized kustomize(Project& project, std::string_view path);

}  // namespace cassmesh::lint
