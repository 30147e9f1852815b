#include "output.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/error.hpp"
#include "cli/cli.hpp"
#include "diff.hpp"
#include "files.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

using Strings = std::vector<std::string>;
/// The files of a folder and what is in them; `/` ends the name of a folder, `@` that of a link.
using Tree = std::map<std::string, std::string>;

Tree tree(const fs::path& folder) {
  Tree all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto name = entry.path().lexically_relative(folder).generic_string();
    if (entry.is_symlink()) {
      all[name + "@"] = fs::read_symlink(entry.path()).string();
    } else if (entry.is_directory()) {
      all[name + "/"];
    } else {
      all[name] = entry.is_regular_file() ? files::read_file(entry.path()) : "";
    }
  }
  return all;
}

Strings names(const Tree& tree) {
  Strings all;
  for (const auto& [name, text] : tree) all.push_back(name);
  return all;
}

void write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A run of the program in a folder of its own.
struct Run {
  int status = -1;
  std::string out;
  std::string err;
};

constexpr std::string_view notice =
    "cassmesh: there is no cassmesh.yaml here: rendering the built-in default spec\n";

Run cassmesh_run(const Strings& arguments, const std::string& input = {}) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status = cli::run(arguments, {.in = in, .out = out, .err = err});
  auto talk = err.str();
  if (talk.starts_with(notice)) talk.erase(0, notice.size());
  return {status, out.str(), talk};
}

/// A run that must go well.
std::string rendered(const Strings& arguments) {
  const auto run = cassmesh_run(arguments);
  INFO(run.err);
  REQUIRE(run.status == 0);
  return run.out;
}

/// What a run that can't go on says; it must print nothing else and change nothing.
std::string refusal(const Workplace& place, const Strings& arguments) {
  const auto before = tree(place.path());
  const auto run = cassmesh_run(arguments);
  CHECK(run.status == 2);
  CHECK(run.out.empty());
  CHECK(tree(place.path()) == before);
  return run.err;
}

/// An exception's message.
std::string thrown(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

bool is_root() {
  return geteuid() == 0;
}

bool has_program(const std::string& name) {
  return std::system(fmt::format("command -v {} > /dev/null 2>&1", name).c_str()) == 0;
}

/// Applies a unified diff, believing nothing: every line number and count must be right.
std::string applied(std::string_view before, const std::string& diff) {
  const auto split = [](std::string_view text) {
    Strings lines;
    while (!text.empty()) {
      const auto end = text.find('\n');
      const auto length = end == std::string_view::npos ? text.size() : end + 1;
      lines.emplace_back(text.substr(0, length));
      text.remove_prefix(length);
    }
    return lines;
  };
  auto old_lines = split(before);
  std::istringstream in(diff);
  std::string line;
  REQUIRE((std::getline(in, line) && line.starts_with("--- ")));
  REQUIRE((std::getline(in, line) && line.starts_with("+++ ")));
  Strings made;
  std::size_t position = 0;  // in old_lines
  std::size_t removals = 0;
  std::size_t additions = 0;
  char last = ' ';
  while (std::getline(in, line)) {
    CAPTURE(line);
    if (line == "\\ No newline at end of file") {
      REQUIRE(last != '-');  // for which old_lines knows it already
      REQUIRE(!made.empty());
      made.back().pop_back();
      continue;
    }
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (removals == 0 && additions == 0) {
      REQUIRE(std::sscanf(line.c_str(), "@@ -%u,%u +%u,%u @@", &a, &b, &c, &d) == 4);
      const auto start = b == 0 ? a : a - 1;
      REQUIRE(start >= position);
      REQUIRE(start <= old_lines.size());
      while (position < start) made.push_back(old_lines[position++]);
      REQUIRE(made.size() == (d == 0 ? c : c - 1));
      removals = b;
      additions = d;
      continue;
    }
    last = line.at(0);
    if (last != '+') {
      REQUIRE(removals-- > 0);
      REQUIRE(position < old_lines.size());
      auto expected = old_lines[position++];
      if (expected.ends_with('\n')) expected.pop_back();
      REQUIRE(expected == line.substr(1));
    }
    if (last != '-') {
      REQUIRE(additions-- > 0);
      made.push_back(line.substr(1) + "\n");
    }
    if (last == '-' && position == old_lines.size() && !old_lines.back().ends_with('\n')) {
      REQUIRE((std::getline(in, line) && line == "\\ No newline at end of file"));
    }
  }
  REQUIRE(removals == 0);
  REQUIRE(additions == 0);
  while (position < old_lines.size()) made.push_back(old_lines[position++]);
  return fmt::format("{}", fmt::join(made, ""));
}

}  // namespace

TEST_CASE("a unified diff is what the standard tools print") {
  CHECK(unified_diff("a\n", "a\n", "x", "y").empty());
  CHECK(unified_diff("", "a\nb\n", "/dev/null", "y") ==
        "--- /dev/null\n+++ y\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  CHECK(unified_diff("a\n", "", "x", "/dev/null") == "--- x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
  CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nfive\n6\n7\n8\n", "x", "y") ==
        "--- x\n+++ y\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  CHECK(unified_diff("a\nb", "a\nb\n", "x", "y") ==
        "--- x\n+++ y\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
  CHECK(unified_diff("a\n", "b", "x", "y") ==
        "--- x\n+++ y\n@@ -1,1 +1,1 @@\n-a\n+b\n\\ No newline at end of file\n");
}

TEST_CASE("a unified diff turns any text into any other") {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string before;
    std::string after;
    for (auto lines = random() % 30; lines > 0; --lines) {
      const auto line = fmt::format("{}\n", random() % 4);
      const auto what = random() % 8;
      if (what != 0) before += line;
      if (what == 1) after += "new\n";
      if (what != 2) after += line;
    }
    if (!before.empty() && random() % 3 == 0) before.pop_back();
    if (!after.empty() && random() % 3 == 0) after.pop_back();
    const auto diff = unified_diff(before, after, "a", "b");
    CAPTURE(before, after, diff);
    if (before == after) {
      CHECK(diff.empty());
    } else {
      REQUIRE(applied(before, diff) == after);
    }
  }
}

TEST_CASE("a file is written, and written over") {
  const Workplace place;
  const auto manifest = rendered({"render"});
  CHECK(rendered({"render", "-o", "m.yaml"}).empty());
  // But for the line that says how it was made, -o makes the same.
  CHECK(files::read_file("m.yaml") == manifest);
  CHECK(rendered({"render", "--set", "replicas=5", "-o", "m.yaml"}).empty());
  CHECK(files::read_file("m.yaml") == rendered({"render", "--set", "replicas=5"}));
  CHECK(names(tree(place.path())) == Strings{"m.yaml"});
}

TEST_CASE("a new file has the permissions that every new file has, an old one keeps its own") {
  const Workplace place;
  const auto mask = umask(027);
  files::write_file("new", "x");
  umask(mask);
  CHECK((fs::status("new").permissions() & fs::perms::mask) == fs::perms(0640));
  for (const auto permissions : {fs::perms(0600), fs::perms(0755), fs::perms(0664)}) {
    write("old", "x");
    fs::permissions("old", permissions);
    files::write_file("old", "y");
    CHECK(fs::status("old").permissions() == permissions);
    CHECK(files::read_file("old") == "y");
  }
}

TEST_CASE("a file's owner stays, where we may give files away") {
  if (!is_root()) {
    WARN("skipped: it takes root to give files away");
    return;
  }
  const Workplace place;
  write("file", "x");
  REQUIRE(chown("file", 65534, 65534) == 0);
  files::write_file("file", "y");
  struct stat status {};
  REQUIRE(stat("file", &status) == 0);
  CHECK(status.st_uid == 65534);
  CHECK(status.st_gid == 65534);
}

TEST_CASE("a link stays, and what it leads to is written") {
  const Workplace place;
  fs::create_directory("real");
  write("real/m.yaml", "old");
  fs::create_symlink("real/m.yaml", "link.yaml");
  fs::create_symlink("link.yaml", "link-to-link.yaml");
  fs::create_symlink("real/later.yaml", "dangling.yaml");
  fs::create_symlink("real", "folder");
  files::write_file("link-to-link.yaml", "new");
  files::write_file("dangling.yaml", "later");
  files::write_file("folder/another.yaml", "another");
  CHECK(tree(place.path()) == Tree{{"real/", ""},
                                   {"real/m.yaml", "new"},
                                   {"real/later.yaml", "later"},
                                   {"real/another.yaml", "another"},
                                   {"folder@", "real"},
                                   {"link.yaml@", "real/m.yaml"},
                                   {"link-to-link.yaml@", "link.yaml"},
                                   {"dangling.yaml@", "real/later.yaml"}});
  fs::create_symlink("loop", "loop");
  CHECK(thrown([] { files::write_file("loop", "x"); }).starts_with("loop: cannot be written: "));
}

TEST_CASE("what can't be written says why and leaves everything as it was") {
  const Workplace place;
  fs::create_directory("folder");
  write("file", "x");
  CHECK(thrown([] { files::write_file("folder", "x"); }) == "folder: is a folder, not a file");
  CHECK(thrown([] { files::write_file("missing/file", "x"); }) ==
        "missing/file: cannot be written: No such file or directory");
  CHECK(thrown([] { files::write_file("file/below", "x"); }) ==
        "file/below: cannot be written: Not a directory");
  const std::string name(300, 'n');
  CHECK(thrown([&] { files::write_file(name, "x"); }) ==
        name + ": cannot be written: File name too long");
  CHECK(thrown([&] { files::read_file(name); }) == name + ": no such file");
  CHECK(thrown([] { files::write_file("/dev/full", "x"); }) ==
        "/dev/full: cannot be written: No space left on device");
  CHECK(tree(place.path()) == Tree{{"folder/", ""}, {"file", "x"}});
  CHECK(refusal(place, {"render", "-o", "missing/m.yaml"}) ==
        "cassmesh: missing/m.yaml: cannot be written: No such file or directory\n");
}

TEST_CASE("a file that may not be written stays, and so does one in a folder that may not") {
  const Workplace place;
  fs::create_directory("closed");
  write("closed/file", "x");
  write("read-only", "x");
  fs::permissions("read-only", fs::perms(0444));
  fs::permissions("closed", fs::perms(0555));
  const auto before = tree(place.path());
  for (const auto* path : {"read-only", "closed/file", "closed/new"}) {
    CAPTURE(path);
    const WithoutRoot nobody;
    CHECK(thrown([&] { files::write_file(path, "y"); }) ==
          fmt::format("{}: cannot be written: Permission denied", path));
  }
  CHECK(tree(place.path()) == before);
  fs::permissions("closed", fs::perms(0755));
}

TEST_CASE("standard output, pipes and other devices are written to as they are") {
  const Workplace place;
  const auto manifest = rendered({"render"});
  for (const auto* name : {"-", "/dev/stdout"}) CHECK(rendered({"render", "-o", name}) == manifest);
  CHECK(rendered({"render", "-o", "/dev/null"}).empty());
  REQUIRE(mkfifo("pipe", 0600) == 0);
  auto reader = std::async(std::launch::async, [] { return files::read_file("pipe"); });
  CHECK(rendered({"render", "-o", "pipe"}).empty());
  CHECK(reader.get() == manifest);
  CHECK(fs::is_fifo("pipe"));
  CHECK(names(tree(place.path())) == Strings{"pipe"});
}

TEST_CASE("a regular file below /dev takes the place of the old one, as everywhere") {
  if (!fs::is_directory("/dev/shm")) {
    WARN("skipped: there is no /dev/shm");
    return;
  }
  const auto path = fmt::format("/dev/shm/cassmesh-test-{}", getpid());
  const auto other_name = path + "-link";
  write(path, "old");
  fs::create_hard_link(path, other_name);
  files::write_file(path, "new");
  CHECK(files::read_file(path) == "new");
  CHECK(files::read_file(other_name) == "old");
  fs::remove(path);
  fs::remove(other_name);
}

TEST_CASE("a file that is open already is written to as it is, by the name of its descriptor") {
  const Workplace place;
  write("file", "old");
  fs::create_hard_link("file", "same");
  const int file = open("file", O_WRONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  files::write_file(fmt::format("/dev/fd/{}", file), "new");
  close(file);
  CHECK(tree(place.path()) == Tree{{"file", "new"}, {"same", "new"}});
}

TEST_CASE("the spec itself is never written over, however it is called") {
  const Workplace place;
  fs::create_directory("sub");
  write("cassmesh.yaml", "replicas: 3\n");
  write("other.yaml", "seeds: 1\n");
  fs::create_symlink("cassmesh.yaml", "link.yaml");
  fs::create_hard_link("cassmesh.yaml", "hard.yaml");
  const auto absolute = (place.path() / "cassmesh.yaml").string();
  const std::vector<std::pair<Strings, std::string>> runs{
      {{"render"}, "cassmesh.yaml"},
      {{"render", "cassmesh.yaml"}, "./sub/../cassmesh.yaml"},
      {{"render", "cassmesh.yaml"}, absolute},
      {{"render", "cassmesh.yaml"}, "link.yaml"},
      {{"render", "cassmesh.yaml"}, "hard.yaml"},
      {{"render", "link.yaml"}, "cassmesh.yaml"},
      {{"render", "other.yaml", "cassmesh.yaml"}, "other.yaml"},
      {{"render", "cassmesh.yaml", "cassmesh.yaml"}, "cassmesh.yaml"},
      {{"render", "cassmesh.yaml", "./cassmesh.yaml"}, "cassmesh.yaml"},
  };
  for (auto [arguments, target] : runs) {
    arguments.insert(arguments.end(), {"-o", target});
    CAPTURE(arguments);
    CHECK(refusal(place, arguments) ==
          fmt::format(
              "cassmesh: {}: is the spec itself and would be overwritten: name another file\n",
              target));
  }
}

TEST_CASE("a spec that is wrong leaves files, folders and standard output alone") {
  const Workplace place;
  write("bad.yaml", "replicas: many\n");
  write("m.yaml", "old");
  for (const Strings& more :
       {Strings{}, Strings{"-o", "m.yaml"}, Strings{"-o", "k8s/"}, Strings{"--check", "m.yaml"}}) {
    Strings arguments{"render", "bad.yaml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    CHECK(refusal(place, arguments).starts_with("bad.yaml:1:11: error[cluster-spec]: "));
  }
}

TEST_CASE("an input without end is not read to its end") {
  CHECK(cassmesh_run({"render", "/dev/zero"}).err ==
        "cassmesh: /dev/zero: is larger than 64 MiB\n");
}

TEST_CASE("a folder gets a file an object and a kustomization.yaml that lists them in order") {
  const Workplace place;
  CHECK(rendered({"render", "-o", "out/k8s/"}).empty());
  const auto files = tree("out/k8s");
  CHECK(names(files) == Strings{"00-namespace-cassandra.yaml", "10-serviceaccount-cassandra.yaml",
                                "20-service-cassandra.yaml", "50-statefulset-cassandra.yaml",
                                "kustomization.yaml"});
  const Source source(1, "kustomization.yaml", files.at("kustomization.yaml"));
  const auto documents = yaml::parse(source);
  const auto root = documents.at(0).root();
  CHECK(root["apiVersion"].text() == "kustomize.config.k8s.io/v1beta1");
  CHECK(root["kind"].text() == "Kustomization");
  Strings listed;
  for (const yaml::Node item : root["resources"]) listed.emplace_back(item.text());
  auto expected = names(files);
  expected.pop_back();
  CHECK(listed == expected);

  std::string together;
  const auto manifest = rendered({"render"});
  const auto header = manifest.substr(0, manifest.find("apiVersion"));
  for (const auto& name : listed) {
    CHECK(files.at(name).starts_with(header));
    together += (together.empty() ? header : "---\n") + files.at(name).substr(header.size());
  }
  CHECK(together == manifest);
}

TEST_CASE("kubectl builds from the folder what is in the one file") {
  if (!has_program("kubectl")) {
    WARN("skipped: kubectl is not installed");
    return;
  }
  const Workplace place;
  rendered({"render", "--set", "testClient=true", "-o", "k8s/"});
  REQUIRE(std::system("kubectl kustomize k8s > built.yaml") == 0);
  const auto count = [](const std::string& file, std::string_view key) {
    Sources sources;
    std::multiset<std::string> kinds;
    for (const auto& document : yaml::parse(sources.add(file, files::read_file(file)))) {
      if (document.root()) kinds.emplace(document.root()[key].text());
    }
    return kinds;
  };
  rendered({"render", "--set", "testClient=true", "-o", "m.yaml"});
  CHECK(count("built.yaml", "kind") == count("m.yaml", "kind"));
}

TEST_CASE("a folder that is there may be named without a slash") {
  const Workplace place;
  fs::create_directory("k8s");
  rendered({"render", "-o", "k8s"});
  CHECK(fs::exists("k8s/kustomization.yaml"));
  fs::create_symlink("k8s", "link");
  rendered({"render", "--set", "replicas=7", "-o", "link"});
  CHECK(files::read_file("k8s/50-statefulset-cassandra.yaml").find("replicas: 7") !=
        std::string::npos);
}

TEST_CASE("a second run removes what the first one left, and nothing else") {
  const Workplace place;
  rendered({"render", "--set", "testClient=true", "--set",
            "podDisruptionBudget={maxUnavailable: 1}", "-o", "k8s/"});
  rendered({"render", "-o", "k8s/manifest.yaml"});  // ours, but not of the folder
  write("k8s/ingress.yaml", "kind: Ingress\n");
  write("k8s/README.md", "# Made by cassmesh \n");
  fs::create_directory("k8s/more");
  const auto before = tree("k8s");
  rendered({"render", "-o", "k8s/"});
  auto expected = before;
  for (const auto* gone : {"60-deployment-cqlsh.yaml", "60-deployment-cqlsh-noistio.yaml",
                           "40-poddisruptionbudget-cassandra.yaml"}) {
    CAPTURE(gone);
    CHECK(expected.erase(gone) == 1);
  }
  CHECK(names(tree("k8s")) == names(expected));
  for (const auto* kept : {"manifest.yaml", "ingress.yaml", "README.md"}) {
    CHECK(tree("k8s")[kept] == before.at(kept));
  }
}

TEST_CASE("a left-over that can't be removed is an error, and is removed by the run after it") {
  if (!is_root()) {
    WARN("skipped: it takes root to make a file that its folder's users can't remove");
    return;
  }
  const Workplace place;
  const fs::path stuck = "k8s/60-deployment-cqlsh.yaml";
  rendered({"render", "--set", "testClient=true", "-o", "k8s/"});
  // In a folder like /tmp, only its owner removes a file.
  fs::permissions("k8s", fs::perms(01777));
  for (const auto& entry : fs::directory_iterator("k8s")) {
    if (entry.path() != stuck) REQUIRE(chown(entry.path().c_str(), 65534, 65534) == 0);
  }
  const auto list = files::read_file("k8s/kustomization.yaml");
  {
    const WithoutRoot nobody;
    const auto run = cassmesh_run({"render", "--set", "replicas=9", "-o", "k8s/"});
    CHECK(run.status == 2);
    CHECK(run.err ==
          "cassmesh: k8s/60-deployment-cqlsh.yaml: cannot be removed: Operation not permitted\n");
  }
  CHECK(files::read_file("k8s/kustomization.yaml") == list);
  rendered({"render", "--set", "replicas=9", "-o", "k8s/"});
  CHECK(!fs::exists(stuck));
}

TEST_CASE("a stale file that somebody made his own stays") {
  const Workplace place;
  rendered({"render", "--set", "testClient=true", "-o", "k8s/"});
  write("k8s/60-deployment-cqlsh.yaml", "kind: Deployment\n");
  rendered({"render", "-o", "k8s/"});
  CHECK(files::read_file("k8s/60-deployment-cqlsh.yaml") == "kind: Deployment\n");
  CHECK(!fs::exists("k8s/60-deployment-cqlsh-noistio.yaml"));
}

TEST_CASE("a kustomization.yaml of ours that was changed can't make us remove what is elsewhere") {
  const Workplace place;
  rendered({"render", "-o", "k8s/"});
  rendered({"render", "-o", "victim.yaml"});
  rendered({"render", "-o", "k8s/other.yaml"});
  fs::create_symlink("../victim.yaml", "k8s/link.yaml");
  fs::create_directory("k8s/folder.yaml");
  auto text = files::read_file("k8s/kustomization.yaml");
  text +=
      "- ../victim.yaml\n- link.yaml\n- folder.yaml\n- missing.yaml\n- {a: b}\n- ''\n- .\n- ..\n";
  write("k8s/kustomization.yaml", text);
  rendered({"render", "-o", "k8s/"});
  CHECK(fs::exists("victim.yaml"));
  CHECK(fs::is_symlink("k8s/link.yaml"));
  CHECK(fs::exists("k8s/folder.yaml"));
  CHECK(fs::exists("k8s/other.yaml"));
}

TEST_CASE("a run that changes nothing touches no file") {
  const Workplace place;
  rendered({"render", "-o", "k8s/"});
  const auto old = fs::last_write_time("k8s/20-service-cassandra.yaml") - std::chrono::hours(1);
  fs::last_write_time("k8s/20-service-cassandra.yaml", old);
  rendered({"render", "-o", "k8s/"});
  CHECK(fs::last_write_time("k8s/20-service-cassandra.yaml") == old);
}

TEST_CASE("somebody else's file is never written over, and then nothing is changed") {
  const std::vector<std::pair<std::string, std::string>> others{
      {"kustomization.yaml", "resources: [mine.yaml]\n"},
      {"20-service-cassandra.yaml", "kind: Service\n"},
      {"50-statefulset-cassandra.yaml", ""},
      {"10-serviceaccount-cassandra.yaml", "# made by cassmesh 0.1.0\n"},
  };
  for (const auto& [name, text] : others) {
    DYNAMIC_SECTION(name) {
      const Workplace place;
      for (const bool used : {false, true}) {
        fs::remove_all("k8s");
        fs::create_directory("k8s");
        if (used) rendered({"render", "--set", "testClient=true", "-o", "k8s/"});
        write("k8s/" + name, text);
        CHECK(refusal(place, {"render", "--set", "replicas=9", "-o", "k8s/"}) ==
              fmt::format("cassmesh: k8s/{}: is not made by cassmesh and would be overwritten: "
                          "move it, or write "
                          "elsewhere\n",
                          name));
      }
    }
  }
  SECTION("a folder, a link to nowhere, a pipe") {
    const Workplace place;
    fs::create_directory("k8s");
    const fs::path path = "k8s/20-service-cassandra.yaml";
    const auto refused = [&] {
      return refusal(place, {"render", "-o", "k8s/"}).find("is not made by cassmesh") !=
             std::string::npos;
    };
    fs::create_directory(path);
    CHECK(refused());
    fs::remove(path);
    fs::create_symlink("nowhere", path);
    CHECK(refused());
    fs::remove(path);
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    CHECK(refused());
  }
}

TEST_CASE("a folder that can't be made or written says so, and no file is left half way") {
  const Workplace place;
  write("file", "x");
  CHECK(refusal(place, {"render", "-o", "file/"}) ==
        "cassmesh: file/: cannot be made a folder: File exists\n");
  CHECK(refusal(place, {"render", "-o", "file/k8s/"})
            .starts_with("cassmesh: file/k8s/: cannot be made a folder: "));
  rendered({"render", "-o", "k8s/"});
  const Strings other{"render", "--set", "replicas=9", "-o", "k8s/"};
  SECTION("the folder") {
    fs::permissions("k8s", fs::perms(0555));
    const WithoutRoot nobody;
    CHECK(refusal(place, other).ends_with("cannot be written: Permission denied\n"));
  }
  SECTION("one of its files") {
    fs::permissions("k8s", fs::perms(0777));
    for (const auto& entry : fs::directory_iterator("k8s")) {
      fs::permissions(entry.path(), fs::perms(0666));
    }
    fs::permissions("k8s/50-statefulset-cassandra.yaml", fs::perms(0444));
    const WithoutRoot nobody;
    CHECK(refusal(place, other) ==
          "cassmesh: k8s/50-statefulset-cassandra.yaml: cannot be written: Permission denied\n");
  }
  fs::permissions("k8s", fs::perms(0755));
}

TEST_CASE("an object whose name is no file name is not written into a folder") {
  const Workplace place;
  const render::Manifest manifest{
      .header = "",
      .objects = {{.kind = "Service", .name = "../x", .file = "20-service-../x.yaml", .text = ""}}};
  CHECK(thrown([&] { output::write_folder("k8s/", manifest); }) ==
        "20-service-../x.yaml: is no name for a file");
  CHECK(tree(place.path()).empty());
}

TEST_CASE("two objects of one file name are not written over one another") {
  const Workplace place;
  const render::Manifest manifest{
      .header = "",
      .objects = {{.kind = "Service", .name = "a", .file = "20-service-a.yaml", .text = "x: 1\n"},
                  {.kind = "service", .name = "a", .file = "20-service-a.yaml", .text = "y: 1\n"}}};
  const std::string_view refused =
      "20-service-a.yaml: Service 'a' and service 'a' would both be written to it: give one of "
      "them "
      "another name, or write all to one file";
  CHECK(thrown([&] { output::write_folder("k8s/", manifest); }) == refused);
  CHECK(thrown([&] { output::stale("k8s/", true, manifest); }) == refused);
  CHECK(tree(place.path()).empty());
}

TEST_CASE("a check of a file that is up to date is silent") {
  const Workplace place;
  write("cassmesh.yaml", "replicas: 5\n");
  rendered({"render", "-o", "m.yaml"});
  rendered({"render", "-o", "k8s/"});
  for (const auto* target : {"m.yaml", "k8s/", "k8s"}) {
    const auto run = cassmesh_run({"render", "--check", target});
    CHECK(run.status == 0);
    CHECK(run.out.empty());
    CHECK(run.err.empty());
  }
}

TEST_CASE("a check of a stale file exits 1 with the diff, changes nothing, and patch applies it") {
  const std::vector<std::pair<std::string, std::string>> stale{
      {"another spec", {}},
      {"no final line end", "# Made by cassmesh"},
      {"empty", ""},
      {"missing", {}},
  };
  for (const auto& [what, text] : stale) {
    DYNAMIC_SECTION(what) {
      const Workplace place;
      rendered({"render", "-o", "my m.yaml"});
      if (what == "no final line end") {
        auto cut = files::read_file("my m.yaml");
        cut.pop_back();
        write("my m.yaml", cut);
      } else if (what == "empty") {
        write("my m.yaml", "");
      } else if (what == "missing") {
        fs::remove("my m.yaml");
      }
      write("cassmesh.yaml", "replicas: 5\ncluster: {numTokens: 4}\n");
      const auto before = tree(place.path());
      const auto run = cassmesh_run({"render", "--check", "my m.yaml"});
      CHECK(run.status == 1);
      CHECK(run.err == "cassmesh: my m.yaml: is stale: render it again with -o 'my m.yaml'\n");
      CHECK(run.out.starts_with(what == "missing" ? "--- /dev/null\n+++ my m.yaml\t\n"
                                                  : "--- my m.yaml\t\n+++ my m.yaml\t\n"));
      CHECK(tree(place.path()) == before);
      if (!has_program("patch")) {
        WARN("patch is not installed");
        return;
      }
      write("diff", run.out);
      REQUIRE(std::system("patch -p0 --fuzz=0 < diff > log 2>&1") == 0);
      CHECK(files::read_file("log").find("offset") == std::string::npos);
      CHECK(cassmesh_run({"render", "--check", "my m.yaml"}).status == 0);
    }
  }
}

TEST_CASE("a check of a folder shows stale, missing and left-over files") {
  const Workplace place;
  rendered({"render", "--set", "testClient=true", "--set", "replicas=5", "-o", "k8s/"});
  write("k8s/mine.yaml", "kind: Ingress\n");
  fs::remove("k8s/20-service-cassandra.yaml");
  const auto run = cassmesh_run({"render", "--check", "k8s/"});
  CHECK(run.status == 1);
  CHECK(run.err == "cassmesh: k8s/: is stale: render it again with -o k8s/\n");
  CHECK(run.out.find("--- /dev/null\n+++ k8s/20-service-cassandra.yaml\n") != std::string::npos);
  CHECK(run.out.find(
            "--- k8s/50-statefulset-cassandra.yaml\n+++ k8s/50-statefulset-cassandra.yaml\n") !=
        std::string::npos);
  CHECK(run.out.find("--- k8s/60-deployment-cqlsh.yaml\n+++ /dev/null\n") != std::string::npos);
  CHECK(run.out.find("mine.yaml") == std::string::npos);
  if (has_program("patch")) {
    write("diff", run.out);
    REQUIRE(std::system("patch -p0 --fuzz=0 < diff > log 2>&1") == 0);
    CHECK(cassmesh_run({"render", "--check", "k8s/"}).status == 0);
  }
  CHECK(cassmesh_run({"render", "--check", "nowhere/"}).status == 1);
}

TEST_CASE("a name with odd characters can't break the head of a diff") {
  const Workplace place;
  const auto run = cassmesh_run({"render", "--check", "a\n\"b\x1b.yaml"});
  CHECK(run.status == 1);
  CHECK(run.out.starts_with("--- /dev/null\n+++ \"a\\012\\\"b\\033.yaml\"\n@@"));
  CHECK(run.err.find('\x1b') == std::string::npos);
}
