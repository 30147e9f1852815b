#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Transcripts: what one types and sees. In one
///
///   $ cassmesh render > m.yaml   is a command; lines that begin with `> ` go on with it
///   …                            stands for any lines of output; at the end of one for its rest
///   [exit 2]                     is the exit status, unless it is 0
///   $ # why                      says something about what follows
///
/// Output is stdout and stderr in the order in which they were written; control characters are
/// shown as \x1b.
namespace transcript {

using Lines = std::vector<std::string>;

Lines split(std::string_view text);
std::string join(const Lines& lines);

struct Step {
  Lines typed;  ///< as it stands there
  std::string command;
  Lines expected;
};

struct Transcript {
  Lines preface;  ///< what stands before the first command
  std::vector<Step> steps;
};

/// Adds the steps of these lines.
void read(const Lines& lines, Transcript& transcript);

/// What a command wrote, and how it ended.
struct Seen {
  std::string output;
  int status = 0;
};

Seen run_in_shell(const std::string& script);

/// What one sees: no control characters, no trailing blank lines, the folder as `$PWD`, the exit
/// status.
Lines shown(const Seen& seen, const std::filesystem::path& folder);

/// Whether the lines are as expected.
bool matches(std::span<const std::string> expected, std::span<const std::string> lines);

}  // namespace transcript
