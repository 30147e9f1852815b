#include "help.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace cassmesh::cli {
namespace {

constexpr std::string_view tasks =
    R"(Manifests for a Cassandra ring in an Istio mesh, and a linter for what stands around it.

  cassmesh render > manifest.yaml         the well-known example ring, for every Istio
  cassmesh init -o cassmesh.yaml          a spec to edit, every key with its default
  cassmesh render | kubectl apply -f -    the ring of ./cassmesh.yaml
  cassmesh render base.yaml prod.yaml --set replicas=5 --istio 1.20.. -o k8s/
  cassmesh render --check manifest.yaml   in CI: fail, with a diff, if it is stale
  cassmesh stale                          the same for all manifests of the project
  cassmesh schema > cassmesh.schema.json  completion and checks for your editor

  cassmesh lint k8s/                      what breaks the ring, where, why, since when
  kustomize build | cassmesh lint -       the same for what is about to be applied
  cassmesh lint --istio 1.9..1.24 k8s/    what an upgrade of Istio would break
  cassmesh trace k8s/                     each connection, hop by hop, on each Istio
  cassmesh explain dead-host              all about one rule
  cassmesh init --config                  a .cassmesh.yaml, from what is in the folder
)";

constexpr std::string_view lint_tasks =
    R"(Finds what breaks a Cassandra ring, or any other host, in Kubernetes and Istio manifests.

  cassmesh lint                           everything below the working folder
  cassmesh lint k8s/ --istio 1.24         on the Istio that you run
  helm template ./chart | cassmesh lint - what a chart makes
  cassmesh lint --format sarif -o lint.sarif --format text
  cassmesh lint --only-in k8s/rule.yaml   all files count, but only this one is reported
  cassmesh lint --show-config             what it goes by, and who says so
)";

constexpr std::string_view lint_statuses =
    "Exit status: 0 clean, 1 findings from --fail-on on, 2 could not run.\n";

constexpr std::string_view stale_tasks =
    R"(Finds manifests that no longer fit their spec, by the command in their head; writes nothing.

  cassmesh stale                          all manifests that git tracks below the project's root
  cassmesh stale cassmesh.yaml k8s/       those that these files and folders are part of
)";

constexpr std::string_view stale_statuses =
    "Exit status: 0 all fit, 1 with a diff if one is stale, 2 could not run.\n";

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

constexpr std::array frames{
    HelpFrame{"render", render_tasks, render_statuses},
    HelpFrame{"stale", stale_tasks, stale_statuses},
    HelpFrame{"lint", lint_tasks, lint_statuses},
    HelpFrame{"trace", trace_tasks, trace_statuses},
};

std::string row(std::string_view spelling, std::string_view meaning) {
  return fmt::format("  {:<24}{}\n", spelling, meaning);
}

std::string rows(const std::vector<Option>& options) {
  std::string text;
  for (const auto& option : options) text += row(spelling(option), option.meaning);
  return text;
}

std::string help_of_program(const OptionTable& table) {
  std::string commands;
  for (const auto& command : table.commands) commands += row(command.name, command.summary);
  return fmt::format("{}\nUsage: cassmesh COMMAND [OPTION]...\n\n{}\n{}", tasks, commands,
                     rows(table.options));
}

}  // namespace

std::string help_text(const OptionTable& table, const Command* command) {
  if (command == nullptr) return help_of_program(table);
  const auto& argument = command->argument;
  auto text = fmt::format("Usage: cassmesh {}{} [OPTION]...\n\n", command->name,
                          argument.value.empty() ? ""
                                                 : fmt::format(" [{}]{}", argument.value,
                                                               argument.repeats ? "..." : ""));
  if (!argument.value.empty()) text += row(argument.value, argument.meaning);
  text += rows(command->options);
  for (const auto* each : {"--color", "--help"}) {
    const auto* option = find_option(table, nullptr, each);
    text += row(spelling(*option), option->meaning);
  }
  const auto frame = frame_of(command);
  if (frame.tasks.empty()) return fmt::format("{}.\n\n{}", command->summary, text);
  return fmt::format("{}\n{}\n{}", frame.tasks, text, frame.statuses);
}

HelpFrame frame_of(const Command* command) {
  if (command == nullptr) return {.command = "", .tasks = tasks, .statuses = ""};
  const auto frame = std::ranges::find(frames, command->name, &HelpFrame::command);
  return frame == frames.end() ? HelpFrame{} : *frame;
}

}  // namespace cassmesh::cli
