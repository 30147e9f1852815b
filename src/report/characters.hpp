#pragma once

#include <string>
#include <string_view>

/// Text from the input, character by character.
namespace cassmesh::report {

/// Controls, line separators, the byte order mark and what turns the direction of writing.
bool steers(char32_t character);

/// Takes the first character off a text that is not empty.
std::string_view take(std::string_view& text);

/// One character as itself or as its escape.
std::string shown(std::string_view character);

}  // namespace cassmesh::report
