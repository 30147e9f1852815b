#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "option_table.hpp"

/// What to say about arguments that can't be meant.
namespace cassmesh::cli {

/// An argument that nothing knows. `command`: null if none was given.
std::string unexpected(const OptionTable& table, const Command* command,
                       const std::string& argument);

/// An option whose values are missing or too many, by the message of CLI11, `--output: 1 required
/// FILE missing`.
std::string mismatch(const OptionTable& table, const Command* command, std::string_view message);

// What is wrong with values that were read; empty if nothing is.

/// Values that are empty, or an option that was taken for one.
std::string wrong_values(const Option& option, const std::vector<std::string>& values);
/// A value that is none of the choices.
std::string wrong_choice(const Option& option, std::string_view value);
/// Values that do not go together.
std::string wrong_together(const Arguments& given);

}  // namespace cassmesh::cli
