#include <unistd.h>

#include <iostream>

#include "cli.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const bool color = cassmesh::cli::takes_color(isatty(STDERR_FILENO) == 1);
  return cassmesh::cli::run({argv + 1, argv + argc}, {std::cin, std::cout, std::cerr, color});
}
