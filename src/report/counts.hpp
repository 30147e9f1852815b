#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "cassmesh/lint.hpp"

/// Numbers of things, for people.
namespace cassmesh::report {

/// `2 errors`.
inline std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// `1 error, 2 warnings`; empty if there is none.
std::string problems(const lint::Summary& summary);

}  // namespace cassmesh::report
