#pragma once

#include <string_view>

namespace cassmesh {

/// The program's own version, `0.1.0`.
std::string_view version();

/// What `--version` prints: the version, the commit if it is known, and the libraries' versions.
std::string_view long_version();

}  // namespace cassmesh
