// For zsh's own completion system: see zshcompsys(1), `_arguments`.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "completion.hpp"

namespace cassmesh::cli {
namespace {

/// With a backslash before what means something to `_arguments` and `_describe`.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\[]:").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// `:MESSAGE:ACTION`.
std::string action(const Option& option) {
  const auto what = escaped(option.value);
  switch (wanted(option)) {
    case Wanted::nothing:
      return "";
    case Wanted::text:
      return fmt::format(":{}: ", what);
    case Wanted::word:
      return fmt::format(":{}:({})", what, fmt::join(option.choices, " "));
    case Wanted::words:
      return fmt::format(":{}:_values -s , {} {}", what, what, fmt::join(option.choices, " "));
    case Wanted::file:
      return fmt::format(":{}:_files", what);
    case Wanted::folder:
      return fmt::format(":{}:_files -/", what);
  }
  return "";
}

/// One line each name, indented for an array.
std::string specs(const Option& option, std::string_view indent) {
  std::string text;
  const auto names = names_of(option);
  for (const auto name : names) {
    const bool has_value = wanted(option) != Wanted::nothing;
    const auto* suffix = !has_value ? "" : name.starts_with("--") ? "=" : "+";
    const auto others =
        option.repeats ? std::string("*") : fmt::format("({})", fmt::join(names, " "));
    text += fmt::format("{}{}\n", indent,
                        in_quotes(fmt::format("{}{}{}[{}]{}", others, name, suffix,
                                              escaped(option.meaning), action(option))));
  }
  return text;
}

std::string command_case(const Command& command) {
  auto text = fmt::format("        {})\n          _arguments -s $everywhere \\\n", command.name);
  for (const auto& option : command.options) {
    for (auto lines = specs(option, ""); !lines.empty();) {
      const auto end = lines.find('\n');
      text += fmt::format("            {} \\\n", lines.substr(0, end));
      lines.erase(0, end + 1);
    }
  }
  const auto& argument = command.argument;
  if (!argument.value.empty()) {
    text += fmt::format("            {} \\\n",
                        in_quotes((argument.repeats ? "*" : "1") + action(argument)));
  }
  text.resize(text.size() - std::string_view(" \\\n").size());
  return text + " ;;\n";
}

}  // namespace

std::string zsh_completion(const OptionTable& table) {
  std::string text =
      "#compdef cassmesh\n"
      "# zsh completion of cassmesh, made by: cassmesh completion zsh\n\n"
      "_cassmesh() {\n"
      "  local curcontext=$curcontext state line\n"
      "  local -a commands everywhere\n"
      "  commands=(\n";
  for (const auto& command : table.commands) {
    text += fmt::format("    {}\n", in_quotes(command.name + ":" + escaped(command.summary)));
  }
  text += "  )\n  everywhere=(\n";
  for (const auto& option : table.options) text += specs(option, "    ");
  text +=
      "  )\n"
      "  _arguments -C -s $everywhere '1: :->command' '*:: :->arguments'\n"
      "  case $state in\n"
      "    command) _describe command commands ;;\n"
      "    arguments)\n"
      "      curcontext=${curcontext%:*:*}:cassmesh-$line[1]:\n"
      "      case $line[1] in\n";
  for (const auto& command : table.commands) text += command_case(command);
  return text +
         "      esac ;;\n"
         "  esac\n"
         "}\n\n"
         "# Loaded by name from a folder of fpath, or sourced.\n"
         "if [[ $funcstack[1] == _cassmesh ]]; then\n"
         "  _cassmesh \"$@\"\n"
         "else\n"
         "  compdef _cassmesh cassmesh\n"
         "fi\n";
}

}  // namespace cassmesh::cli
