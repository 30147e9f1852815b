#include "manifests.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <ostream>

#include "../files.hpp"
#include "../mesh/asked_versions.hpp"
#include "../text.hpp"
#include "cassmesh/config.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

mesh::GivenRange range(std::string_view text) {
  try {
    return mesh::parse_istio(text);
  } catch (const Error& error) {
    throw Error(fmt::format("--istio: {}", error.what()));
  }
}

std::string absolute(const std::string& path) {
  return fs::absolute(path).lexically_normal().generic_string();
}

}  // namespace

std::vector<std::string_view> rule_names() {
  std::vector<std::string_view> names;
  for (const auto* rule : all_rules()) names.push_back(rule->name);
  return names;
}

void require_one_of(std::span<const std::string_view> choices, std::string_view word,
                    std::string_view what, std::string_view where_to_look) {
  if (std::ranges::find(choices, word) != choices.end()) return;
  const auto near = closest(word, choices);
  throw Error(fmt::format(
      "there is no {} '{}': {}", what, word,
      near.empty() ? std::string(where_to_look) : fmt::format("did you mean '{}'?", near)));
}

std::vector<OutputArgument> outputs_of(const ManifestArguments& arguments) {
  if (arguments.outputs.empty()) return {OutputArgument{}};
  return arguments.outputs;
}

bool is_file(const OutputArgument& output) {
  return output.file && !is_standard_output(*output.file);
}

bool Manifests::read_config(lint::Options& options) {
  if (arguments_.istio) options.istio = range(*arguments_.istio);
  if (arguments_.no_config) return true;
  if (arguments_.config) return read_config_file(*arguments_.config, options);
  const auto path = config::find_config(fs::current_path());
  return !path ||
         read_config_file(path->lexically_proximate(fs::current_path()).generic_string(), options);
}

bool Manifests::read_config_file(const std::string& path, lint::Options& options) {
  std::vector<Finding> problems;
  config_file_ = path;
  options.config = config::read(read_own(path), rule_names(), problems);
  sort(problems);
  streams_.err << report::text(problems, sources_, streams_.color);
  return problems.empty();
}

void Manifests::leave_out(const std::string& path) {
  own_.push_back(absolute(path));
}

const Source& Manifests::read_own(const std::string& path) {
  leave_out(path);
  return sources_.add(fs::path(path).generic_string(), files::read_file(path));
}

std::vector<const Source*> Manifests::read_files(const lint::Options& options) {
  std::vector<const Source*> sources;
  auto paths = arguments_.paths;
  const bool from_input = std::erase(paths, "-") > 0;
  if (from_input)
    sources.push_back(&sources_.add("<stdin>", files::read_all(streams_.in, "standard input")));
  if (paths.empty() && !from_input) paths.emplace_back(".");
  if (paths.empty()) return sources;
  const auto below = read(lint::find_files(paths, options.config));
  sources.insert(sources.end(), below.begin(), below.end());
  return sources;
}

std::vector<const Source*> Manifests::read(const std::vector<std::string>& files) {
  std::vector<const Source*> sources;
  sources.reserve(files.size());
  for (const auto& path : files) {
    if (std::ranges::find(own_, absolute(path)) == own_.end())
      sources.push_back(&sources_.add(path, files::read_file(path)));
  }
  return sources;
}

void Manifests::write(const OutputArgument& output, std::string_view text) const {
  if (is_file(output)) {
    files::write_file(*output.file, text);
  } else {
    print(text, streams_);
  }
}

}  // namespace cassmesh::cli
