#include "cli.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <ostream>
#include <stdexcept>
#include <string_view>

#include "../version.hpp"
#include "cassmesh/report.hpp"
#include "command_line.hpp"
#include "help.hpp"

namespace cassmesh::cli {
namespace {

struct Action {
  std::string_view command;
  int (*run)(const Arguments& arguments, Streams& streams);
};

constexpr std::array actions{
    Action{"render", [](const Arguments& given, Streams& to) { return render(given.render, to); }},
    Action{"stale", [](const Arguments& given, Streams& to) { return stale(given.stale, to); }},
    Action{"lint", [](const Arguments& given, Streams& to) { return lint(given.lint, to); }},
    Action{"trace", [](const Arguments& given, Streams& to) { return trace(given.trace, to); }},
    Action{"rules",
           [](const Arguments& given, Streams& to) { return rules(given.rules_format, to); }},
    Action{"explain",
           [](const Arguments& given, Streams& to) { return explain(given.explained_rule, to); }},
    Action{"init", [](const Arguments& given, Streams& to) { return init(given.init, to); }},
    Action{"schema",
           [](const Arguments& given, Streams& to) { return schema(given.schema_of_config, to); }},
    Action{"completion",
           [](const Arguments& given, Streams& to) { return completion(given.shell, to); }},
    Action{"man", [](const Arguments&, Streams& to) { return man(to); }},
};

int usage_error(const CommandLine& line, Streams& streams) {
  streams.err << fmt::format("cassmesh: {}\ncassmesh: see 'cassmesh{}{} --help'\n", line.mistake,
                             line.command == nullptr ? "" : " ",
                             line.command == nullptr ? "" : line.command->name);
  return could_not_run;
}

int obey(const CommandLine& line, Streams& streams) {
  if (line.wish == Wish::help) return print(help_text(line.table, line.command), streams);
  if (!line.mistake.empty()) return usage_error(line, streams);
  if (line.wish == Wish::version) return print(long_version(), streams);
  if (line.command == nullptr) {
    streams.err << help_text(line.table, nullptr);
    return could_not_run;
  }
  const auto& when = line.arguments.color;
  for (auto* color : {&streams.color, &streams.out_color})
    *color = when == "always" || (when == "auto" && *color);
  const auto* action = std::ranges::find(actions, line.command->name, &Action::command);
  if (action == actions.end()) throw std::logic_error(line.command->name + " has no action");
  return action->run(line.arguments, streams);
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

bool is_in_actions() {
  const char* value = std::getenv("GITHUB_ACTIONS");
  return value != nullptr && std::string_view(value) == "true";
}

int run(const std::vector<std::string>& arguments, Streams streams) {
  try {
    auto typed = arguments;
    if (!typed.empty() && typed.front() == "help") {
      typed.erase(typed.begin());
      typed.emplace_back("--help");
    }
    const auto line = read_command_line(std::move(typed));
    return obey(line, streams);
  } catch (const std::bad_alloc&) {
    streams.err << "cassmesh: there is not enough memory for this\n";
    return could_not_run;
  } catch (const std::exception& error) {  // an Error, or what the system has no file for
    streams.err << "cassmesh: " << report::printable(error.what()) << '\n';
    return could_not_run;
  }
}

}  // namespace cassmesh::cli
