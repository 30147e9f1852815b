#include "completion.hpp"

#include <algorithm>
#include <array>

#include "cassmesh/error.hpp"
#include "command_line.hpp"
#include "manifests.hpp"

namespace cassmesh::cli {

std::span<const Shell> shells() {
  static constexpr std::array all{
      Shell{"bash", bash_completion},
      Shell{"zsh", zsh_completion},
      Shell{"fish", fish_completion},
  };
  return all;
}

Wanted wanted(const Option& option) {
  const std::string_view value = option.value;
  if (value.empty()) return Wanted::nothing;
  if (!option.choices.empty()) return value.ends_with(",...") ? Wanted::words : Wanted::word;
  if (value == "DIR") return Wanted::folder;
  for (const auto* start : {"FILE", "PATH", "SPEC"}) {
    if (value.starts_with(start)) return Wanted::file;
  }
  return Wanted::text;
}

std::vector<std::string_view> names_of(const Option& option) {
  std::vector<std::string_view> names;
  for (const auto* name : {&option.short_name, &option.long_name}) {
    if (!name->empty()) names.emplace_back(*name);
  }
  return names;
}

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

int completion(std::string_view shell, Streams& streams) {
  if (shell.empty()) throw Error("completion: name a shell: bash, zsh or fish");
  std::vector<std::string_view> names;
  for (const auto& each : shells()) names.push_back(each.name);
  require_one_of(names, shell, "completion for the shell", "there is one for bash, zsh and fish");
  return print(std::ranges::find(shells(), shell, &Shell::name)->completion(option_table()),
               streams);
}

int man(Streams& streams) {
  return print(man_page(option_table()), streams);
}

}  // namespace cassmesh::cli
