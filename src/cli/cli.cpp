// Reads the command line. The only file that sees CLI11, which takes ten seconds to compile.

#include "cli.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../version.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/trace_report.hpp"
#include "commands.hpp"
#include "help.hpp"

namespace cassmesh::cli {
namespace {

/// How an option is written: `-o, --output FILE`.
std::string spelling(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name();
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  const auto value = option.get_type_name();
  return fmt::format("{}{}{}", fmt::join(names, ", "), value.empty() ? "" : " ", value);
}

HelpRow row(const CLI::Option& option) {
  return {spelling(option), option.get_description()};
}

std::string help_of(const CLI::App& app) {
  const auto* parent = app.get_parent();
  Help help{.command = parent == nullptr ? "" : app.get_name(),
            .summary = app.get_description(),
            .arguments = "",
            .rows = {}};
  for (const auto* command : app.get_subcommands({})) {
    help.rows.push_back({command->get_name(), command->get_description()});
    help.arguments = " COMMAND";
  }
  if (!help.rows.empty()) help.rows.emplace_back();
  for (const auto* option : app.get_options()) {
    if (option != app.get_help_ptr()) help.rows.push_back(row(*option));
    if (option->get_positional()) help.arguments = fmt::format(" [{}]...", option->get_name());
  }
  if (parent != nullptr) help.rows.push_back(row(*parent->get_option("--color")));
  help.rows.push_back(row(*app.get_help_ptr()));
  return help_text(help);
}

/// CLI11 knows the commands and options; this keeps what they were given.
struct CommandLine {
  CLI::App app{"", "cassmesh"};
  CLI::App* render = nullptr;
  CLI::App* init = nullptr;
  CLI::App* schema = nullptr;
  CLI::App* lint = nullptr;
  CLI::App* trace = nullptr;
  CLI::App* rules = nullptr;
  CLI::App* explain = nullptr;
  RenderArguments render_arguments{};
  LintArguments lint_arguments{};
  ManifestArguments trace_arguments{};
  std::string rules_format = "text";
  std::string explained_rule{};
  std::optional<std::string> init_output{};
  std::string color = "auto";

  CommandLine() {
    app.set_help_flag("-h,--help", "Print this help");
    app.set_version_flag("--version", fmt::format("cassmesh {}", version()), "Print the version");
    add(&app, "--color", color, "WHEN", "Colours in messages: auto (the default), always or never")
        ->take_last();
    add_render();
    add_lint();
    add_trace();
    add_rules();
    init = app.add_subcommand("init", "Print a spec with every key, commented out, at its default");
    add(init, "-o,--output", init_output, "FILE", "Write it to a new file instead");
    schema = app.add_subcommand("schema", "Print the JSON Schema (draft-07) of a spec");
    for (auto* part : {&app, render, lint, trace, rules, explain, init, schema}) {
      part->fallthrough();
      part->allow_extras();
    }
  }

  /// An option with a value.
  template <typename Value>
  static CLI::Option* add(CLI::App* command, const char* names, Value& value, const char* type,
                          const std::string& what) {
    return command->add_option(names, value, what)->type_name(type);
  }

  void add_render() {
    render = app.add_subcommand("render", "Print the manifests of a ring");
    auto& arguments = render_arguments;
    render->add_option("SPEC", arguments.specs,
                       "Spec files, '-' is standard input; default: cassmesh.yaml");
    add(render, "--set", arguments.sets, "KEY=VALUE",
        "Set a key of the spec, to a YAML value; later wins")
        ->allow_extra_args(false);
    add(render, "--istio", arguments.istio, "RANGE",
        "Istio versions to run on: 1.24, 1.9..1.24, 1.10.., any");
    add(render, "-o,--output", arguments.output, "FILE|DIR/",
        "Write to a file, or into a folder if it ends in '/'");
    add(render, "--check", arguments.check, "FILE|DIR/",
        "Write nothing; exit 1 with a diff if this is stale");
    add(render, "--templates", arguments.templates, "DIR", "A folder with templates of your own");
  }

  /// What all commands take that judge manifests.
  static void add_manifests(CLI::App* command, ManifestArguments& arguments,
                            const std::string& formats, const std::string& what) {
    command->add_option("PATH", arguments.paths,
                        "Files and folders, '-' is standard input; default: the working folder");
    add(command, "--istio", arguments.istio, "RANGE",
        "Istio versions to judge: 1.24, 1.9..1.24, 1.10.., any");
    add(command, "--format", arguments.format, "FORMAT", formats);
    add(command, "-o,--output", arguments.output, "FILE", fmt::format("Write {} to a file", what));
    add(command, "--config", arguments.config, "FILE",
        "Take this file, not the nearest .cassmesh.yaml");
    command->add_flag("--no-config", arguments.no_config, "Take no .cassmesh.yaml");
  }

  void add_lint() {
    lint = app.add_subcommand("lint", "Find what breaks a ring, or any mesh, in manifests");
    auto& arguments = lint_arguments;
    add_manifests(lint, arguments.manifests, names_of(report::formats()), "the findings");
    add(lint, "--fail-on", arguments.fail_on, "LEVEL",
        "Exit 1 from this severity on: info, warning (the default) or error");
    lint->add_flag("--exit-zero", arguments.exit_zero, "Exit 0 whatever is found");
    for (auto* list :
         {add(lint, "--select", arguments.select, "RULE,...", "Run only these rules"),
          add(lint, "--ignore", arguments.ignore, "RULE,...", "Leave these rules out")})
      list->delimiter(',')->allow_extra_args(false);
    add(lint, "--only-in", arguments.only_in, "FILE...",
        "Read everything, but report what touches these files");
    lint->add_flag("-v,--verbose", arguments.verbose, "Say what was not checked, and why");
    lint->add_flag("-q,--quiet", arguments.quiet, "Print findings only");
  }

  void add_trace() {
    trace = app.add_subcommand("trace", "Follow each connection of a ring, hop by hop");
    add_manifests(trace, trace_arguments, names_of(report::trace_formats()), "the traces");
  }

  void add_rules() {
    rules = app.add_subcommand("rules", "List all rules");
    add(rules, "--format", rules_format, "FORMAT", "text (the default) or json");
    explain = app.add_subcommand("explain", "Tell what a rule finds, why, and what to do");
    explain->add_option("RULE", explained_rule, "The rule's name, as it stands in a finding");
  }

  template <typename Format>
  static std::string names_of(std::span<const Format> formats) {
    std::vector<std::string_view> names;
    for (const auto& format : formats) names.push_back(format.name);
    return fmt::format("{}", fmt::join(names, ", "));
  }

  /// The command that was given, if any.
  const CLI::App* command() const {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? nullptr : chosen.front();
  }

  std::string help() const {
    const auto* chosen = command();
    return chosen == nullptr ? help_of(app) : help_of(*chosen);
  }

  /// The options that may be given to `part`.
  static std::vector<std::string> options(const CLI::App& part) {
    std::vector<std::string> names;
    for (const auto* option : part.get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
  }

  /// What to say about an argument that nothing knows.
  std::string unexpected(const std::string& argument) const {
    const auto shown = report::printable(argument);
    if (argument.starts_with("-") && argument != "-") return unexpected_option(argument);
    if (command() == init)
      return fmt::format("unexpected argument '{0}': did you mean '-o {0}'?", shown);
    if (command() != nullptr) return fmt::format("unexpected argument '{}'", shown);
    return unknown_command(argument);
  }

  std::string unexpected_option(const std::string& argument) const {
    const auto name = argument.substr(0, argument.find('='));
    auto names = options(app);
    if (command() != nullptr) {
      const auto own = options(*command());
      names.insert(names.end(), own.begin(), own.end());
    }
    for (const auto* other : {render, lint, trace, init}) {
      if (other != command() && std::ranges::count(options(*other), name) > 0 &&
          std::ranges::count(names, name) == 0) {
        return fmt::format("'{}' is an option of 'cassmesh {}'", name, other->get_name());
      }
    }
    return unknown_option(name, names);
  }

  /// What is wrong with an option's values, in our words; CLI11 says it as "--output: 1 required
  /// FILE missing".
  std::string mismatch(std::string_view message) const {
    const std::string name(message.substr(0, message.find(':')));
    const auto* option = app.get_option_no_throw(name);
    if (command() != nullptr && option == nullptr) option = command()->get_option_no_throw(name);
    if (option == nullptr) return report::printable(message);
    if (message.find("At Most") != std::string_view::npos)
      return fmt::format("'{}' is given more than once", name);
    return fmt::format("'{}' needs a value: {}", name, spelling(*option));
  }
};

int usage_error(const CommandLine& line, Streams& streams, std::string_view message) {
  const auto* command = line.command();
  streams.err << fmt::format("cassmesh: {}\ncassmesh: see 'cassmesh{}{} --help'\n", message,
                             command == nullptr ? "" : " ",
                             command == nullptr ? "" : command->get_name());
  return could_not_run;
}

int dispatch(CommandLine& line, Streams& streams) {
  if (line.render->parsed()) return render(line.render_arguments, streams);
  if (line.lint->parsed()) return lint(line.lint_arguments, streams);
  if (line.trace->parsed()) return trace(line.trace_arguments, streams);
  if (line.rules->parsed()) return rules(line.rules_format, streams);
  if (line.explain->parsed()) return explain(line.explained_rule, streams);
  if (line.init->parsed()) return init(line.init_output, streams);
  return schema(streams);
}

int parse_and_run(CommandLine& line, std::vector<std::string> arguments, Streams& streams) {
  if (!arguments.empty() && arguments.front() == "help") {
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  std::ranges::reverse(arguments);  // as CLI11 wants them
  try {
    line.app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return print(line.help(), streams);
  } catch (const CLI::CallForVersion& version_call) {
    return print(fmt::format("{}\n", version_call.what()), streams);
  } catch (const CLI::ParseError& error) {
    return usage_error(line, streams, line.mismatch(error.what()));
  }
  auto extras = line.app.remaining(true);
  std::erase(extras, "--");
  if (!extras.empty()) return usage_error(line, streams, line.unexpected(extras.front()));
  if (line.command() == nullptr) {
    streams.err << line.help();
    return could_not_run;
  }
  const auto problem = wrong_value(line.render_arguments, line.init_output, line.color);
  if (!problem.empty()) return usage_error(line, streams, problem);
  for (auto* color : {&streams.color, &streams.out_color})
    *color = line.color == "always" || (line.color == "auto" && *color);
  return dispatch(line, streams);
}

}  // namespace

bool takes_color(bool is_terminal) {
  const auto is = [](const char* name, auto&& what) {
    const char* value = std::getenv(name);
    return value != nullptr && what(std::string_view(value));
  };
  return is_terminal && !is("NO_COLOR", [](std::string_view value) { return !value.empty(); }) &&
         !is("TERM", [](std::string_view value) { return value == "dumb"; });
}

int run(const std::vector<std::string>& arguments, Streams streams) {
  try {
    CommandLine line;
    return parse_and_run(line, arguments, streams);
  } catch (const std::exception& error) {  // an Error, or what the system has no memory or file for
    streams.err << "cassmesh: " << report::printable(error.what()) << '\n';
    return could_not_run;
  }
}

}  // namespace cassmesh::cli
