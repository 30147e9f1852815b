#pragma once

#include <string_view>

namespace cassmesh {

/// The program's own version, `0.1.0`.
std::string_view version();

}  // namespace cassmesh
