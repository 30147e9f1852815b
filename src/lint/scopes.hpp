#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cassmesh/config.hpp"
#include "cassmesh/lint.hpp"
#include "cassmesh/yaml.hpp"
#include "project.hpp"

/// What is applied together: each kustomization root with what it includes, each configured scope,
/// and everything else as one.
namespace cassmesh::lint {

struct ScopeFiles {
  std::string name{};  ///< the root's folder, the configured name; empty for all the rest
  std::vector<yaml::Node> objects{};               ///< their nodes, in the order of application
  std::vector<yaml::Document> made{};              ///< that hold the nodes which patches changed
  std::vector<const yaml::Document*> documents{};  ///< as written, that hold its objects
  std::optional<mesh::GivenRange> istio{};         ///< as configured
  /// Objects of it are not here: what cannot be found may be among them.
  bool lacks_objects = false;
};

struct Scopes {
  std::vector<ScopeFiles> scopes{};       ///< configured ones, roots by their paths, the rest
  std::vector<NotChecked> not_checked{};  ///< what a kustomization uses and we do not apply
};

/// Reads what kustomizations name, also outside of the given files. A scope without objects is left
/// out.
Scopes make_scopes(Project& project, const config::Config& config);

}  // namespace cassmesh::lint
