// Writes the pages under docs/ that a program can write. `gen_docs ROOT` writes them, `gen_docs
// --check ROOT` only says which are stale, and fails if any is.

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/spec.hpp"

namespace {

struct Page {
  std::string_view path;
  std::string (*text)();
};

constexpr std::array pages{Page{"docs/spec.md", cassmesh::spec::reference_page}};

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const bool check = !arguments.empty() && arguments.front() == "--check";
  if (arguments.size() != (check ? 2U : 1U)) {
    fmt::print(stderr, "usage: gen_docs [--check] ROOT\n");
    return 2;
  }
  bool stale = false;
  for (const auto& [name, text] : pages) {
    const auto path = std::filesystem::path(arguments.back()) / name;
    if (read(path) == text()) continue;
    stale = true;
    if (check) {
      fmt::print(stderr, "{}: is stale: run gen_docs ROOT\n", name);
      continue;
    }
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text();
  }
  return check && stale ? 1 : 0;
}
