// Writes the pages under docs/ that a program can write. `gen_docs ROOT` writes them, `gen_docs
// --check ROOT` only says which are stale, and fails if any is.

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "../src/files.hpp"
#include "cassmesh/spec.hpp"

namespace {

struct Page {
  std::string_view path;
  std::string (*text)();
};

constexpr std::array pages{Page{"docs/spec.md", cassmesh::spec::reference_page}};

/// Whether the pages are current; those that are not are written, unless this is only a `check`.
bool update(const std::filesystem::path& root, bool check) {
  bool current = true;
  for (const auto& [name, text] : pages) {
    const auto path = root / name;
    if (std::filesystem::exists(path) && cassmesh::files::read_file(path) == text()) continue;
    current = false;
    if (check) {
      fmt::print(stderr, "{}: is stale: run gen_docs ROOT\n", name);
      continue;
    }
    std::filesystem::create_directories(path.parent_path());
    cassmesh::files::write_file(path, text());
  }
  return current;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const bool check = !arguments.empty() && arguments.front() == "--check";
  if (arguments.size() != (check ? 2U : 1U)) {
    fmt::print(stderr, "usage: gen_docs [--check] ROOT\n");
    return 2;
  }
  try {
    return !update(arguments.back(), check) && check ? 1 : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "gen_docs: {}\n", error.what());
    return 2;
  }
}
