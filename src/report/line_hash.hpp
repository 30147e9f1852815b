#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace cassmesh::report {

/// For each of these lines of a text the `primaryLocationLineHash` by which GitHub's code scanning
/// knows a finding again when lines above it come and go. Lines are counted from 1 and end at LF,
/// CR or CRLF; what is past the last has none.
std::map<int, std::string> line_hashes(std::string_view text, const std::set<int>& lines);

}  // namespace cassmesh::report
