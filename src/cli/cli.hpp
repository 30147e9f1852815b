#pragma once

#include <iosfwd>
#include <string>
#include <vector>

/// The whole program as a function of arguments and streams.
namespace cassmesh::cli {

/// What the program is connected to.
struct Streams {
  std::istream& in;
  std::ostream& out;   ///< data
  std::ostream& err;   ///< talk
  bool color = false;  ///< whether `err` is a terminal that may be given colours
};

/// Whether messages are coloured that go to a terminal or not: never with NO_COLOR (no-color.org)
/// or TERM=dumb.
bool takes_color(bool is_terminal);

/// Runs the program with `arguments` (without its own name). Returns the exit status: 0 done, 1
/// something is to be changed, 2 could not run.
int run(const std::vector<std::string>& arguments, Streams streams);

}  // namespace cassmesh::cli
