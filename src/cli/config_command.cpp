#include <fmt/core.h>

#include <filesystem>
#include <ostream>
#include <string>

#include "../files.hpp"
#include "cassmesh/config_keys.hpp"
#include "cassmesh/effective.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/spec.hpp"
#include "commands.hpp"
#include "manifests.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

void write_new(const std::string& path, std::string_view text) {
  require_new(path);
  files::write_file(path, text);
}

int init_spec(const std::optional<std::string>& output, Streams& streams) {
  if (!output || is_standard_output(*output)) return print(spec::commented_spec(), streams);
  write_new(*output, spec::commented_spec());
  return done;
}

/// Says which file no longer counts in the working folder, now that there is one in it.
void tell_hidden(const std::optional<fs::path>& hidden, Streams& streams) {
  if (!hidden) return;
  const auto path = hidden->lexically_proximate(fs::current_path()).generic_string();
  streams.err << fmt::format("cassmesh: from here on it stands in for {}\n",
                             report::printable(path));
}

int init_config(const InitArguments& arguments, Streams& streams) {
  const auto path = arguments.output.value_or(std::string(config::file_name));
  const bool is_printed = is_standard_output(path);
  if (!is_printed) require_new(path);
  const auto before = config::find_config(fs::current_path());
  const auto folder = is_printed ? fs::path() : fs::path(path).parent_path();
  ManifestArguments given;
  given.paths = arguments.paths;
  Manifests manifests(given, streams);
  const auto files = manifests.read_files({});
  const auto text = lint::suggested_config(manifests.sources(), files, folder.generic_string());
  if (is_printed) return print(text, streams);
  write_new(path, text);
  streams.err << fmt::format(
      "cassmesh: {}: written{}\n", report::printable(path),
      arguments.output ? "" : "; 'cassmesh lint --show-config' tells what is in force");
  if (config::find_config(fs::current_path()) != before) tell_hidden(before, streams);
  return done;
}

}  // namespace

int show_config(const LintArguments& arguments, Manifests& manifests, const lint::Options& options,
                const std::vector<const Source*>& files) {
  std::vector<lint::Typed> typed;
  if (arguments.baseline) {
    typed.push_back({.path = "baseline",
                     .option = "--baseline",
                     .value = yaml::Value::string(*arguments.baseline)});
  }
  const auto effective = lint::effective_config(manifests.sources(), files, options, typed);
  for (const auto& output : outputs_of(arguments.manifests)) {
    const auto format = output.format.value_or("text");
    if (format != "text" && format != "json")
      throw Error(fmt::format("'--show-config' is text or json, there is no {} of it", format));
    manifests.write(output, format == "json" ? report::effective_json(effective)
                                             : report::effective_text(
                                                   effective, manifests.config_file().value_or(""),
                                                   arguments.verbose));
  }
  return done;
}

int init(const InitArguments& arguments, Streams& streams) {
  return arguments.config ? init_config(arguments, streams) : init_spec(arguments.output, streams);
}

int schema(bool of_config, Streams& streams) {
  return print(of_config ? config::json_schema(rule_names()) : spec::json_schema(), streams);
}

}  // namespace cassmesh::cli
