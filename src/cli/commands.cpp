#include "commands.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "../files.hpp"
#include "../output.hpp"
#include "../version.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/render.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/spec.hpp"
#include "cassmesh/value.hpp"
#include "shell_words.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view default_spec = "cassmesh.yaml";

/// How the manifest is made again, for its header; on one line whatever the arguments hold.
std::string command_line(const RenderArguments& arguments, const std::vector<std::string>& specs) {
  std::string command = "cassmesh render";
  for (const auto& spec : specs) {
    const bool like_option = spec.starts_with('-') && spec != "-";
    command += " " + shell_word(like_option ? "./" + spec : spec);
  }
  for (const auto& set : arguments.sets) command += " --set " + shell_word(set);
  if (arguments.istio) command += " --istio " + shell_word(*arguments.istio);
  if (arguments.templates) command += " --templates " + shell_word(*arguments.templates);
  return report::printable(command);
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return path.ends_with('/') || fs::is_directory(path, error);
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

/// The inputs of a run, and the rendering of them.
class RenderRun {
 public:
  RenderRun(const RenderArguments& arguments, Streams& streams)
      : arguments_(arguments), streams_(streams) {}

  int run() {
    const auto manifest = make();
    if (!manifest) return could_not_run;
    if (specs_.empty()) {
      streams_.err
          << "cassmesh: there is no cassmesh.yaml here: rendering the built-in default spec\n";
    }
    return arguments_.check ? check(*manifest) : write(*manifest);
  }

  /// None if the spec is wrong, which it has said then.
  std::optional<render::Manifest> make() {
    read_inputs();
    std::vector<Finding> problems;
    const auto spec = spec::read(files_, sets_, problems);
    const render::RenderOptions options{
        .origin = specs_.empty() ? "its built-in default spec" : shown_specs(),
        .command = command_line(arguments_, specs_),
        .templates =
            arguments_.templates ? std::optional<fs::path>(*arguments_.templates) : std::nullopt};
    auto manifest = render::render(spec, options, problems);
    sort(problems);
    streams_.err << report::text(problems, sources_, streams_.color);
    return manifest;
  }

 private:
  void read_inputs() {
    specs_ = arguments_.specs;
    if (specs_.empty() && !arguments_.built_in && is_there(default_spec))
      specs_.emplace_back(default_spec);
    for (const auto& path : specs_) {
      files_.push_back(
          path == "-" ? &sources_.add("<stdin>", files::read_all(streams_.in, "standard input"))
                      : &sources_.add(fs::path(path).generic_string(), files::read_file(path)));
    }
    for (const auto& set : arguments_.sets) sets_.push_back(&sources_.add("--set", set));
    if (arguments_.istio) {
      const auto& range = *arguments_.istio;
      // What looks like versions stays as it is; `null` and the like must not be taken for what
      // YAML means by it.
      const bool plain =
          range.find_first_not_of("0123456789., ") == std::string::npos && !range.starts_with(',');
      sets_.push_back(
          &sources_.add("--istio", "mesh.istio=" + (plain ? range : yaml::quoted(range))));
    }
  }

  std::string shown_specs() const {
    std::string names;
    for (const auto& path : specs_) {
      names +=
          (names.empty() ? "" : ", ") + (path == "-" ? "standard input" : report::printable(path));
    }
    return names;
  }

  int write(const render::Manifest& manifest) {
    if (!arguments_.output || is_standard_output(*arguments_.output))
      return print(manifest.text(), streams_);
    const auto& target = *arguments_.output;
    if (is_folder(target)) {
      output::write_folder(target, manifest);
      return done;
    }
    for (const auto& path : specs_) {
      std::error_code error;
      if (fs::equivalent(path == "-" ? "/dev/stdin" : path, target, error)) {
        throw Error(fmt::format(
            "{}: is the spec itself and would be overwritten: name another file", target));
      }
    }
    files::write_file(target, manifest.text());
    return done;
  }

  int check(const render::Manifest& manifest) {
    const auto& target = *arguments_.check;
    const auto diff = output::stale(target, is_folder(target), manifest);
    if (diff.empty()) return done;
    print(diff, streams_);
    streams_.err << fmt::format("cassmesh: {}: is stale: render it again with -o {}\n",
                                report::printable(target), report::printable(shell_word(target)));
    return to_change;
  }

  const RenderArguments& arguments_;
  Streams& streams_;
  Sources sources_;
  std::vector<std::string> specs_;
  std::vector<const Source*> files_;
  std::vector<const Source*> sets_;
};

}  // namespace

bool is_standard_output(std::string_view path) {
  return path == "-" || path == "/dev/stdout";
}

int print(std::string_view text, Streams& streams) {
  streams.out << text;
  streams.out.flush();
  if (!streams.out) throw Error("standard output: cannot be written");
  return done;
}

int render(const RenderArguments& arguments, Streams& streams) {
  return RenderRun(arguments, streams).run();
}

std::optional<render::Manifest> manifest_of(const RenderArguments& arguments, Streams& streams) {
  return RenderRun(arguments, streams).make();
}

void require_new(const std::string& path) {
  if (is_folder(path)) throw Error(fmt::format("{}: is a folder: name a file in it", path));
  if (is_there(path)) throw Error(fmt::format("{}: is there already and is left as it is", path));
}

}  // namespace cassmesh::cli
