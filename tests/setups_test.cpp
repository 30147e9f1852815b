// Whole folders, linted as one would. Each folder of tests/setups is a known setup of real life, in
// which `cassmesh lint -v --format concise` shows what its expected.txt says: what is found, what
// is not checked, how many rings there are, and the exit status unless it is 0. CASSMESH_UPDATE=1
// writes that file anew. And what render prints has to lint clean.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cassandra/variables.hpp"
#include "cassmesh/render.hpp"
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
std::optional<mesh::GivenRange> range_of(const std::string& manifest) {
  constexpr std::string_view mark = "\n# Istio: ";
  const auto at = manifest.find(mark);
  if (at == std::string::npos) return std::nullopt;
  const auto from = at + mark.size();
  return mesh::GivenRange::parse(manifest.substr(from, manifest.find('\n', from) - from));
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
      if (range) CHECK(linted.result.istio == range->range);
    }
  }
}

namespace {

/// Every variable that people may set in the hope that an image takes it.
std::set<std::string> hopeful_variables() {
  std::set<std::string> names{"CASSANDRA_DC", "CASSANDRA_DATACENTER", "CASSANDRA_RACK",
                              "CASSANDRA_HOST", "CASSANDRA_PASSWORD"};
  for (const std::string prefix : {"CASSANDRA_", "CASSANDRA_CFG_YAML_", "CASSANDRA_CFG_"}) {
    for (const auto& setting : cassandra::known_settings()) {
      names.insert(cassandra::variable_of(prefix, setting.key));
    }
  }
  for (const auto flavour : {cassandra::Flavour::google_samples, cassandra::Flavour::official,
                             cassandra::Flavour::bitnami}) {
    const auto& image = cassandra::image(flavour);
    names.insert(image.overwritten.begin(), image.overwritten.end());
    for (const auto key : image.from_variables) {
      names.insert(cassandra::variable_of("CASSANDRA_", key));
    }
  }
  return names;
}

}  // namespace

TEST_CASE("whatever variable a spec sets, render refuses it or prints what lints clean") {
  const auto image =
      GENERATE(as<std::string>(), "gcr.io/google-samples/cassandra:v13", "cassandra:4.1.5",
               "cassandra:4.1.5\nflavour: custom", "bitnami/cassandra:5.0.2",
               "example.com/mine:1\nflavour: custom", "example.com/mine:4.1.5\nflavour: official");
  CAPTURE(image);
  int refused = 0;
  for (const auto& name : hopeful_variables()) {
    CAPTURE(name);
    Sources sources;
    const auto& source = sources.add(
        "spec.yaml", fmt::format("image: {}\nenv: [{{name: {}, value: other}}]\n", image, name));
    const std::vector<const Source*> files{&source};
    std::vector<Finding> problems;
    const auto spec = spec::read(files, {}, problems);
    const auto manifest =
        render::render(spec, {.origin = "spec.yaml", .command = "cassmesh render"}, problems);
    if (manifest) {
      CHECK(Linted({{"manifest.yaml", manifest->text()}}).lines() == "");
      continue;
    }
    ++refused;
    for (const auto& problem : problems) {
      CHECK(problem.message.find(fmt::format("'{}'", name)) != std::string::npos);
      CHECK(problem.place.at.line == (image.find('\n') == std::string::npos ? 2 : 3));
    }
  }
  CHECK(refused > 0);
}
