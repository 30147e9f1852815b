// Cassandra is started on files shaped like each image's (the folder of this file), which end in
// noting down that it was started.

#include "start/sandbox.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <regex>
#include <stdexcept>

#include "cassmesh/render.hpp"
#include "cassmesh/spec.hpp"
#include "output.hpp"
#include "support.hpp"

namespace start {
namespace {

using namespace cassmesh;
namespace fs = std::filesystem;

constexpr unsigned most_seconds = 20;
constexpr unsigned nobody = 65534;

const fs::path fixtures = source_folder() / "tests/start";

void give_to_nobody(const fs::path& path) {
  if (is_root() && chown(path.c_str(), nobody, nobody) != 0) {
    throw std::runtime_error(path.string() + ": cannot change its owner");
  }
}

bool goes_on(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

Strings texts(const yaml::Node& list) {
  Strings all;
  for (const yaml::Node item : list) all.emplace_back(item.text());
  return all;
}

}  // namespace

bool is_root() {
  return geteuid() == 0;
}

Result run(const Strings& words, const Environment& environment, bool as_nobody) {
  const TemporaryFolder folder;
  const auto out = folder.path() / "stdout";
  const auto err = folder.path() / "stderr";
  Strings variables;
  for (const auto& [name, value] : environment)
    variables.push_back(fmt::format("{}={}", name, value));
  const auto pointers = [](const Strings& texts) {
    std::vector<char*> list;
    for (const auto& text : texts) list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
  };
  const auto argv = pointers(words);
  const auto envp = pointers(variables);
  const pid_t child = fork();
  if (child == 0) {
    alarm(most_seconds);  // survives the exec
    const auto stream = [](const fs::path& path, int number, int flags) {
      dup2(open(path.c_str(), flags, 0666), number);
    };
    stream("/dev/null", 0, O_RDONLY);
    stream(out, 1, O_WRONLY | O_CREAT | O_TRUNC);
    stream(err, 2, O_WRONLY | O_CREAT | O_TRUNC);
    if (as_nobody && is_root() && (setgid(nobody) != 0 || setuid(nobody) != 0)) _exit(126);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .pid = child,
          .out = output::read_file(out),
          .err = output::read_file(err)};
}

std::string expanded(std::string_view text, const Environment& environment) {
  std::string done;
  for (std::size_t i = 0; i < text.size(); ++i) {
    done += text[i];
    if (text[i] != '$' || i + 1 == text.size()) continue;
    const char next = text[++i];
    const auto close = text.find(')', i);
    if (next == '(' && close != std::string_view::npos) {
      const std::string name(text.substr(i + 1, close - i - 1));
      const auto known = environment.find(name);
      done.pop_back();
      done += known == environment.end() ? "$(" + name + ")" : known->second;
      i = close;
    } else if (next != '$') {
      done += next;
    }
  }
  return done;
}

Container container(const Strings& sets) {
  Sources sources;
  std::vector<const Source*> given;
  for (const auto& set : sets) given.push_back(&sources.add("--set", set));
  std::vector<Finding> problems;
  const auto spec = spec::read({}, given, problems);
  const auto manifest = render::render(spec, {.origin = "a test", .command = "test"}, problems);
  for (const auto& problem : problems) UNSCOPED_INFO(problem.message);
  REQUIRE(manifest);
  Container read;
  for (const auto& object : manifest->objects) {
    if (object.kind != "StatefulSet") continue;
    const auto& source = sources.add("manifest", object.text);
    const auto documents = yaml::parse(source);
    const auto node = *documents.at(0).root()["spec"]["template"]["spec"]["containers"].begin();
    for (const yaml::Node variable : node["env"]) {
      const bool is_pod_ip =
          variable["valueFrom"]["fieldRef"]["fieldPath"].text() == "status.podIP";
      read.environment[std::string(variable["name"].text())] =
          is_pod_ip ? std::string(pod_ip) : expanded(variable["value"].text(), read.environment);
    }
    read.command = texts(node["command"]);
    read.args = texts(node["args"]);
    for (auto* words : {&read.command, &read.args}) {
      for (auto& word : *words) word = expanded(word, read.environment);
    }
    const auto probe = texts(node["readinessProbe"]["exec"]["command"]);
    REQUIRE(probe.size() == 3);
    read.ready = probe[2];  // probes are not expanded
  }
  return read;
}

std::string Container::script() const {
  const auto& words = command.empty() ? args : command;
  return words.empty() ? "" : words.back();
}

const Image google_samples{"gcr.io/google-samples/cassandra:v13", "google-samples", "3.11"};
const Image official{"cassandra:4.1", "official", "4.1"};
const Image bitnami{"bitnami/cassandra:5.0.4-debian-12-r3", "bitnami", "5.0"};
const std::vector<Image> images{
    google_samples,
    official,
    bitnami,
    {"cassandra:3.11", "official", "3.11"},
    {"cassandra:5.0", "official", "5.0"},
    {"bitnami/cassandra:4.1.3", "bitnami", "4.1"},
};

Sandbox::Sandbox(const Image& image) : image_(image) {
  make_folder(root() / "tmp");
  for (const auto* name : {"cassandra", "nodetool"})
    add(fmt::format("bin/{}", name), root() / "bin" / name);
  if (image.flavour == "google-samples") {
    add("bin/dumb-init", root() / "bin/dumb-init");
    add("google-samples/run.sh", root() / "run.sh");
  } else if (image.flavour == "official") {
    add("official/docker-entrypoint.sh", root() / "bin/docker-entrypoint.sh");
  } else {
    for (const auto* name : {"entrypoint.sh", "setup.sh", "run.sh"}) {
      add(fmt::format("bitnami/{}", name), root() / "opt/bitnami/scripts/cassandra" / name);
    }
    make_folder(configuration());
  }
  const auto defaults =
      image.flavour == "bitnami" ? root() / "opt/bitnami/cassandra/conf.default" : configuration();
  add(fmt::format("conf/cassandra-{}.yaml", image.cassandra), defaults / "cassandra.yaml");
  for (const auto* name : {"cassandra-env.sh", "cassandra-rackdc.properties"}) {
    add(fmt::format("conf/{}", name), defaults / name);
  }
}

fs::path Sandbox::configuration() const {
  return root() / (image_.flavour == "bitnami" ? "opt/bitnami/cassandra/conf" : "etc/cassandra");
}

/// The text with the image's absolute paths below the sandbox. Fails if one is left that is not.
std::string Sandbox::moved(std::string_view text) const {
  static constexpr std::array<std::string_view, 4> paths{"/run.sh", "/etc/cassandra",
                                                         "/opt/bitnami", "/tmp"};
  std::string done;
  std::string rest;  // all but the paths
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts =
        i == 0 || !(goes_on(text[i - 1]) || text[i - 1] == '.' || text[i - 1] == '/');
    const auto* path = std::ranges::find_if(paths, [&](std::string_view candidate) {
      const auto end = i + candidate.size();
      return starts && text.substr(i).starts_with(candidate) &&
             (end == text.size() || !goes_on(text[end]));
    });
    if (path == paths.end()) {
      done += text[i];
      rest += text[i];
    } else {
      done += root().string();
      done += *path;
      i += path->size() - 1;
    }
  }
  for (const auto* other : {"/etc/", "/opt/", "/tmp", " /run"}) {
    INFO(rest);
    REQUIRE(rest.find(other) == std::string::npos);
  }
  return done;
}

Result Sandbox::start(const Container& container, bool as_nobody) const {
  auto words = container.command;
  auto arguments = container.args;
  if (words.empty() && image_.flavour == "google-samples") {
    words = {"dumb-init", "/bin/bash", "/run.sh"};
  } else if (words.empty() && image_.flavour == "official") {
    words = {"docker-entrypoint.sh"};
    if (arguments.empty()) arguments = {"cassandra", "-f"};
  } else if (words.empty()) {
    words = {"/opt/bitnami/scripts/cassandra/entrypoint.sh"};
    if (arguments.empty()) arguments = {"/opt/bitnami/scripts/cassandra/run.sh"};
  }
  words.insert(words.end(), arguments.begin(), arguments.end());
  for (auto& word : words) word = moved(word);
  if (!words[0].starts_with('/')) words[0] = (root() / "bin" / words[0]).string();
  auto environment = container.environment;
  environment["PATH"] = (root() / "bin").string() + ":/usr/bin:/bin";
  environment["HOSTNAME"] = "cassandra-0";
  environment["TMPDIR"] = (root() / "tmp").string();
  environment["STARTED"] = (root() / "tmp/started").string();
  fs::remove(root() / "tmp/started");
  return run(words, environment, as_nobody);
}

Strings Sandbox::started() const {
  std::ifstream in(root() / "tmp/started");
  Strings lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void Sandbox::write(const fs::path& path, std::string_view text) const {
  make_folder(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  give_to_nobody(path);
}

void Sandbox::make_folder(const fs::path& path) const {
  fs::create_directories(path);
  for (auto made = path; made != root().parent_path(); made = made.parent_path())
    give_to_nobody(made);
}

void Sandbox::add(const std::string& fixture, const fs::path& path) const {
  write(path, moved(output::read_file(fixtures / fixture)));
  fs::permissions(path, fs::status(fixtures / fixture).permissions());
}

std::map<std::string, std::string> Sandbox::settings() const {
  Sources sources;
  const auto documents = yaml::parse(sources.add("cassandra.yaml", output::read_file(yaml())));
  REQUIRE(documents.size() == 1);
  REQUIRE(documents[0].problems().empty());
  std::map<std::string, std::string> read;
  for (const yaml::Node value : documents[0].root()) {
    CAPTURE(value.key());
    CHECK(read.emplace(value.key(), value.text()).second);
  }
  const auto rackdc = output::read_file(configuration() / "cassandra-rackdc.properties");
  std::smatch found;
  if (std::regex_search(rackdc, found, std::regex("(?:^|\n)dc= ?(.*)"))) read["dc"] = found[1];
  const auto file = (configuration() / "cassandra-env.sh").string();
  read["JMX_PORT"] = run({"/bin/bash", "-c", R"(. "$0"; echo -n $JMX_PORT)", file}, {}).out;
  return read;
}

}  // namespace start
