// Needs bash 4 and nothing else. What is typed stands in COMP_WORDS, where `--format=json` is three
// words, since bash parts words at `=`.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "completion.hpp"

namespace cassmesh::cli {
namespace {

constexpr std::string_view head =
    R"(# bash completion of cassmesh, made by: cassmesh completion bash

# Files and folders, as bash itself completes them.
_cassmesh_files() {
  compopt -o default
}

# _cassmesh_words WORD...: those that go on with what is typed.
_cassmesh_words() {
  mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
}

# _cassmesh_list WORD...: the same after the last comma.
_cassmesh_list() {
  local before=
  [[ $cur != *,* ]] || before=${cur%,*},
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$*" -- "${cur##*,}")
  compopt -o nospace
}

)";

constexpr std::string_view start = R"(_cassmesh() {
  local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command= word
  COMPREPLY=()
  if [[ $cur == '=' ]]; then
    cur=
  elif [[ $option == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in)";

std::string_view joined(const std::vector<std::string>& words, std::string& text) {
  text = fmt::format("{}", fmt::join(words, " "));
  return text;
}

/// What completes the value of an option, or an argument.
std::string action(const Option& option) {
  std::string words;
  switch (wanted(option)) {
    case Wanted::word:
      return fmt::format("_cassmesh_words {}", joined(option.choices, words));
    case Wanted::words:
      return fmt::format("_cassmesh_list {}", joined(option.choices, words));
    case Wanted::file:
      return "_cassmesh_files";
    case Wanted::folder:
      return "compopt -o dirnames";
    case Wanted::nothing:
    case Wanted::text:
      return ":";
  }
  return ":";
}

/// The cases of options that take a value. A pattern is `COMMAND OPTION`.
std::string value_cases(std::string_view command, const std::vector<Option>& options) {
  std::string text;
  for (const auto& option : options) {
    if (wanted(option) == Wanted::nothing) continue;
    std::vector<std::string> patterns;
    for (const auto name : names_of(option))
      patterns.push_back(fmt::format("{} {}", command, name));
    for (auto& pattern : patterns)
      pattern = pattern.starts_with('*') ? "*" + in_quotes(pattern.substr(1)) : in_quotes(pattern);
    text += fmt::format("    {}) {}; return ;;\n", fmt::join(patterns, " | "), action(option));
  }
  return text;
}

std::string names(const std::vector<Option>& options) {
  std::string text;
  for (const auto& option : options) {
    for (const auto name : names_of(option)) text += fmt::format("{} ", name);
  }
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

std::string bash_completion(const OptionTable& table) {
  std::vector<std::string> commands;
  for (const auto& command : table.commands) commands.push_back(command.name);
  std::string text(head);
  text += start;
  text += fmt::format("\n      {}) command=$word; break ;;\n    esac\n  done\n\n",
                      fmt::join(commands, " | "));

  text += "  case \"$command $option\" in\n";
  for (const auto& command : table.commands) text += value_cases(command.name, command.options);
  text += value_cases("*", table.options);
  text += "  esac\n\n";

  text += "  if [[ $cur == -* ]]; then\n    case $command in\n";
  for (const auto& command : table.commands)
    text += fmt::format("      {}) _cassmesh_words {} {} ;;\n", command.name,
                        names(command.options), names(table.options));
  text += fmt::format("      *) _cassmesh_words {} ;;\n    esac\n    return\n  fi\n\n",
                      names(table.options));

  text += "  case $command in\n";
  for (const auto& command : table.commands)
    text += fmt::format("    {}) {} ;;\n", command.name, action(command.argument));
  text +=
      fmt::format("    *) _cassmesh_words {} help ;;\n  esac\n}}\n\n", fmt::join(commands, " "));
  return text + "complete -F _cassmesh cassmesh\n";
}

}  // namespace cassmesh::cli
