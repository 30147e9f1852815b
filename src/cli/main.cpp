#include <unistd.h>

#include <iostream>

#include "cli.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  using cassmesh::cli::takes_color;
  return cassmesh::cli::run({argv + 1, argv + argc},
                            {.in = std::cin,
                             .out = std::cout,
                             .err = std::cerr,
                             .color = takes_color(isatty(STDERR_FILENO) == 1),
                             .out_color = takes_color(isatty(STDOUT_FILENO) == 1),
                             .in_actions = cassmesh::cli::is_in_actions()});
}
