// Writes the pages under docs/ that a program can write. `gen_docs ROOT` writes them, `gen_docs
// --check ROOT` only says which are stale, and fails if any is.

#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "../src/files.hpp"
#include "../src/pages.hpp"
#include "cassmesh/config_keys.hpp"
#include "cassmesh/rule.hpp"
#include "cassmesh/spec.hpp"

namespace {

namespace fs = std::filesystem;

struct Page {
  fs::path path;
  std::string text;
};

constexpr std::string_view rules_folder = "docs/rules";

std::vector<Page> pages() {
  std::vector<Page> all{{"docs/config.md", cassmesh::config::reference_page()},
                        {"docs/spec.md", cassmesh::spec::reference_page()}};
  for (const auto* rule : cassmesh::all_rules()) {
    all.push_back(
        {fs::path(rules_folder) / fmt::format("{}.md", rule->name), cassmesh::pages::page(*rule)});
  }
  return all;
}

/// Whether the page is as it should be; writes it if it is not, unless this is only a `check`.
bool is_current(const fs::path& root, const Page& page, bool check) {
  const auto path = root / page.path;
  if (fs::exists(path) && cassmesh::files::read_file(path) == page.text) return true;
  if (check) {
    fmt::print(stderr, "{}: is stale: run gen_docs ROOT\n", page.path.string());
  } else {
    fs::create_directories(path.parent_path());
    cassmesh::files::write_file(path, page.text);
  }
  return false;
}

/// Pages of rules that are gone.
std::vector<fs::path> left_over(const fs::path& root) {
  std::vector<fs::path> files;
  if (!fs::exists(root / rules_folder)) return files;
  for (const auto& entry : fs::directory_iterator(root / rules_folder)) {
    if (cassmesh::find_rule(entry.path().stem().string()) == nullptr) files.push_back(entry);
  }
  return files;
}

/// Whether all pages are current; those that are not are written, unless this is only a `check`.
bool update(const fs::path& root, bool check) {
  bool current = true;
  for (const auto& page : pages()) current = is_current(root, page, check) && current;
  for (const auto& file : left_over(root)) {
    fmt::print(stderr, "{}: no rule has this name: delete it\n", file.string());
    current = false;
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
