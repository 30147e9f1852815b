#pragma once

#include <string>
#include <string_view>

#include "cassmesh/yaml.hpp"

/// What was written in a file, as a message shows it.
namespace cassmesh {

/// A text short enough for a message.
std::string cut(std::string_view text);

/// What was written, short enough for a message.
std::string shown(const yaml::Node& node);

/// The same, quotes included where they are what is wrong.
std::string written(const yaml::Node& node);

}  // namespace cassmesh
