#pragma once

#include <string_view>

#include "cassmesh/given_range.hpp"

/// The versions of Istio that somebody names, which may be slips.
namespace cassmesh::mesh {

/// The minor version of the newest Istio that the tables were checked against.
inline constexpr int newest_known_minor = 31;

/// How much newer a version may be that somebody names, as this program is used for longer than it
/// is new: two years of Istio's releases. An open end has no such limit.
inline constexpr int minors_to_come = 8;

/// Reads a range that somebody wrote for Istio. Throws as `GivenRange::parse` does, and also at a
/// version that is too new to be anything but a slip.
GivenRange parse_istio(std::string_view text);

}  // namespace cassmesh::mesh
