#include "help.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "../text.hpp"
#include "cassmesh/report.hpp"

namespace cassmesh::cli {
namespace {

constexpr std::array<std::string_view, 3> color_choices{"auto", "always", "never"};

constexpr std::string_view tasks =
    R"(Manifests for a Cassandra ring in an Istio mesh, and a linter for what stands around it.

  cassmesh render > manifest.yaml         the well-known example ring, for every Istio
  cassmesh init -o cassmesh.yaml          a spec to edit, every key with its default
  cassmesh render | kubectl apply -f -    the ring of ./cassmesh.yaml
  cassmesh render base.yaml prod.yaml --set replicas=5 --istio 1.20.. -o k8s/
  cassmesh render --check manifest.yaml   in CI: fail, with a diff, if it is stale
  cassmesh schema > cassmesh.schema.json  completion and checks for your editor

  cassmesh lint k8s/                      what breaks the ring, where, why, since when
  kustomize build | cassmesh lint -       the same for what is about to be applied
  cassmesh lint --istio 1.9..1.24 k8s/    what an upgrade of Istio would break
  cassmesh trace k8s/                     each connection, hop by hop, on each Istio
  cassmesh explain dead-host              all about one rule
)";

constexpr std::string_view lint_tasks =
    R"(Finds what breaks a Cassandra ring, or any other host, in Kubernetes and Istio manifests.

  cassmesh lint                           everything below the working folder
  cassmesh lint k8s/ --istio 1.24         on the Istio that you run
  helm template ./chart | cassmesh lint - what a chart makes
  cassmesh lint --format sarif -o cassmesh.sarif
  cassmesh lint --only-in k8s/rule.yaml   all files count, but only this one is reported
)";

constexpr std::string_view lint_statuses =
    "Exit status: 0 clean, 1 findings from --fail-on on, 2 could not run.\n";

constexpr std::string_view trace_tasks =
    R"(Follows each connection of a ring, hop by hop, on each Istio version.

  cassmesh trace                          the rings in all files below the working folder
  cassmesh trace k8s/ --istio 1.24        on the Istio that you run
  cassmesh trace k8s/ --istio any         on every Istio, the oldest too
  kustomize build | cassmesh trace -      what is about to be applied
  cassmesh trace --format json -o trace.json
)";

constexpr std::string_view trace_statuses = "Exit status: 0 traced, 2 could not run.\n";

constexpr std::string_view render_tasks =
    R"(Renders a cluster spec into manifests on which the ring forms.

  cassmesh render > manifest.yaml         ./cassmesh.yaml, or the built-in default spec
  cassmesh render base.yaml prod.yaml     later files go over earlier ones
  cassmesh render --set cluster.name=Orders --set 'racks=[{name: a}, {name: b}]'
  cassmesh render -o k8s/                 a file an object, and a kustomization.yaml
  cassmesh render --check manifest.yaml   exit 1 and a diff if the file is stale
)";

constexpr std::string_view render_statuses =
    "Exit status: 0 rendered, 1 stale (--check only), 2 for a wrong spec or anything else.\n";

/// "one, two and three".
std::string listed(std::span<const std::string_view> words) {
  return fmt::format("{} and {}", fmt::join(words.first(words.size() - 1), ", "), words.back());
}

std::string did_you_mean(std::string_view near) {
  return near.empty() ? std::string() : fmt::format(": did you mean '{}'?", near);
}

/// CLI11 takes the next argument for a value, whatever it is.
bool looks_like_option(std::string_view value) {
  return value.starts_with('-') && value != "-";
}

std::string swallowed(std::string_view option, std::string_view value) {
  return fmt::format("'{}' needs a value, not '{}'", option, report::printable(value));
}

std::string wrong_color(std::string_view color) {
  if (std::ranges::find(color_choices, color) != color_choices.end()) return {};
  const auto near = closest(color, color_choices);
  return fmt::format("'--color' is '{}'{}", report::printable(color),
                     near.empty() ? ", but it may be auto, always or never" : did_you_mean(near));
}

std::string empty_or_swallowed(const RenderArguments& given,
                               const std::optional<std::string>& init_output) {
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

std::string impossible_together(const RenderArguments& given) {
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

}  // namespace

std::string help_text(const Help& help) {
  const bool is_command = !help.command.empty();
  auto text = fmt::format("Usage: cassmesh{}{}{} [OPTION]...\n\n", is_command ? " " : "",
                          help.command, help.arguments);
  for (const auto& [spelling, meaning] : help.rows) {
    text += spelling.empty() ? "\n" : fmt::format("  {:<24}{}\n", spelling, meaning);
  }
  if (!is_command) return fmt::format("{}\n{}", tasks, text);
  if (help.command == "render")
    return fmt::format("{}\n{}\n{}", render_tasks, text, render_statuses);
  if (help.command == "lint") return fmt::format("{}\n{}\n{}", lint_tasks, text, lint_statuses);
  if (help.command == "trace") return fmt::format("{}\n{}\n{}", trace_tasks, text, trace_statuses);
  return fmt::format("{}.\n\n{}", help.summary, text);
}

std::string unknown_command(std::string_view argument) {
  constexpr std::array<std::string_view, 7> commands{"render",  "lint", "trace", "rules",
                                                     "explain", "init", "schema"};
  const auto near = closest(argument, commands);
  return fmt::format("unknown command '{}'{}", report::printable(argument),
                     near.empty() ? ": the commands are " + listed(commands) : did_you_mean(near));
}

std::string unknown_option(std::string_view name, const std::vector<std::string>& options) {
  const std::vector<std::string_view> candidates(options.begin(), options.end());
  return fmt::format("unknown option '{}'{}", report::printable(name),
                     did_you_mean(closest(name, candidates)));
}

std::string wrong_value(const RenderArguments& given, const std::optional<std::string>& init_output,
                        std::string_view color) {
  for (const auto& problem :
       {wrong_color(color), empty_or_swallowed(given, init_output), impossible_together(given)}) {
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace cassmesh::cli
