#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"

/// What the program says of itself, and of arguments that can't be meant.
namespace cassmesh::cli {

/// How something is written, `-o, --output FILE`, and what it means. An empty one parts two groups.
struct HelpRow {
  std::string spelling;
  std::string meaning;
};

/// What is to be told of a command, or (without a name) of the whole program.
struct Help {
  std::string command;
  std::string summary;
  std::string arguments;  ///< ` [SPEC]...`, or empty
  std::vector<HelpRow> rows;
};

std::string help_text(const Help& help);

std::string unknown_command(std::string_view argument);
/// `options` are those that there are.
std::string unknown_option(std::string_view name, const std::vector<std::string>& options);

/// What is wrong with the values of arguments that were read; empty if nothing is.
std::string wrong_value(const RenderArguments& given, const std::optional<std::string>& init_output,
                        std::string_view color);

}  // namespace cassmesh::cli
