#pragma once

#include <string>
#include <string_view>

#include "cassmesh/finding.hpp"
#include "cassmesh/source.hpp"

/// Where a finding is, for formats that ask for a file of the repository and a line in it.
namespace cassmesh::report {

/// The finding's place; if it has none, the first that it is related to, which may be none either.
Place anchor(const Finding& finding);

/// A path without `./`, relative to the working folder if it is below it, else as given.
std::string path_of(std::string_view name);
/// The same, of the file of a place; `.` for no place.
std::string path_of(const Place& place, const Sources& sources);

/// A path as a URI: relative as it is, or with `file://` in front.
std::string uri_of(std::string_view path);

}  // namespace cassmesh::report
