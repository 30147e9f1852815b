#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <ostream>

#include "../files.hpp"
#include "../pages.hpp"
#include "../text.hpp"
#include "cassmesh/config.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/lint.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/rule.hpp"
#include "commands.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string_view> rule_names() {
  std::vector<std::string_view> names;
  for (const auto* rule : all_rules()) names.push_back(rule->name);
  return names;
}

/// Throws Error, with what was probably meant, if `word` is none of the choices.
void require_one_of(std::span<const std::string_view> choices, std::string_view word,
                    std::string_view what, std::string_view where_to_look) {
  if (std::ranges::find(choices, word) != choices.end()) return;
  const auto near = closest(word, choices);
  throw Error(fmt::format(
      "there is no {} '{}': {}", what, word,
      near.empty() ? std::string(where_to_look) : fmt::format("did you mean '{}'?", near)));
}

const report::Format& format_named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& format : report::formats()) names.push_back(format.name);
  require_one_of(names, name, "format", "see 'cassmesh lint --help'");
  return *std::ranges::find(report::formats(), name, &report::Format::name);
}

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
      : arguments_(arguments), streams_(streams) {}

  int run() {
    const auto& format = format_named(arguments_.format);
    const auto fail_on = severity_named(arguments_.fail_on);
    if (!fail_on) throw Error("'--fail-on' is info, warning or error");
    if (!read_options()) return could_not_run;
    read_inputs();
    const auto result = lint::lint(sources_, files_, options_);
    write(format, result);
    talk(result);
    const bool failed = std::ranges::any_of(
        result.findings, [&](const Finding& finding) { return finding.severity >= *fail_on; });
    return failed && !arguments_.exit_zero ? found : done;
  }

 private:
  /// False if the configuration is wrong, which it has said then.
  bool read_options() {
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
    if (arguments_.istio) options_.istio = range(*arguments_.istio);
    if (arguments_.no_config) return true;
    if (arguments_.config) return read_config(*arguments_.config);
    const auto path = config::find_config(fs::current_path());
    return !path || read_config(path->lexically_proximate(fs::current_path()).generic_string());
  }

  static mesh::VersionRange range(std::string_view text) {
    try {
      return mesh::VersionRange::parse(text);
    } catch (const Error& error) {
      throw Error(fmt::format("--istio: {}", error.what()));
    }
  }

  bool read_config(const std::string& path) {
    std::vector<Finding> problems;
    const auto& source = sources_.add(fs::path(path).generic_string(), files::read_file(path));
    options_.config = config::read(source, rule_names(), problems);
    sort(problems);
    streams_.err << report::text(problems, sources_, streams_.color);
    return problems.empty();
  }

  void read_inputs() {
    auto paths = arguments_.paths;
    const bool from_input = std::erase(paths, "-") > 0;
    if (from_input)
      files_.push_back(&sources_.add("<stdin>", files::read_all(streams_.in, "standard input")));
    if (paths.empty() && !from_input) paths.emplace_back(".");
    if (paths.empty()) return;
    for (const auto& path : lint::find_files(paths, options_.config))
      files_.push_back(&sources_.add(path, files::read_file(path)));
  }

  void write(const report::Format& format, const lint::Result& result) {
    const bool to_file = arguments_.output && !is_standard_output(*arguments_.output);
    const auto text = format.write(
        {.result = result, .sources = sources_, .color = !to_file && streams_.out_color});
    if (to_file) {
      files::write_file(*arguments_.output, text);
    } else {
      print(text, streams_);
    }
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
  Sources sources_;
  std::vector<const Source*> files_;
  lint::Options options_;
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
