#pragma once

#include <optional>
#include <string_view>

namespace cassmesh {

/// Whether a regular expression, as Go writes it, means the whole of a text: characters, `.`,
/// classes (`[a-z]`, `\d`, `\w`, `\s`), `*`, `+`, `?`, `|` and groups. Nothing if it holds more
/// than that, or is none. Takes no longer than length times length, whatever the expression.
std::optional<bool> pattern_matches(std::string_view pattern, std::string_view text);

}  // namespace cassmesh
