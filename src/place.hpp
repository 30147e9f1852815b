#pragma once

#include <string_view>

#include "cassmesh/yaml.hpp"

namespace cassmesh {

/// Where a part of a scalar's text stands: a line of a script, a word in a list. The scalar's own
/// place where the part is not written as it reads (escapes, folded lines) or stands there twice.
Place place_of(const yaml::Node& node, std::string_view part);

}  // namespace cassmesh
