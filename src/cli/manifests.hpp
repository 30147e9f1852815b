#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/lint.hpp"
#include "commands.hpp"

/// What the commands that judge manifests have in common.
namespace cassmesh::cli {

std::vector<std::string_view> rule_names();

/// Throws Error, with what was probably meant, if `word` is none of the choices.
void require_one_of(std::span<const std::string_view> choices, std::string_view word,
                    std::string_view what, std::string_view where_to_look);

/// Throws Error if the command has no such format.
template <typename Format>
const Format& format_named(std::span<const Format> formats, std::string_view name,
                           std::string_view command) {
  std::vector<std::string_view> names;
  for (const auto& format : formats) names.push_back(format.name);
  require_one_of(names, name, "format", "see 'cassmesh " + std::string(command) + " --help'");
  return *std::ranges::find(formats, name, &Format::name);
}

/// What is to be written; one that says nothing if nothing else was asked for.
std::vector<OutputArgument> outputs_of(const ManifestArguments& arguments);

/// Whether it goes to a file, not to standard output.
bool is_file(const OutputArgument& output);

/// The manifests of a run, with the configuration that they are judged by.
class Manifests {
 public:
  Manifests(const ManifestArguments& arguments, Streams& streams)
      : arguments_(arguments), streams_(streams) {}

  /// Sets the configuration and the range. False if the configuration is wrong, which it has said
  /// then.
  bool read_config(lint::Options& options);
  std::vector<const Source*> read_files(const lint::Options& options);
  std::vector<const Source*> read(const std::vector<std::string>& files);

  /// A file that says how to judge, and so is not judged.
  const Source& read_own(const std::string& path);
  void leave_out(const std::string& path);

  /// The file that the configuration was read from, if there is one.
  const std::optional<std::string>& config_file() const { return config_file_; }
  Sources& sources() { return sources_; }
  /// Whether what is written there may be coloured.
  bool has_color(const OutputArgument& output) const {
    return !is_file(output) && streams_.out_color;
  }
  void write(const OutputArgument& output, std::string_view text) const;

 private:
  bool read_config_file(const std::string& path, lint::Options& options);

  const ManifestArguments& arguments_;
  Streams& streams_;
  Sources sources_;
  std::vector<std::string> own_;  ///< absolute paths
  std::optional<std::string> config_file_;
};

/// `--show-config`: what is in force for the manifests, and who says so.
int show_config(const LintArguments& arguments, Manifests& manifests, const lint::Options& options,
                const std::vector<const Source*>& files);

}  // namespace cassmesh::cli
