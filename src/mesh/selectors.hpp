#pragma once

#include <span>
#include <string_view>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"

/// The selectors that objects have for pods.
namespace cassmesh::mesh {

struct Selector {
  yaml::Node node{};         ///< as a whole; missing if the object has none
  yaml::Node labels{};       ///< the mapping of labels in it
  yaml::Node expressions{};  ///< `matchExpressions`, where Kubernetes has them
};

/// The kinds whose objects may have one.
std::span<const std::string_view> kinds_with_selector();

/// That of an object: `spec.selector`, `spec.workloadSelector` or `spec.podSelector`.
Selector selector_of(const k8s::Object& object);

/// The namespace whose pods it selects; empty where it is all of them: some kinds select through
/// the whole mesh when they stand in its root namespace.
std::string_view selected_namespace(const k8s::Object& object, const Settings& settings);

}  // namespace cassmesh::mesh
