#pragma once

#include <string>
#include <string_view>

#include "cassmesh/versions.hpp"

namespace cassmesh::mesh {

/// The versions to judge, as somebody gave them. `1.0..` holds the same versions as `any`, but is
/// given with a bound: what it holds must be served whole.
struct GivenRange {
  VersionRange range;
  bool has_bounds = true;

  /// Reads what VersionRange::parse reads.
  static GivenRange parse(std::string_view text);
};

/// As it is given again.
std::string to_string(const GivenRange& given);

}  // namespace cassmesh::mesh
