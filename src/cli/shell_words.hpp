#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cassmesh::cli {

/// An argument as one types it in a shell.
std::string shell_word(std::string_view text);

/// The arguments of a line that shell_word wrote, with a blank between each two; none if it was
/// written otherwise.
std::optional<std::vector<std::string>> shell_words(std::string_view line);

}  // namespace cassmesh::cli
