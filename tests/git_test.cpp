#include "git.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "repository.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

std::string shown(const std::optional<std::vector<std::string>>& names) {
  return names ? fmt::format("{}", fmt::join(*names, " ")) : "unknown";
}

std::string tracked(const fs::path& folder = "") {
  return shown(git::tracked_files(folder));
}

std::string changed(const fs::path& folder = "") {
  return shown(git::changed_files(folder));
}

}  // namespace

TEST_CASE("git tells what it tracks and what a commit changes") {
  const Repository repository;
  shell("mkdir -p k8s 'with blank' && echo 1 | tee a.yaml k8s/b.yaml 'with blank/ü\n.yaml'");
  CHECK(tracked().empty());
  CHECK(changed().empty());
  shell("git add . && echo 2 > untracked.yaml");
  CHECK(tracked() == "a.yaml k8s/b.yaml with blank/ü\n.yaml");
  CHECK(tracked("k8s") == "b.yaml");
  CHECK(changed() == "a.yaml k8s/b.yaml with blank/ü\n.yaml");
  shell("git commit -qm one");
  CHECK(changed().empty());
  shell("echo 2 > k8s/b.yaml");
  CHECK(changed().empty());
  shell("git add k8s && git rm -q a.yaml && git mv 'with blank' blank");
  CHECK(changed() == "blank/ü\n.yaml k8s/b.yaml");
  CHECK(changed("k8s") == "b.yaml");
  CHECK(tracked() == "blank/ü\n.yaml k8s/b.yaml");
  REQUIRE(git::top_level("k8s"));
  CHECK(fs::equivalent(*git::top_level("k8s"), repository.path()));
}

TEST_CASE("of commits that are pushed, git tells what they change") {
  const Repository repository;
  shell("echo 1 > a.yaml && git add . && git commit -qm one && git tag one");
  shell("echo 1 > b.yaml && git add . && git commit -qm two");
  shell("echo 1 > c.yaml && git add .");
  setenv("PRE_COMMIT_FROM_REF", "one", 1);
  setenv("PRE_COMMIT_TO_REF", "HEAD", 1);
  CHECK(changed() == "b.yaml");
  setenv("PRE_COMMIT_FROM_REF", "--output=written", 1);
  CHECK(changed() == "c.yaml");
  CHECK(!fs::exists("written"));
  unsetenv("PRE_COMMIT_FROM_REF");
  unsetenv("PRE_COMMIT_TO_REF");
}

TEST_CASE("of a merge, git tells what neither side has, and each file once") {
  const Repository repository;
  shell("echo 1 | tee a.yaml b.yaml && git add . && git commit -qm one");
  shell("git checkout -qb side && echo 2 | tee b.yaml c.yaml && git add . && git commit -qm two");
  shell("git checkout -q - && echo 3 > b.yaml && git commit -qam three");
  shell("git merge -q side || true");
  CHECK(tracked() == "a.yaml b.yaml c.yaml");
  shell("echo 4 > b.yaml && git add b.yaml");
  CHECK(changed() == "b.yaml");
}

TEST_CASE("where git cannot tell, nothing is known") {
  const Workplace place;
  CHECK(tracked() == "unknown");
  CHECK(changed().empty());
  CHECK(!git::top_level(""));
  CHECK(tracked("nowhere") == "unknown");
  shell("git init -q --bare bare");
  CHECK(tracked("bare") == "unknown");
  CHECK(!git::top_level("bare"));
  shell("git init -q broken && echo nonsense > broken/.git/HEAD");
  CHECK(tracked("broken") == "unknown");
  const std::string path = std::getenv("PATH");
  setenv("PATH", place.path().c_str(), 1);
  const auto without_git = tracked();
  setenv("PATH", path.c_str(), 1);
  CHECK(without_git == "unknown");
}

TEST_CASE("asking git leaves the index as it is") {
  const Repository repository;
  shell("echo 1 > a.yaml && git add . && git commit -qm one");
  shell("touch -d '2001-01-01' a.yaml .git/index");  // a git that may write would refresh it
  const auto before = fs::last_write_time(".git/index");
  CHECK(tracked() == "a.yaml");
  CHECK(changed().empty());
  CHECK(fs::last_write_time(".git/index") == before);
}
