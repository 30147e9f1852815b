#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/render.hpp"
#include "cli.hpp"

/// What the commands do, once their arguments are read.
namespace cassmesh::cli {

struct RenderArguments {
  std::vector<std::string> specs;  ///< files; `-` is standard input
  std::vector<std::string> sets;
  std::optional<std::string> istio;
  std::optional<std::string> output;  ///< a file, or a folder if it ends in `/` or is one
  std::optional<std::string> check;
  std::optional<std::string> templates;
  bool built_in =
      false;  ///< without a spec take the built-in one, even if there is a cassmesh.yaml
};

/// One thing that is written: how, and where to.
struct OutputArgument {
  std::optional<std::string> format{};  ///< none: what suits the place
  std::optional<std::string> file{};    ///< none: standard output
};

/// What is read, how it is judged, and where that goes.
struct ManifestArguments {
  std::vector<std::string> paths;  ///< `-` is standard input; none: the working folder
  std::optional<std::string> istio;
  std::vector<OutputArgument> outputs;  ///< none: as if one that says nothing were there
  std::optional<std::string> config;
  bool no_config = false;
  bool show_config = false;  ///< in place of all else
};

struct LintArguments {
  ManifestArguments manifests;
  std::string fail_on = "warning";
  bool exit_zero = false;
  bool statistics = false;
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::vector<std::string> only_in;
  std::optional<std::string> baseline;
  std::optional<std::string> write_baseline;
  bool whole_project = false;  ///< the paths are the files that changed
  bool verbose = false;
  bool quiet = false;
};

struct InitArguments {
  bool config = false;             ///< a configuration, not a spec
  std::vector<std::string> paths;  ///< that the configuration is for, as of manifests
  std::optional<std::string> output;
};

/// What was typed, once it is read.
struct Arguments {
  RenderArguments render;
  LintArguments lint;
  ManifestArguments trace;
  ManifestArguments stale;
  std::string rules_format = "text";
  std::string explained_rule;
  InitArguments init;
  bool schema_of_config = false;
  std::string shell;
  std::string color = "auto";
};

/// Prints data. Throws Error if standard output takes no more.
int print(std::string_view text, Streams& streams);

int render(const RenderArguments& arguments, Streams& streams);
/// What `render` writes; none if the spec is wrong, which it has said then.
std::optional<render::Manifest> manifest_of(const RenderArguments& arguments, Streams& streams);
/// The paths are the files that changed; none: all may have.
int stale(const ManifestArguments& arguments, Streams& streams);
int init(const InitArguments& arguments, Streams& streams);
int schema(bool of_config, Streams& streams);
int lint(const LintArguments& arguments, Streams& streams);
int trace(const ManifestArguments& arguments, Streams& streams);
/// `format`: text or json.
int rules(std::string_view format, Streams& streams);
int explain(std::string_view rule, Streams& streams);
/// Throws Error if there is no such shell.
int completion(std::string_view shell, Streams& streams);
int man(Streams& streams);

/// Throws Error if there is something of that name already, or it is one of a folder.
void require_new(const std::string& path);

/// Whether a path is that of standard output itself.
bool is_standard_output(std::string_view path);

}  // namespace cassmesh::cli
