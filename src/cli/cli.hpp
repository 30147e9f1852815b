#pragma once

#include <iosfwd>
#include <string>
#include <vector>

/// The whole program as a function of arguments and streams.
namespace cassmesh::cli {

/// What the program is connected to.
struct Streams {
  std::istream& in;
  std::ostream& out;        ///< data
  std::ostream& err;        ///< talk
  bool color = false;       ///< whether `err` is a terminal that may be given colours
  bool out_color = false;   ///< the same for `out`
  bool in_actions = false;  ///< whether `out` is read by GitHub Actions
};

/// Whether messages are coloured that go to a terminal or not: never with NO_COLOR (no-color.org)
/// or TERM=dumb.
bool takes_color(bool is_terminal);

/// Whether we run in a step of GitHub Actions (docs.github.com, "Variables reference").
bool is_in_actions();

/// What the program exits with.
enum Status { done = 0, to_change = 1, found = 1, could_not_run = 2 };

/// Runs the program with `arguments` (without its own name). Returns the exit status.
int run(const std::vector<std::string>& arguments, Streams streams);

}  // namespace cassmesh::cli
