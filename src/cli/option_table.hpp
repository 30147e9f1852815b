#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The commands and their options as data: help, completions, the man page and what is said about
/// mistakes are all made from this.
namespace cassmesh::cli {

/// An option, or (without a name) what else a command takes.
struct Option {
  std::string short_name{};  ///< `-o`; empty if it has none
  std::string long_name{};   ///< `--output`; empty for what is no option
  std::string value{};       ///< what it takes, `FILE`, `RULE,...`; empty for a flag
  std::string meaning{};
  /// The words that there are for its value, where they can be listed.
  std::vector<std::string> choices{};
  bool repeats = false;  ///< it may be given more than once, or takes several values
};

struct Command {
  std::string name;
  std::string summary;  ///< without a full stop
  std::vector<Option> options{};
  /// What it takes besides options, `PATH`; none if `value` is empty.
  Option argument{};
};

struct OptionTable {
  std::vector<Command> commands;
  std::vector<Option> options;  ///< of the program: each command takes them too
};

/// `-o, --output FILE`.
std::string spelling(const Option& option);

/// Null if there is none.
const Command* find_command(const OptionTable& table, std::string_view name);
/// Null if neither the command (which may be null) nor the program has such an option; `name` is
/// the long or the short one.
const Option* find_option(const OptionTable& table, const Command* command, std::string_view name);

}  // namespace cassmesh::cli
