#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "option_table.hpp"

/// What shells and `man` are told about the program, all of it made from the option table.
namespace cassmesh::cli {

struct Shell {
  std::string_view name;
  std::string (*completion)(const OptionTable& table);
};

std::span<const Shell> shells();

std::string bash_completion(const OptionTable& table);
std::string zsh_completion(const OptionTable& table);
std::string fish_completion(const OptionTable& table);

/// The man page, in the macros that man(7) describes.
std::string man_page(const OptionTable& table);

/// What stands where an option has its value, or a command its arguments.
enum class Wanted {
  nothing,  ///< a flag has no value
  text,     ///< what only the user knows
  word,     ///< one of the choices
  words,    ///< several of them, with commas between
  file,     ///< or a folder, as shells offer both
  folder,
};

Wanted wanted(const Option& option);

/// The names of an option, the short one first.
std::vector<std::string_view> names_of(const Option& option);

/// `'text'`, as sh, bash and zsh read it.
std::string in_quotes(std::string_view text);

}  // namespace cassmesh::cli
