// Each manifest that `cassmesh render` made says in its head by which command. That is read by the
// same option table as what somebody types, and rendered again here: no shell, no other program,
// and no file from outside of the project. The folder that the command was typed in is not known;
// it is one between the manifest's and the root, and if several hold such a spec, it is enough that
// the manifest fits one of them.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "../files.hpp"
#include "../git.hpp"
#include "../output.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/report.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "manifests.hpp"
#include "shell_words.hpp"
#include "whole_project.hpp"

namespace cassmesh::cli {
namespace {

namespace fs = std::filesystem;

/// A manifest and how it was made.
struct Made {
  fs::path target;  ///< a file, or a folder with a file for each object
  bool is_folder = false;
  std::string command;  ///< `cassmesh render …`, as it stands there
};

fs::path whole(const fs::path& path) {
  auto result = fs::absolute(path).lexically_normal();
  return result.has_filename() ? result : result.parent_path();
}

/// Both are whole.
bool is_within(const fs::path& path, const fs::path& folder) {
  return std::ranges::mismatch(folder, path).in1 == folder.end();
}

/// What a file came to be with; none if it is not one of ours.
std::optional<Made> made_with(const std::string& file) {
  auto command = output::command_of(file);
  if (!command) return std::nullopt;
  const auto path = whole(file);
  const auto folder = path.parent_path();
  const auto name = path.filename().string();
  if (name == output::list_name) return Made{folder, true, *command};
  const auto listed = output::listed_in(folder);
  if (std::ranges::find(listed, name) == listed.end()) return Made{path, false, *command};
  return Made{folder, true, output::command_of(folder / output::list_name).value_or(*command)};
}

/// What the command was given. Throws Error if it can't be run again.
RenderArguments arguments_of(const std::string& command) {
  // What steers a terminal is escaped there, and so is not known any more.
  const bool escaped = command.find("\\x") != command.npos || command.find("\\u{") != command.npos;
  auto words = shell_words(command);
  if (!words || escaped || words->size() < 2 || (*words)[1] != "render")
    throw Error(fmt::format("'{}' cannot be run again", report::printable(command)));
  words->erase(words->begin());
  const auto line = read_command_line(*words);
  auto arguments = line.arguments.render;
  if (!line.mistake.empty()) throw Error(line.mistake);
  if (line.wish != Wish::run || arguments.output || arguments.check)
    throw Error(fmt::format("'{}' is not how cassmesh writes it", report::printable(command)));
  if (std::ranges::find(arguments.specs, "-") != arguments.specs.end())
    throw Error("it was made from standard input");
  arguments.built_in = arguments.specs.empty();
  return arguments;
}

/// The same command as if it were typed in another folder.
RenderArguments typed_in(const fs::path& folder, RenderArguments arguments) {
  const auto move = [&](std::string& path) {
    path = (folder / path).lexically_proximate(fs::current_path()).generic_string();
  };
  std::ranges::for_each(arguments.specs, move);
  if (arguments.templates) move(*arguments.templates);
  return arguments;
}

/// The specs and the templates.
std::vector<fs::path> inputs_of(const RenderArguments& arguments) {
  std::vector<fs::path> inputs(arguments.specs.begin(), arguments.specs.end());
  if (arguments.templates) inputs.emplace_back(*arguments.templates);
  return inputs;
}

class StaleRun {
 public:
  StaleRun(const ManifestArguments& arguments, Streams& streams)
      : arguments_(arguments), streams_(streams) {}

  int run() {
    require_paths(arguments_.paths);
    for (const auto& path : arguments_.paths) changed_.push_back(whole(path));
    Manifests manifests(arguments_, streams_);
    lint::Options options;
    if (!manifests.read_config(options)) return could_not_run;
    const auto project = whole_project(manifests.config_file(), options.config, streams_);
    const auto top = git::top_level(project.root);
    top_ = top ? *top : whole(project.root.empty() ? "." : project.root);
    std::set<fs::path> seen;
    for (const auto& file : project.files) {
      const auto made = made_with(file);
      if (made && seen.insert(made->target).second) judge(*made);
    }
    streams_.err << fmt::format("Checked {} manifest{}, {} stale.\n", checked_,
                                checked_ == 1 ? "" : "s", stale_);
    if (failed_) return could_not_run;
    return stale_ > 0 ? to_change : done;
  }

 private:
  /// A manifest made again in one of the folders that the command may have been typed in.
  struct Attempt {
    fs::path folder;
    std::string diff;
    std::string problems;  ///< what is wrong with the spec, if there is no diff for that
    bool failed = false;
  };

  void judge(const Made& made) {
    RenderArguments arguments;
    std::vector<fs::path> folders;
    try {
      arguments = arguments_of(made.command);
      folders = folders_for(made, arguments);
      if (folders.empty())
        throw Error(fmt::format("'{}' names a file that the project does not have", made.command));
    } catch (const Error& error) {
      if (!is_touched(made, arguments, folders)) return;
      streams_.err << fmt::format("cassmesh: {}: not checked: {}\n", shown(made),
                                  report::printable(error.what()));
      return;
    }
    if (is_touched(made, arguments, folders)) report_on(made, folders, arguments);
  }

  void report_on(const Made& made, const std::vector<fs::path>& folders,
                 const RenderArguments& arguments) {
    std::optional<Attempt> first;
    for (const auto& folder : folders) {
      auto attempt = tried(made, folder, arguments);
      if (attempt.diff.empty() && !attempt.failed) {
        ++checked_;
        return;
      }
      if (!first || (first->failed && !attempt.failed)) first = std::move(attempt);
    }
    if (first->failed) {
      failed_ = true;
      streams_.err << first->problems
                   << fmt::format("cassmesh: {}: not checked: its spec is wrong\n", shown(made));
      return;
    }
    ++checked_;
    ++stale_;
    print(first->diff, streams_);
    const auto here = first->folder.lexically_proximate(fs::current_path()).generic_string();
    const auto target = made.target.lexically_proximate(first->folder).generic_string();
    streams_.err << fmt::format(
        "cassmesh: {}: is stale: render it again{}: {} -o {}\n", shown(made),
        here == "." ? std::string() : fmt::format(" in {}", report::printable(here)), made.command,
        report::printable(shell_word(made.is_folder ? target + "/" : target)));
  }

  Attempt tried(const Made& made, const fs::path& folder, const RenderArguments& arguments) const {
    std::ostringstream talk;
    Streams streams{.in = streams_.in, .out = streams_.out, .err = talk, .color = streams_.color};
    const auto manifest = manifest_of(typed_in(folder, arguments), streams);
    Attempt attempt{.folder = folder, .diff = "", .problems = talk.str(), .failed = !manifest};
    if (manifest) {
      const auto target = made.target.lexically_proximate(fs::current_path());
      attempt.diff = output::stale(target, made.is_folder, *manifest);
    }
    return attempt;
  }

  /// The folders in which the command finds its files, from the root on downwards.
  std::vector<fs::path> folders_for(const Made& made, const RenderArguments& arguments) const {
    std::vector<fs::path> folders;
    auto folder = made.is_folder ? made.target : made.target.parent_path();
    for (; is_within(folder, top_); folder = folder.parent_path()) {
      const auto inputs = inputs_of(typed_in(folder, arguments));
      // A manifest may have the name of its spec, and is none.
      if (std::ranges::all_of(inputs, [&](const auto& input) {
            return is_in_project(input) && whole(input) != made.target;
          }))
        folders.push_back(folder);
      if (folder == folder.parent_path()) break;
    }
    std::ranges::reverse(folders);
    if (arguments.built_in && !folders.empty()) folders.resize(1);  // it means no file
    return folders;
  }

  /// A link must not lead out of it either: what is wrong in a spec is shown.
  bool is_in_project(const fs::path& path) const {
    std::error_code error;
    const auto found = fs::canonical(path, error);
    return !error && is_within(found, fs::canonical(top_, error));
  }

  /// Whether one of the changed files is part of the manifest, or of what it is made from.
  bool is_touched(const Made& made, const RenderArguments& arguments,
                  const std::vector<fs::path>& folders) const {
    if (changed_.empty() || is_touched(made.target)) return true;
    return std::ranges::any_of(folders, [&](const fs::path& folder) {
      const auto inputs = inputs_of(typed_in(folder, arguments));
      return std::ranges::any_of(inputs,
                                 [this](const auto& input) { return is_touched(whole(input)); });
    });
  }

  bool is_touched(const fs::path& input) const {
    return std::ranges::any_of(changed_, [&](const fs::path& changed) {
      return is_within(changed, input) || is_within(input, changed);
    });
  }

  static std::string shown(const Made& made) {
    const auto path = made.target.lexically_proximate(fs::current_path()).generic_string();
    return report::printable(made.is_folder && path != "." ? path + "/" : path);
  }

  const ManifestArguments& arguments_;
  Streams& streams_;
  std::vector<fs::path> changed_;
  fs::path top_;
  std::size_t checked_ = 0;
  std::size_t stale_ = 0;
  bool failed_ = false;
};

}  // namespace

int stale(const ManifestArguments& arguments, Streams& streams) {
  return StaleRun(arguments, streams).run();
}

}  // namespace cassmesh::cli
