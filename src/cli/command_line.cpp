// The only file that sees CLI11, which takes ten seconds to compile.

#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "cassmesh/report.hpp"
#include "cassmesh/trace_report.hpp"
#include "completion.hpp"
#include "manifests.hpp"
#include "mistakes.hpp"

namespace cassmesh::cli {
namespace {

using Choices = std::vector<std::string>;

template <typename Format>
Choices names_of(std::span<const Format> formats) {
  Choices names;
  for (const auto& format : formats) names.emplace_back(format.name);
  return names;
}

Choices names_of_rules() {
  const auto names = rule_names();
  return {names.begin(), names.end()};
}

/// What CLI11 calls an option in its messages: its first long name.
std::string name_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? std::string() : "--" + option.get_lnames().front();
}

/// CLI11 knows the commands and options; this keeps what they were given.
class Reader {
 public:
  Reader() {
    app_.set_help_flag("-h,--help", "Print this help");
    app_.add_flag("--version", version_, "Print the version, the commit and the libraries'");
    add(&app_, "--color", arguments_.color, "WHEN",
        "Colours in messages: auto (the default), always or never", {"auto", "always", "never"})
        ->take_last();
    add_render();
    add_stale();
    add_lint();
    add_trace();
    add_rules();
    add_init();
    add_command("schema", "Print the JSON Schema (draft-07) of a spec")
        ->add_flag("--config", arguments_.schema_of_config, "Print that of .cassmesh.yaml");
    add_completion();
    add_command("man", "Print the manual page");
    app_.allow_extras();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() = default;

  CommandLine read(std::vector<std::string> typed) {
    CommandLine line{.table = table()};
    std::ranges::reverse(typed);  // as CLI11 wants them
    try {
      app_.parse(std::move(typed));
      arguments_.lint.manifests.outputs = outputs_of(lint_outputs_);
      arguments_.trace.outputs = outputs_of(trace_outputs_);
      choose_command(line);
      if (version_) line.wish = Wish::version;
      line.mistake = mistake(line);
    } catch (const CLI::CallForHelp&) {
      choose_command(line);
      line.wish = Wish::help;
    } catch (const CLI::ParseError& error) {
      choose_command(line);
      line.mistake = mismatch(line.table, line.command, error.what());
    }
    line.arguments = arguments_;
    return line;
  }

  OptionTable table() const {
    OptionTable table;
    for (const auto* part : app_.get_subcommands({})) {
      Command command{.name = part->get_name(), .summary = part->get_description()};
      for (const auto* option : part->get_options()) {
        if (option == part->get_help_ptr()) continue;
        if (option->get_positional()) {
          command.argument = described(*option);
        } else {
          command.options.push_back(described(*option));
        }
      }
      table.commands.push_back(std::move(command));
    }
    for (const auto* option : app_.get_options()) table.options.push_back(described(*option));
    // Help comes last, as one finds it.
    std::rotate(table.options.begin(), table.options.begin() + 1, table.options.end());
    return table;
  }

 private:
  /// What is written, in the order in which it was asked for: CLI11 keeps that of the options, and
  /// the values of each.
  struct Outputs {
    CLI::App* command = nullptr;
    CLI::Option* format = nullptr;
    CLI::Option* file = nullptr;
    std::vector<std::string> formats{};
    std::vector<std::string> files{};
  };

  CLI::App* add_command(const std::string& name, const std::string& summary) {
    auto* command = app_.add_subcommand(name, summary);
    command->fallthrough();
    command->allow_extras();
    return command;
  }

  /// An option with a value.
  template <typename Value>
  CLI::Option* add(CLI::App* command, const char* names, Value& value, const char* type,
                   const std::string& what, const Choices& choices = {}) {
    auto* option = command->add_option(names, value, what)->type_name(type);
    choices_[option] = choices;
    return option;
  }

  void add_render() {
    auto* render = add_command("render", "Print the manifests of a ring");
    auto& arguments = arguments_.render;
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

  void add_stale() {
    auto* stale = add_command("stale", "Find manifests that no longer fit their spec");
    stale->add_option("PATH", arguments_.stale.paths,
                      "Files and folders that changed; default: all");
    add_config(stale, arguments_.stale);
  }

  void add_config(CLI::App* command, ManifestArguments& arguments) {
    add(command, "--config", arguments.config, "FILE",
        "Take this file, not the nearest .cassmesh.yaml");
    command->add_flag("--no-config", arguments.no_config, "Take no .cassmesh.yaml");
  }

  /// What all commands take that judge manifests.
  void add_manifests(CLI::App* command, ManifestArguments& arguments, Outputs& outputs,
                     const Choices& formats, const std::string& what) {
    command->add_option("PATH", arguments.paths,
                        "Files and folders, '-' is standard input; default: the working folder");
    add(command, "--istio", arguments.istio, "RANGE",
        "Istio versions to judge: 1.24, 1.9..1.24, 1.10.., any");
    outputs.command = command;
    outputs.format = add(command, "--format", outputs.formats, "FORMAT",
                         CLI::detail::join(formats, ", "), formats);
    outputs.file = add(command, "-o,--output", outputs.files, "FILE",
                       "Write " + what + " to a file; one for each --format");
    for (auto* option : {outputs.format, outputs.file}) option->allow_extra_args(false);
    add_config(command, arguments);
    command->add_flag("--show-config", arguments.show_config,
                      "Only print what is in force, and who says so");
  }

  void add_lint() {
    auto* lint = add_command("lint", "Find what breaks a ring, or any mesh, in manifests");
    auto& arguments = arguments_.lint;
    add_manifests(lint, arguments.manifests, lint_outputs_, names_of(report::formats()),
                  "the findings");
    add(lint, "--fail-on", arguments.fail_on, "LEVEL",
        "Exit 1 from this severity on: info, warning (the default) or error",
        {"info", "warning", "error"});
    lint->add_flag("--exit-zero", arguments.exit_zero, "Exit 0 whatever is found");
    for (auto* list : {add(lint, "--select", arguments.select, "RULE,...", "Run only these rules",
                           names_of_rules()),
                       add(lint, "--ignore", arguments.ignore, "RULE,...", "Leave these rules out",
                           names_of_rules())})
      list->delimiter(',')->allow_extra_args(false);
    add(lint, "--only-in", arguments.only_in, "FILE...",
        "Read everything, but report what touches these files");
    add(lint, "--baseline", arguments.baseline, "FILE",
        "Report only what is not in this file, and what is in it for nothing");
    add(lint, "--write-baseline", arguments.write_baseline, "FILE",
        "Write down all that is found, for --baseline; exit 0");
    lint->add_flag("--whole-project", arguments.whole_project,
                   "As a hook: read the project, report what touches PATH");
    lint->add_flag("--statistics", arguments.statistics,
                   "Print how often each rule found something, not what");
    lint->add_flag("-v,--verbose", arguments.verbose, "Say what was not checked, and why");
    lint->add_flag("-q,--quiet", arguments.quiet, "Print findings only");
  }

  void add_trace() {
    auto* trace = add_command("trace", "Follow each connection of a ring, hop by hop");
    add_manifests(trace, arguments_.trace, trace_outputs_, names_of(report::trace_formats()),
                  "the traces");
  }

  void add_rules() {
    auto* rules = add_command("rules", "List all rules");
    add(rules, "--format", arguments_.rules_format, "FORMAT", "text (the default) or json",
        {"text", "json"});
    auto* explain = add_command("explain", "Tell what a rule finds, why, and what to do");
    choices_[explain->add_option("RULE", arguments_.explained_rule,
                                 "The rule's name, as it stands in a finding")] = names_of_rules();
  }

  void add_init() {
    auto* init = add_command("init", "Print a spec with every key, commented out, at its default");
    auto& arguments = arguments_.init;
    init->add_option("PATH", arguments.paths,
                     "With --config: what to look at; default: the working folder");
    init->add_flag("--config", arguments.config,
                   "Write a .cassmesh.yaml instead, from what there is");
    add(init, "-o,--output", arguments.output, "FILE", "Write it to this new file; '-' prints it");
  }

  void add_completion() {
    auto* completion = add_command("completion", "Print what completes commands in a shell");
    Choices names;
    for (const auto& shell : shells()) names.emplace_back(shell.name);
    choices_[completion->add_option("SHELL", arguments_.shell, "bash, zsh or fish")] = names;
  }

  Option described(const CLI::Option& option) const {
    const auto choices = choices_.find(&option);
    const bool positional = option.get_positional();
    return {
        .short_name =
            option.get_snames().empty() ? std::string() : "-" + option.get_snames().front(),
        .long_name = name_of(option),
        .value = positional ? option.get_name() : option.get_type_name(),
        .meaning = option.get_description(),
        .choices = choices == choices_.end() ? Choices() : choices->second,
        .repeats = option.get_items_expected_max() > 1,
    };
  }

  void choose_command(CommandLine& line) const {
    const auto chosen = app_.get_subcommands();
    if (!chosen.empty()) line.command = find_command(line.table, chosen.front()->get_name());
  }

  std::string mistake(const CommandLine& line) const {
    auto extras = app_.remaining(true);
    std::erase(extras, "--");
    if (!extras.empty()) return unexpected(line.table, line.command, extras.front());
    for (const auto* part : app_.get_subcommands()) {
      for (const auto* option : part->get_options()) {
        auto problem = wrong_values(described(*option), option->results());
        if (!problem.empty()) return problem;
      }
    }
    const auto* color = find_option(line.table, nullptr, "--color");
    auto problem = wrong_choice(*color, arguments_.color);
    return problem.empty() ? wrong_together(arguments_) : problem;
  }

  /// A repeat of either option begins the next output.
  static std::vector<OutputArgument> outputs_of(const Outputs& given) {
    std::vector<OutputArgument> outputs;
    std::size_t formats = 0;
    std::size_t files = 0;
    for (const auto* option : given.command->parse_order()) {
      const bool is_format = option == given.format;
      if (!is_format && option != given.file) continue;
      const auto& value = is_format ? given.formats[formats++] : given.files[files++];
      const auto member = is_format ? &OutputArgument::format : &OutputArgument::file;
      if (outputs.empty() || outputs.back().*member) outputs.emplace_back();
      outputs.back().*member = value;
    }
    return outputs;
  }

  CLI::App app_{"", "cassmesh"};
  Arguments arguments_{};
  bool version_ = false;
  Outputs lint_outputs_{};
  Outputs trace_outputs_{};
  std::map<const CLI::Option*, Choices> choices_{};
};

}  // namespace

CommandLine read_command_line(std::vector<std::string> typed) {
  return Reader().read(std::move(typed));
}

OptionTable option_table() {
  return Reader().table();
}

}  // namespace cassmesh::cli
