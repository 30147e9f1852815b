#pragma once

#include <string>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/versions.hpp"

namespace cassmesh::fields {

/// An annotation or a label that stands where Istio does not look for it.
struct Misplaced {
  yaml::Node at;
  std::string message;
  std::string fix;
  mesh::VersionRange istio;
};

/// All of an object. What stands with the same value where Istio does look (on the pods, or on what
/// else of the namespace the key is for) is not among them: tools put one set of labels on all.
std::vector<Misplaced> misplaced_metadata(const k8s::Object& object, const k8s::ObjectSet& objects,
                                          const mesh::VersionRange& judged);

}  // namespace cassmesh::fields
