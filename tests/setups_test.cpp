// Whole folders, linted as one would. Each folder of tests/setups is a known setup of real life, in
// which `cassmesh lint -v --format concise` shows what its expected.txt says: what is found, what
// is not checked, how many rings there are, and the exit status unless it is 0. CASSMESH_UPDATE=1
// writes that file anew. And what render prints has to lint clean.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cli.hpp"
#include "files.hpp"
#include "linted.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

/// Another folder is the current one as long as this lives.
class Within {
 public:
  explicit Within(const fs::path& folder) : before_(fs::current_path()) {
    fs::current_path(folder);
  }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
  ~Within() { fs::current_path(before_); }

 private:
  fs::path before_;
};

std::vector<fs::path> entries_of(const char* folder) {
  const auto path = source_folder() / folder;
  std::vector<fs::path> entries{fs::directory_iterator(path), fs::directory_iterator()};
  std::ranges::sort(entries);
  return entries;
}

/// What one sees who lints a folder from within.
std::string lint_within(const fs::path& folder) {
  const Within within(folder);
  std::istringstream in;
  std::ostringstream shown;
  const int status =
      cli::run({"lint", "-v", "--format", "concise"}, {.in = in, .out = shown, .err = shown});
  if (status != 0) shown << fmt::format("[exit {}]\n", status);
  return shown.str();
}

/// What stands behind `# Istio: ` in a rendered manifest; nothing where it is for no mesh.
std::optional<mesh::VersionRange> range_of(const std::string& manifest) {
  constexpr std::string_view mark = "\n# Istio: ";
  const auto at = manifest.find(mark);
  if (at == std::string::npos) return std::nullopt;
  const auto from = at + mark.size();
  return mesh::VersionRange::parse(manifest.substr(from, manifest.find('\n', from) - from));
}

}  // namespace

TEST_CASE("each known setup gets the findings that it deserves and no other") {
  for (const auto& folder : entries_of("tests/setups")) {
    const auto name = folder.filename().string();
    DYNAMIC_SECTION(name) {
      const auto seen = lint_within(folder);
      CHECK(golden_difference(fmt::format("tests/setups/{}/expected.txt", name), seen) == "");
    }
  }
}

TEST_CASE("what render prints lints clean") {
  for (const auto& file : entries_of("tests/render")) {
    DYNAMIC_SECTION(file.stem().string()) {
      const auto manifest = files::read_file(file);
      const auto range = range_of(manifest);
      CHECK((range || manifest.find("\n# Mesh: none\n") != std::string::npos));
      const Linted linted({{file.filename().string(), manifest}}, {.istio = range});
      CHECK(linted.lines() == "");
      CHECK(linted.result.summary.rings == 1);
      CHECK(linted.result.summary.not_checked.empty());
      if (range) CHECK(linted.result.istio == *range);
    }
  }
}
