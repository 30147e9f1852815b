#pragma once

#include <optional>
#include <string_view>

#include "images.hpp"

namespace cassmesh::cassandra {

/// Whether Cassandra has releases of such a version: what tags and labels of others tell may be a
/// version of their own.
bool may_be_release(const Version& version);

/// The release of Cassandra that an image's tag tells: of images that we know, and of anybody's
/// whose name is `cassandra`. Nothing where it may be a version of something else.
std::optional<Version> release_of(std::string_view image);

}  // namespace cassmesh::cassandra
