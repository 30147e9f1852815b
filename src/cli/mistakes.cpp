#include "mistakes.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "../text.hpp"
#include "cassmesh/report.hpp"

namespace cassmesh::cli {
namespace {

using Words = std::vector<std::string_view>;

/// "one, two and three".
std::string listed(std::span<const std::string_view> words, std::string_view last = "and") {
  return fmt::format("{} {} {}", fmt::join(words.first(words.size() - 1), ", "), last,
                     words.back());
}

std::string did_you_mean(std::string_view near) {
  return near.empty() ? std::string() : fmt::format(": did you mean '{}'?", near);
}

std::string unknown_command(const OptionTable& table, std::string_view argument) {
  Words commands;
  for (const auto& command : table.commands) commands.push_back(command.name);
  const auto near = closest(argument, commands);
  return fmt::format("unknown command '{}'{}", report::printable(argument),
                     near.empty() ? ": the commands are " + listed(commands) : did_you_mean(near));
}

std::string unknown_option(const OptionTable& table, const Command* command,
                           std::string_view name) {
  for (const auto& other : table.commands) {
    if (find_option(table, command, name) == nullptr && find_option(table, &other, name) != nullptr)
      return fmt::format("'{}' is an option of 'cassmesh {}'", name, other.name);
  }
  Words names;
  for (const auto* options : {command == nullptr ? nullptr : &command->options, &table.options}) {
    if (options == nullptr) continue;
    for (const auto& option : *options) names.push_back(option.long_name);
  }
  return fmt::format("unknown option '{}'{}", report::printable(name),
                     did_you_mean(closest(name, names)));
}

/// CLI11 takes the next argument for a value, whatever it is.
bool looks_like_option(std::string_view value) {
  return value.starts_with('-') && value != "-";
}

std::string wrong_specs(const RenderArguments& given) {
  if (std::ranges::find(given.specs, "") != given.specs.end()) {
    return "a spec is given an empty name";
  }
  if (std::ranges::count(given.specs, "-") > 1) {
    return "standard input can be read only once: '-' is given twice";
  }
  if (given.check == "-") return "'--check' needs a file or a folder, not '-'";
  if (given.check && given.output) {
    return "'--check' writes nothing: leave out '--output', or '--check'";
  }
  return {};
}

/// Where something is written; all names of standard output are one.
std::string_view target_of(const OutputArgument& output) {
  return !output.file || is_standard_output(*output.file) ? std::string_view("-") : *output.file;
}

std::string wrong_outputs(std::span<const OutputArgument> outputs) {
  for (const auto& output : outputs) {
    const auto target = target_of(output);
    if (std::ranges::count(outputs, target, target_of) < 2) continue;
    if (target != "-") return fmt::format("'{}' is to be written twice", report::printable(target));
    return "only one format goes to standard output: give the others a file with '-o'";
  }
  return {};
}

std::string wrong_project(const LintArguments& given) {
  if (!given.whole_project) return {};
  if (!given.only_in.empty())
    return "'--whole-project' reports what touches its paths: leave out '--only-in'";
  if (std::ranges::find(given.manifests.paths, "-") != given.manifests.paths.end())
    return "'--whole-project' reads files, not standard input";
  return {};
}

/// Paths are for a configuration; where a spec is written is an option.
std::string wrong_init(const InitArguments& given) {
  if (given.config || given.paths.empty()) return {};
  const auto shown = report::printable(given.paths.front());
  return fmt::format("unexpected argument '{}': did you mean '-o {}'?", shown, shown);
}

}  // namespace

std::string unexpected(const OptionTable& table, const Command* command,
                       const std::string& argument) {
  if (argument.starts_with("-") && argument != "-")
    return unknown_option(table, command, argument.substr(0, argument.find('=')));
  if (command == nullptr) return unknown_command(table, argument);
  const auto shown = report::printable(argument);
  const auto* output = find_option(table, command, "--output");
  const auto hint = output == nullptr ? "" : fmt::format(": did you mean '-o {}'?", shown);
  return fmt::format("unexpected argument '{}'{}", shown, hint);
}

std::string mismatch(const OptionTable& table, const Command* command, std::string_view message) {
  const auto name = message.substr(0, message.find(':'));
  const auto* option = find_option(table, command, name);
  if (option == nullptr) return report::printable(message);
  if (message.find("At Most") != std::string_view::npos)
    return fmt::format("'{}' is given more than once", name);
  return fmt::format("'{}' needs a value: {}", name, spelling(*option));
}

std::string wrong_values(const Option& option, const std::vector<std::string>& values) {
  if (option.long_name.empty() || option.value.empty()) return {};
  for (const auto& value : values) {
    if (value.empty()) return fmt::format("'{}' is given an empty value", option.long_name);
    if (looks_like_option(value))
      return fmt::format("'{}' needs a value, not '{}'", option.long_name,
                         report::printable(value));
  }
  return {};
}

std::string wrong_choice(const Option& option, std::string_view value) {
  const Words choices(option.choices.begin(), option.choices.end());
  if (std::ranges::find(choices, value) != choices.end()) return {};
  const auto near = closest(value, choices);
  return fmt::format(
      "'{}' is '{}'{}", option.long_name, report::printable(value),
      near.empty() ? ", but it may be " + listed(choices, "or") : did_you_mean(near));
}

std::string wrong_together(const Arguments& given) {
  for (const auto& problem : {wrong_specs(given.render), wrong_init(given.init),
                              wrong_outputs(given.lint.manifests.outputs),
                              wrong_outputs(given.trace.outputs), wrong_project(given.lint)}) {
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace cassmesh::cli
