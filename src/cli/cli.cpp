// Reads the command line. The only file that sees CLI11, which takes ten seconds to compile.

#include "cli.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../text.hpp"
#include "../version.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/report.hpp"
#include "commands.hpp"

namespace cassmesh::cli {
namespace {

constexpr int could_not_run = 2;
constexpr std::array<std::string_view, 3> color_choices{"auto", "always", "never"};

constexpr const char* tasks = R"(Manifests for a Cassandra ring in an Istio mesh.

  cassmesh render > manifest.yaml         the well-known example ring, for every Istio
  cassmesh init -o cassmesh.yaml          a spec to edit, every key with its default
  cassmesh render | kubectl apply -f -    the ring of ./cassmesh.yaml
  cassmesh render base.yaml prod.yaml --set replicas=5 --istio 1.20.. -o k8s/
  cassmesh render --check manifest.yaml   in CI: fail, with a diff, if it is stale
  cassmesh schema > cassmesh.schema.json  completion and checks for your editor
)";

constexpr const char* render_tasks =
    R"(Renders a cluster spec into manifests on which the ring forms.

  cassmesh render > manifest.yaml         ./cassmesh.yaml, or the built-in default spec
  cassmesh render base.yaml prod.yaml     later files go over earlier ones
  cassmesh render --set cluster.name=Orders --set 'racks=[{name: a}, {name: b}]'
  cassmesh render -o k8s/                 a file an object, and a kustomization.yaml
  cassmesh render --check manifest.yaml   exit 1 and a diff if the file is stale
)";

constexpr const char* render_statuses =
    "Exit status: 0 rendered, 1 stale (--check only), 2 for a wrong spec or anything else.\n";

/// "one, two and three".
std::string listed(std::span<const std::string_view> words) {
  return fmt::format("{} and {}", fmt::join(words.first(words.size() - 1), ", "), words.back());
}

std::string did_you_mean(std::string_view near) {
  return near.empty() ? std::string() : fmt::format(": did you mean '{}'?", near);
}

// --- help ----------------------------------------------------------------------------------------

/// How an option is written: `-o, --output FILE`.
std::string spelling(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name();
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  const auto value = option.get_type_name();
  return fmt::format("{}{}{}", fmt::join(names, ", "), value.empty() ? "" : " ", value);
}

std::string help_text(const CLI::App& app) {
  using Row = std::pair<std::string, std::string>;
  const auto row = [](const CLI::Option& option) {
    return Row(spelling(option), option.get_description());
  };
  std::vector<Row> rows;
  std::string arguments;
  for (const auto* command : app.get_subcommands({})) {
    rows.emplace_back(command->get_name(), command->get_description());
    arguments = " COMMAND";
  }
  if (!rows.empty()) rows.emplace_back();
  for (const auto* option : app.get_options()) {
    if (option != app.get_help_ptr()) rows.push_back(row(*option));
    if (option->get_positional()) arguments = fmt::format(" [{}]...", option->get_name());
  }
  const auto* parent = app.get_parent();
  if (parent != nullptr) rows.push_back(row(*parent->get_option("--color")));
  rows.push_back(row(*app.get_help_ptr()));
  auto text = fmt::format("Usage: cassmesh{}{}{} [OPTION]...\n\n", parent == nullptr ? "" : " ",
                          parent == nullptr ? "" : app.get_name(), arguments);
  for (const auto& [left, right] : rows) {
    text += left.empty() ? "\n" : fmt::format("  {:<24}{}\n", left, right);
  }
  return text;
}

// --- the command line ----------------------------------------------------------------------------

/// CLI11 knows the commands and options; this keeps what they were given.
struct CommandLine {
  CLI::App app{"", "cassmesh"};
  CLI::App* render = nullptr;
  CLI::App* init = nullptr;
  CLI::App* schema = nullptr;
  RenderArguments render_arguments{};
  std::optional<std::string> init_output{};
  std::string color = "auto";

  CommandLine() {
    app.set_help_flag("-h,--help", "Print this help");
    app.set_version_flag("--version", fmt::format("cassmesh {}", version()), "Print the version");
    app.add_option("--color", color, "Colours in messages: auto (the default), always or never")
        ->take_last()
        ->type_name("WHEN");
    add_render();
    init = app.add_subcommand("init", "Print a spec with every key, commented out, at its default");
    init->add_option("-o,--output", init_output, "Write it to a new file instead")
        ->type_name("FILE");
    schema = app.add_subcommand("schema", "Print the JSON Schema (draft-07) of a spec");
    for (auto* part : {&app, render, init, schema}) {
      part->fallthrough();
      part->allow_extras();
    }
  }

  void add_render() {
    render = app.add_subcommand("render", "Print the manifests of a ring");
    auto& arguments = render_arguments;
    render->add_option("SPEC", arguments.specs,
                       "Spec files, '-' is standard input; default: cassmesh.yaml");
    render
        ->add_option("--set", arguments.sets, "Set a key of the spec, to a YAML value; later wins")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    render
        ->add_option("--istio", arguments.istio,
                     "Istio versions to run on: 1.24, 1.9..1.24, 1.10.., any")
        ->type_name("RANGE");
    render
        ->add_option("-o,--output", arguments.output,
                     "Write to a file, or into a folder if it ends in '/'")
        ->type_name("FILE|DIR/");
    render
        ->add_option("--check", arguments.check,
                     "Write nothing; exit 1 with a diff if this is stale")
        ->type_name("FILE|DIR/");
    render->add_option("--templates", arguments.templates, "A folder with templates of your own")
        ->type_name("DIR");
  }

  /// The command that was given, if any.
  const CLI::App* command() const {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? nullptr : chosen.front();
  }

  std::string help() const {
    if (command() == nullptr) return fmt::format("{}\n{}", tasks, help_text(app));
    if (command() == render)
      return fmt::format("{}\n{}\n{}", render_tasks, help_text(*render), render_statuses);
    return fmt::format("{}.\n\n{}", command()->get_description(), help_text(*command()));
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
    if (argument.starts_with("-") && argument != "-") return unknown_option(argument);
    if (command() == init)
      return fmt::format("unexpected argument '{0}': did you mean '-o {0}'?", shown);
    if (command() != nullptr) return fmt::format("unexpected argument '{}'", shown);
    constexpr std::array<std::string_view, 3> commands{"render", "init", "schema"};
    const auto near = closest(argument, commands);
    return fmt::format(
        "unknown command '{}'{}", shown,
        near.empty() ? ": the commands are " + listed(commands) : did_you_mean(near));
  }

  std::string unknown_option(const std::string& argument) const {
    const auto name = argument.substr(0, argument.find('='));
    const auto shown = report::printable(name);
    auto names = options(app);
    if (command() != nullptr) {
      const auto own = options(*command());
      names.insert(names.end(), own.begin(), own.end());
    }
    for (const auto* other : {render, init}) {
      if (other != command() && std::ranges::count(options(*other), name) > 0 &&
          std::ranges::count(names, name) == 0) {
        return fmt::format("'{}' is an option of 'cassmesh {}'", shown, other->get_name());
      }
    }
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    return fmt::format("unknown option '{}'{}", shown, did_you_mean(closest(name, candidates)));
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

  /// CLI11 takes the next argument for a value, whatever it is.
  static bool looks_like_option(std::string_view value) {
    return value.starts_with('-') && value != "-";
  }

  static std::string swallowed(std::string_view option, std::string_view value) {
    return fmt::format("'{}' needs a value, not '{}'", option, report::printable(value));
  }

  std::string wrong_color() const {
    if (std::ranges::find(color_choices, color) != color_choices.end()) return {};
    const auto near = closest(color, color_choices);
    return fmt::format("'--color' is '{}'{}", report::printable(color),
                       near.empty() ? ", but it may be auto, always or never" : did_you_mean(near));
  }

  std::string empty_or_swallowed() const {
    const auto& given = render_arguments;
    const std::array<std::pair<std::string_view, const std::optional<std::string>*>, 5> values{
        {{"--output", &given.output},
         {"--output", &init_output},
         {"--check", &given.check},
         {"--templates", &given.templates},
         {"--istio", &given.istio}}};
    for (const auto& [name, value] : values) {
      if (*value && (*value)->empty()) return fmt::format("'{}' is given an empty value", name);
      if (*value && looks_like_option(**value)) return swallowed(name, **value);
    }
    const auto set = std::ranges::find_if(given.sets, looks_like_option);
    return set == given.sets.end() ? std::string() : swallowed("--set", *set);
  }

  std::string impossible_together() const {
    const auto& given = render_arguments;
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

  /// What is wrong with the values as they are; empty if nothing is.
  std::string wrong_value() const {
    for (const auto& problem : {wrong_color(), empty_or_swallowed(), impossible_together()}) {
      if (!problem.empty()) return problem;
    }
    return {};
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
    streams.out << line.help();
    return 0;
  } catch (const CLI::CallForVersion& version_call) {
    streams.out << version_call.what() << '\n';
    return 0;
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
  if (const auto problem = line.wrong_value(); !problem.empty())
    return usage_error(line, streams, problem);
  streams.color = line.color == "always" || (line.color == "auto" && streams.color);
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
