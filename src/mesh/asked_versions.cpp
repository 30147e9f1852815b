#include "asked_versions.hpp"

#include <fmt/core.h>

#include "cassmesh/error.hpp"

namespace cassmesh::mesh {

GivenRange parse_istio(std::string_view text) {
  constexpr int limit = newest_known_minor + minors_to_come;
  auto given = GivenRange::parse(text);
  for (const auto& [first, last] : given.range.intervals()) {
    const int newest = last ? last->minor - (last->patch == 0 ? 1 : 0) : first.minor;
    if (newest <= limit) continue;
    throw Error(fmt::format(
        "'1.{0}' is far above 1.{1}, the newest Istio that this cassmesh knows: correct it, or "
        "write '1.{1}..' for that and all that follows",
        first.minor > limit ? first.minor : newest, newest_known_minor));
  }
  return given;
}

}  // namespace cassmesh::mesh
