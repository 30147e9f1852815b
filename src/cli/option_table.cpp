#include "option_table.hpp"

#include <algorithm>

namespace cassmesh::cli {

std::string spelling(const Option& option) {
  std::string text = option.short_name;
  if (!option.short_name.empty() && !option.long_name.empty()) text += ", ";
  text += option.long_name;
  if (!text.empty() && !option.value.empty()) text += ' ';
  return text + option.value;
}

const Command* find_command(const OptionTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.commands, name, &Command::name);
  return found == table.commands.end() ? nullptr : &*found;
}

const Option* find_option(const OptionTable& table, const Command* command, std::string_view name) {
  const auto is_it = [&](const Option& option) {
    return !name.empty() && (option.long_name == name || option.short_name == name);
  };
  for (const auto* options : {command == nullptr ? nullptr : &command->options, &table.options}) {
    if (options == nullptr) continue;
    const auto found = std::ranges::find_if(*options, is_it);
    if (found != options->end()) return &*found;
  }
  return nullptr;
}

}  // namespace cassmesh::cli
