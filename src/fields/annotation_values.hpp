#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/versions.hpp"

namespace cassmesh::fields {

/// Why the sidecar injector refuses pods with an annotation.
struct Refusal {
  std::string why;  ///< a clause: `'7000;7001' is no port`
  std::string fix{};
  mesh::VersionRange istio;
};

/// What it refuses of a value on some of these versions; nothing of what it does not look at, nor
/// of what somebody else fills in first.
std::vector<Refusal> refusals(std::string_view annotation, std::string_view value,
                              const mesh::VersionRange& istio);

/// What of `networking.istio.io/exportTo`, or of `networking.istio.io/traffic-distribution`, istiod
/// ignores.
std::vector<Refusal> ignored_values(std::string_view annotation, std::string_view value,
                                    const mesh::VersionRange& istio);

}  // namespace cassmesh::fields
