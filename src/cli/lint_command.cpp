#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "../files.hpp"
#include "../pages.hpp"
#include "baseline_file.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/lint.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/rule.hpp"
#include "commands.hpp"
#include "manifests.hpp"
#include "whole_project.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

std::optional<Severity> severity_named(std::string_view name) {
  for (const auto severity : {Severity::info, Severity::warning, Severity::error}) {
    if (to_string(severity) == name) return severity;
  }
  return std::nullopt;
}

/// A run of `cassmesh lint`.
class LintRun {
 public:
  LintRun(const LintArguments& arguments, Streams& streams)
      : arguments_(arguments), streams_(streams), manifests_(arguments.manifests, streams) {}

  int run() {
    choose_formats();
    const auto fail_on = severity_named(arguments_.fail_on);
    if (!fail_on) throw Error("'--fail-on' is info, warning or error");
    read_options();
    if (!manifests_.read_config(options_)) return could_not_run;
    const bool shows = arguments_.manifests.show_config;
    if (!shows && !read_baseline(arguments_, manifests_, options_, streams_)) return could_not_run;
    const auto files = arguments_.whole_project ? read_project() : manifests_.read_files(options_);
    if (shows) return show_config(arguments_, manifests_, options_, files);
    const auto result = lint::lint(manifests_.sources(), files, options_);
    for (const auto& [output, write] : writings_) {
      manifests_.write(output, write({.result = result,
                                      .sources = manifests_.sources(),
                                      .color = manifests_.has_color(output)}));
    }
    talk(result);
    if (arguments_.write_baseline)
      return write_baseline(arguments_, result, manifests_.sources(), streams_);
    const bool failed = std::ranges::any_of(
        result.findings, [&](const Finding& finding) { return finding.severity >= *fail_on; });
    return failed && !arguments_.exit_zero ? found : done;
  }

 private:
  using Write = std::string (*)(const report::Run&);

  /// How each output is written.
  void choose_formats() {
    // Who writes all of it down wants to be rid of it.
    if (arguments_.write_baseline && arguments_.manifests.outputs.empty()) return;
    for (const auto& output : outputs_of(arguments_.manifests)) {
      const auto usual = streams_.in_actions && !is_file(output) ? "github" : "text";
      const auto& format =
          format_named<report::Format>(report::formats(), output.format.value_or(usual), "lint");
      writings_.emplace_back(output, format.write);
    }
    if (arguments_.statistics) print_statistics();
  }

  /// Puts statistics in place of what goes to standard output.
  void print_statistics() {
    const auto is_printed = [](const auto& writing) { return !is_file(writing.first); };
    if (std::ranges::none_of(writings_, is_printed)) writings_.emplace_back();
    auto printed = std::ranges::find_if(writings_, is_printed);
    const auto format = printed->first.format.value_or("text");
    if (format != "text" && format != "json")
      throw Error(fmt::format("'--statistics' is text or json, there is no {} of it", format));
    printed->second = format == "json" ? report::statistics_json : report::statistics;
  }

  void read_options() {
    for (const auto* list : {&arguments_.select, &arguments_.ignore}) {
      for (const auto& rule : *list)
        require_one_of(rule_names(), rule, "rule", "see 'cassmesh rules' for all names");
    }
    options_.select = arguments_.select;
    options_.ignore = arguments_.ignore;
    for (const auto& path : arguments_.only_in) {
      if (path != "<stdin>" && !fs::exists(files::status_of(path)))
        throw Error(fmt::format("--only-in: {}: no such file", path));
    }
    options_.only_in = arguments_.only_in;
  }

  /// All that counts, with what changed of it.
  std::vector<const Source*> read_project() {
    const auto& paths = arguments_.manifests.paths;
    const auto& config = manifests_.config_file();
    require_paths(paths);
    const auto project = whole_project(config, options_.config, streams_);
    options_.only_in = paths;
    options_.changed = changed_manifests(project, options_.config);
    options_.config_changed = config && std::ranges::any_of(paths, [&](const auto& path) {
                                return is_same_path(path, *config);
                              });
    return manifests_.read(project.files);
  }

  void talk(const lint::Result& result) {
    if (arguments_.quiet) return;
    if (arguments_.verbose) {
      for (const auto& [file, reason] : result.summary.not_checked)
        streams_.err << fmt::format("{}: not checked: {}\n", report::printable(file),
                                    report::printable(reason));
    }
    streams_.err << report::closing_line(result);
  }

  const LintArguments& arguments_;
  Streams& streams_;
  Manifests manifests_;
  lint::Options options_;
  std::vector<std::pair<OutputArgument, Write>> writings_;
};

}  // namespace

int lint(const LintArguments& arguments, Streams& streams) {
  return LintRun(arguments, streams).run();
}

int rules(std::string_view format, Streams& streams) {
  require_one_of(std::array<std::string_view, 2>{"text", "json"}, format, "format for rules",
                 "it is text or json");
  return print(format == "json" ? pages::json() : pages::list(), streams);
}

int explain(std::string_view rule, Streams& streams) {
  if (rule.empty()) throw Error("explain: name a rule; see 'cassmesh rules' for all names");
  require_one_of(rule_names(), rule, "rule", "see 'cassmesh rules' for all names");
  return print(pages::explanation(*find_rule(rule)), streams);
}

}  // namespace cassmesh::cli
