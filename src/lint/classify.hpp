#pragma once

#include <string_view>
#include <vector>

#include "cassmesh/yaml.hpp"
#include "project.hpp"

namespace cassmesh::lint {

/// What a document is to the linter.
enum class DocumentKind {
  empty,
  objects,         ///< one Kubernetes object, or a list of them
  broken,          ///< no YAML
  template_text,   ///< of Helm or the like: to be rendered first
  kustomization,   ///< a kustomization.yaml
  something_else,  ///< YAML that is no Kubernetes object
};

DocumentKind classify(const yaml::Document& document);

/// Why a document of that kind is not judged, as `notChecked` says it; empty if it is.
std::string_view why_not_checked(DocumentKind kind);

/// The objects of a document: its root, or the items of a List (`kind: List`, `ServiceList`),
/// nested ones too. What is no object in a list is left out.
std::vector<yaml::Node> objects_in(const yaml::Document& document);

}  // namespace cassmesh::lint
