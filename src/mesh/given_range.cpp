#include "cassmesh/given_range.hpp"

#include <utility>

namespace cassmesh::mesh {

GivenRange GivenRange::parse(std::string_view text) {
  auto range = VersionRange::parse(text);  // takes no other word with these letters
  return {.range = std::move(range), .has_bounds = text.find("any") == text.npos};
}

std::string to_string(const GivenRange& given) {
  const bool looks_unbounded = given.has_bounds && given.range == VersionRange::any();
  return looks_unbounded ? "1.0.." : to_string(given.range);
}

}  // namespace cassmesh::mesh
