#pragma once

#include <string>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/versions.hpp"

namespace cassmesh::fields {

/// A key of an object that Istio does not know, or not on all versions.
struct UnknownField {
  Place place;
  std::string message;
  std::string fix{};         ///< empty: nobody can know what was meant
  mesh::VersionRange istio;  ///< on which of the judged versions
};

/// All of an object. A field that some of the judged versions have is among them only if each of
/// the versions must have it.
std::vector<UnknownField> unknown_fields(const k8s::Object& object,
                                         const mesh::VersionRange& judged, bool each);

}  // namespace cassmesh::fields
