#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cassmesh/error.hpp"
#include "cassmesh/lint.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream(path) << "# nothing\n";
}

/// What is found, with blanks between; or the error.
std::string found(const std::vector<std::string>& paths, const config::Config& config = {}) {
  try {
    return fmt::format("{}", fmt::join(lint::find_files(paths, config), " "));
  } catch (const Error& error) {
    return fmt::format("error: {}", error.what());
  }
}

config::Config excluding(std::vector<std::string> globs, std::string folder = "") {
  return {.folder = std::move(folder), .exclude = std::move(globs)};
}

}  // namespace

TEST_CASE("folders are searched for manifests, sorted by their bytes") {
  const Workplace place;
  for (const auto* path :
       {"b.yaml", "a.yml", "c.json", "Z.yaml", "a/z.yaml", "a-b.yaml", "a/b/c.yaml", ".hidden.yaml",
        ".hidden/x.yaml", "a/README.md", "a/x.yaml.bak", "yaml", "a/.cassmesh.yaml",
        ".git/config.yaml", "a/.git/x.yaml", "a/Kustomization", "a/kustomization.yaml"}) {
    write(path);
  }
  fs::create_directory("folder.yaml");
  const std::string all =
      ".hidden.yaml .hidden/x.yaml Z.yaml a-b.yaml a.yml a/Kustomization a/b/c.yaml "
      "a/kustomization.yaml a/z.yaml b.yaml c.json";
  CHECK(found({"."}) == all);
  CHECK(found({"./"}) == all);
  CHECK(found({"a/.."}).starts_with("a/../.hidden.yaml "));
  CHECK(found({"a"}) == "a/Kustomization a/b/c.yaml a/kustomization.yaml a/z.yaml");
  CHECK(found({"./a//"}) == "a/Kustomization a/b/c.yaml a/kustomization.yaml a/z.yaml");
  CHECK(found({"folder.yaml"}) == "");
  CHECK(found({}) == "");
  CHECK(found({(place.path() / "a/b").string()}) == (place.path() / "a/b/c.yaml").string());
}

TEST_CASE("a file that is named is taken whatever its name") {
  const Workplace place;
  for (const auto* path : {"a/x.txt", "a/y.yaml", "a/.cassmesh.yaml"}) write(path);
  CHECK(found({"a/x.txt"}) == "a/x.txt");
  CHECK(found({"a/.cassmesh.yaml", "./a/x.txt"}) == "a/.cassmesh.yaml a/x.txt");
  CHECK(found({"a/y.yaml"}, excluding({"*.yaml"})) == "a/y.yaml");
  REQUIRE(mkfifo("pipe", 0600) == 0);
  CHECK(found({"pipe"}) == "pipe");
}

TEST_CASE("a file is found once, however often it is named") {
  const Workplace place;
  for (const auto* path : {"a/x.yaml", "a/b/y.yaml"}) write(path);
  CHECK(found({"a", "a/x.yaml", "./a/x.yaml", "a/b", "a/../a/b/y.yaml", "."}) ==
        "a/b/y.yaml a/x.yaml");
  CHECK(found({"a/x.yaml", (place.path() / "a").string()}) ==
        fmt::format("{} a/x.yaml", (place.path() / "a/b/y.yaml").string()));
  fs::create_hard_link("a/x.yaml", "a/same.yaml");
  CHECK(found({"a", "a/x.yaml"}) == "a/b/y.yaml a/same.yaml a/x.yaml");
}

TEST_CASE("links lead to files, not into folders") {
  const Workplace place;
  for (const auto* path : {"k8s/x.yaml", "else/y.yaml", "else/z.txt"}) write(path);
  fs::create_directory_symlink("..", "k8s/up");
  fs::create_directory_symlink("../else", "k8s/folder.yaml");
  fs::create_symlink("self.yaml", "k8s/self.yaml");
  fs::create_symlink("nowhere.yaml", "k8s/dangling.yaml");
  fs::create_symlink("../else/y.yaml", "k8s/link.yaml");
  fs::create_symlink("../else/y.yaml", "k8s/other-link.yaml");
  fs::create_symlink("../else/z.txt", "k8s/z.yaml");
  fs::create_symlink("x.yaml", "k8s/a-link-to-x.yaml");
  REQUIRE(mkfifo("k8s/pipe.yaml", 0600) == 0);
  CHECK(found({"k8s"}) == "k8s/link.yaml k8s/x.yaml k8s/z.yaml");
  CHECK(found({"k8s/up/else"}) == "k8s/up/else/y.yaml");
  CHECK(found({"k8s/folder.yaml"}) == "k8s/folder.yaml/y.yaml");
  CHECK(found({"k8s/dangling.yaml"}) == "error: k8s/dangling.yaml: no such file or folder");
}

TEST_CASE("what the configuration excludes is not found") {
  const Workplace place;
  for (const auto* path : {"k8s/a.yaml", "k8s/prod/a.yaml", "k8s/prod/b.yaml", "vendor/v.yaml",
                           "k8s/vendor/v.yaml", "up.yaml"}) {
    write(path);
  }
  CHECK(found({"."}, excluding({"vendor/", "/up.yaml"})) ==
        "k8s/a.yaml k8s/prod/a.yaml k8s/prod/b.yaml");
  CHECK(found({"k8s"}, excluding({"k8s/prod"})) == "k8s/a.yaml k8s/vendor/v.yaml");
  CHECK(found({"k8s"}, excluding({"/prod"}, "k8s")) == "k8s/a.yaml k8s/vendor/v.yaml");
  CHECK(found({"k8s/prod"}, excluding({"k8s/prod/a.*"})) == "k8s/prod/b.yaml");
  CHECK(found({"k8s/prod"}, excluding({"k8s"})) == "");
  fs::current_path("k8s");
  CHECK(found({"."}, excluding({"k8s/prod/"}, "..")) == "a.yaml vendor/v.yaml");
  CHECK(found({".."}, excluding({"k8s/prod/", "vendor"}, "..")) == "../k8s/a.yaml ../up.yaml");
}

TEST_CASE("a path that is not there is named, with the one that was meant") {
  const Workplace place;
  for (const auto* path : {"k8s/prod/a.yaml", "other/b.yaml"}) write(path);
  CHECK(found({"k8s", "nothing"}) == "error: nothing: no such file or folder");
  CHECK(found({"k9s"}) == "error: k9s: no such file or folder, did you mean 'k8s'?");
  CHECK(found({"k9s/prod/a.yaml"}) ==
        "error: k9s/prod/a.yaml: no such file or folder, did you mean 'k8s'?");
  CHECK(found({"k8s/prd"}) == "error: k8s/prd: no such file or folder, did you mean 'k8s/prod'?");
  CHECK(found({"k8s/prod/a.yml"}) ==
        "error: k8s/prod/a.yml: no such file or folder, did you mean 'k8s/prod/a.yaml'?");
  CHECK(found({"k8s/prod/a.yaml/x"}) == "error: k8s/prod/a.yaml/x: no such file or folder");
  CHECK(found({""}) == "error: : no such file or folder");
}

TEST_CASE("a folder that cannot be read is named") {
  const Workplace place;
  write("k8s/a.yaml");
  write("k8s/secret/b.yaml");
  fs::permissions("k8s/secret", fs::perms::none);
  {
    const WithoutRoot without_root;
    CHECK(found({"k8s"}) == "error: k8s/secret: cannot be read: Permission denied");
    CHECK(found({"k8s/secret"}) == "error: k8s/secret: cannot be read: Permission denied");
    CHECK(found({"k8s"}, excluding({"secret/"})) == "k8s/a.yaml");
  }
  fs::permissions("k8s/secret", fs::perms::owner_all);
}
