#pragma once

#include <string>
#include <vector>

#include "commands.hpp"
#include "option_table.hpp"

/// Reads the command line.
namespace cassmesh::cli {

enum class Wish { run, help, version };

/// What somebody typed.
struct CommandLine {
  OptionTable table{};
  const Command* command = nullptr;  ///< in the table; null if none was given
  Wish wish = Wish::run;
  Arguments arguments{};
  std::string mistake{};  ///< what is wrong with it, if something is
};

/// `typed` is without the program's own name.
CommandLine read_command_line(std::vector<std::string> typed);

/// The table alone.
OptionTable option_table();

}  // namespace cassmesh::cli
