#pragma once

#include <vector>

#include "cassmesh/versions.hpp"

namespace cassmesh::engine {

/// Versions that behave alike, with one of them to look at.
struct Segment {
  mesh::IstioVersion at;
  mesh::VersionRange istio;
};

/// A range cut wherever some capability begins or ends, from the oldest on.
std::vector<Segment> segments_of(const mesh::VersionRange& istio);

}  // namespace cassmesh::engine
