#pragma once

#include <optional>
#include <string>

#include "cassmesh/rule.hpp"

namespace cassmesh::fields {

/// An API version or a kind that is not served.
struct ApiVersionProblem {
  Place place;
  std::string message;
  std::string fix;
  std::optional<mesh::VersionRange> istio{};  ///< on which of the judged Istio versions
};

/// What is wrong with the API version and the kind of one object. Kinds that are gone are not: that
/// is what `removed-kind` says.
std::optional<ApiVersionProblem> api_version_problem(const k8s::Object& object, const Scope& scope);

/// Two objects that no single Istio version has together; none: null. Those that none of the judged
/// versions has are left out.
struct NoCommonVersion {
  const k8s::Object* narrowest = nullptr;
  const k8s::Object* other = nullptr;
};
NoCommonVersion no_common_version(const k8s::ObjectSet& objects, const mesh::VersionRange& judged);

}  // namespace cassmesh::fields
