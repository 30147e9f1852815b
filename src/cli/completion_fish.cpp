// Needs fish 3.0, which knows `complete --force-files`.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "completion.hpp"

namespace cassmesh::cli {
namespace {

/// As fish reads it: there a backslash means something in quotes.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The options of `complete` that say what a value is.
std::string action(const Option& option) {
  const auto choices = fmt::format("{}", fmt::join(option.choices, " "));
  switch (wanted(option)) {
    case Wanted::nothing:
      return "";
    case Wanted::text:
      return " -x";
    case Wanted::word:
      return fmt::format(" -x -a {}", quoted(choices));
    case Wanted::words:
      return fmt::format(" -x -a {}", quoted(fmt::format("(__fish_append , {})", choices)));
    case Wanted::file:
      return " -r -F";
    case Wanted::folder:
      return " -x -a '(__fish_complete_directories)'";
  }
  return "";
}

std::string line(std::string_view condition, const Option& option) {
  auto text = fmt::format("complete -c cassmesh{}", condition);
  if (!option.short_name.empty()) text += fmt::format(" -s {}", option.short_name.substr(1));
  if (!option.long_name.empty()) text += fmt::format(" -l {}", option.long_name.substr(2));
  return fmt::format("{}{} -d {}\n", text, action(option), quoted(option.meaning));
}

std::string argument_line(std::string_view condition, const Option& argument) {
  switch (wanted(argument)) {
    case Wanted::file:
      return fmt::format("complete -c cassmesh{} -F\n", condition);
    case Wanted::word:
      return fmt::format("complete -c cassmesh{} -a {} -d {}\n", condition,
                         quoted(fmt::format("{}", fmt::join(argument.choices, " "))),
                         quoted(argument.value));
    default:
      return "";
  }
}

}  // namespace

std::string fish_completion(const OptionTable& table) {
  std::string text =
      "# fish completion of cassmesh, made by: cassmesh completion fish\n"
      "complete -c cassmesh -f\n";
  for (const auto& option : table.options) text += line("", option);
  for (const auto& command : table.commands) {
    text += fmt::format("complete -c cassmesh -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        quoted(command.summary));
  }
  for (const auto& command : table.commands) {
    const auto condition = fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name);
    for (const auto& option : command.options) text += line(condition, option);
    text += argument_line(condition, command.argument);
  }
  return text;
}

}  // namespace cassmesh::cli
