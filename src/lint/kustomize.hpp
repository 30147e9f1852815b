#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/lint.hpp"
#include "cassmesh/yaml.hpp"
#include "kustomize/resource.hpp"
#include "project.hpp"

/// As much of kustomize as the scopes need: `resources`, `bases`, `components`, `namespace`,
/// `namePrefix`, `nameSuffix`, patches of all kinds, labels, annotations, images and replicas.
namespace cassmesh::lint {

/// What one kustomization root makes.
struct Kustomized {
  std::vector<yaml::Node> objects{};
  std::vector<yaml::Document> made{};              ///< that hold those objects which it changed
  std::vector<const yaml::Document*> documents{};  ///< as written, that hold its objects
  std::vector<std::string> files{};  ///< all that it names: resources, patches, bases; normalised
  std::vector<NotChecked> not_checked{};
  bool lacks_objects = false;  ///< it would bring more: from a chart, from afar, from a broken file
};

/// `path`: of its kustomization.yaml. Nothing that it holds makes this fail: what is not there,
/// broken, not known or too much is named in `not_checked`.
Kustomized kustomized(Project& project, std::string_view path, kustomize::Budget& budget);

}  // namespace cassmesh::lint
