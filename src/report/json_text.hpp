#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace cassmesh::report {

/// The text of a JSON value, indented, with a line feed at its end. It can be shown in a terminal:
/// characters that steer one are written as JSON's escapes. What is not UTF-8 becomes U+FFFD.
std::string json_text(const nlohmann::ordered_json& value);

}  // namespace cassmesh::report
