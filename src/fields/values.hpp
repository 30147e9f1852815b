#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/k8s.hpp"
#include "cassmesh/versions.hpp"

namespace cassmesh::fields {

/// A value that a field of Istio's does not take.
struct WrongValue {
  Place place;
  std::string message;
  std::string fix{};  ///< empty: the message says it
  mesh::VersionRange istio;
  std::optional<Place> excluded_by{};  ///< the field that it excludes
};

/// All of an object. A value that some of the judged versions take is among them only if each of
/// the versions must take it.
std::vector<WrongValue> wrong_values(const k8s::Object& object, const mesh::VersionRange& judged,
                                     bool each);

/// The same of the ProxyConfig that stands in the annotation `proxy.istio.io/config`, which istiod
/// reads: it takes numbers in quotes. Their places are in that text.
std::vector<WrongValue> wrong_values_of_proxy_config(const yaml::Node& config,
                                                     const mesh::VersionRange& judged, bool each);

}  // namespace cassmesh::fields
