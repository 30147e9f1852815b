// The container commands of rendered manifests, run for real in bash on files shaped like each
// image's.

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "output.hpp"
#include "render/flavours.hpp"
#include "start/sandbox.hpp"
#include "support.hpp"

using namespace cassmesh;
using namespace start;
namespace fs = std::filesystem;

namespace {

using Settings = std::map<std::string, std::string>;

std::string show(const Settings& settings) {
  std::string lines;
  for (const auto& [key, value] : settings) lines += fmt::format("{}: {}\n", key, value);
  return lines;
}

/// What the sandbox's Cassandra would read of what `meant` names.
std::string found(const Sandbox& sandbox, const Settings& meant) {
  const auto all = sandbox.settings();
  Settings some;
  for (const auto& [key, value] : meant) {
    const auto at = all.find(key);
    some[key] = at == all.end() ? "(not set)" : at->second;
  }
  return show(some);
}

/// The versions of Istio on which `listen` can be rendered.
std::string istio_for(std::string_view listen) {
  if (listen == "loopback") return "mesh.istio=..1.9";
  return listen == "pod-ip" ? "mesh.istio=1.10.." : "mesh.istio=any";
}

/// What Cassandra must read if it listens at `listen`.
Settings addresses(std::string_view listen) {
  const std::string ip(pod_ip);
  return {{"listen_address", listen == "pod-ip" ? ip : "127.0.0.1"},
          {"listen_on_broadcast_address", listen == "both" ? "true" : "(not set)"},
          {"broadcast_address", ip},
          {"broadcast_rpc_address", ip},
          {"rpc_address", "0.0.0.0"},
          {"endpoint_snitch", "GossipingPropertyFileSnitch"},
          {"cluster_name", "K8Demo"},
          {"dc", "DC1-K8Demo"}};
}

constexpr std::array listens{"both", "loopback", "pod-ip"};

Strings sets_for(const Image& image, std::string_view listen) {
  return {"image=" + image.name, fmt::format("listen={}", listen), istio_for(listen)};
}

void must_refuse(const Sandbox& sandbox, const Container& container, std::string_view line,
                 std::string_view file, bool as_nobody = false) {
  const auto result = sandbox.start(container, as_nobody);
  INFO(result.err);
  CHECK(result.status == 1);
  CHECK(sandbox.started().empty());
  const auto path = sandbox.root().string() + std::string(file);
  CHECK(result.err.ends_with(
      fmt::format("cassmesh: could not set '{}' in {}: is this another image, or read-only?\n"
                  "cassmesh: Cassandra is not started, as its peers could not reach it.\n",
                  line, path)));
}

std::string replaced(std::string text, std::string_view old, std::string_view with) {
  const auto at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), with);
}

/// Every script of a manifest: the container's and the probe's.
std::map<std::string, std::string> rendered_scripts() {
  std::map<std::string, std::string> scripts;
  const Strings other_ports{"ports.cql=19042", "ports.internode=17000", "ports.internodeTls=17001",
                            "ports.jmx=17199"};
  for (const auto& image : images) {
    for (const auto* listen : listens) {
      auto sets = sets_for(image, listen);
      sets.insert(sets.end(), other_ports.begin(), other_ports.end());
      for (const auto& with : {sets_for(image, listen), sets}) {
        const auto rendered = container(with);
        const auto name = fmt::format("{}", fmt::join(with, " "));
        if (!rendered.script().empty()) scripts[name] = rendered.script();
        scripts[name + " readiness"] = rendered.ready;
      }
    }
  }
  return scripts;
}

}  // namespace

// --- starts that go well -------------------------------------------------------------------------

TEST_CASE(
    "Cassandra ends up listening where it is meant to, on every image, and after a restart too") {
  for (const auto& image : images) {
    for (const auto* listen : listens) {
      DYNAMIC_SECTION(image.name << " listening at " << listen) {
        const auto rendered = container(sets_for(image, listen));
        const Sandbox sandbox(image);
        auto meant = addresses(listen);
        meant.insert({{"native_transport_port", "9042"},
                      {"storage_port", "7000"},
                      {"ssl_storage_port", "7001"},
                      {"JMX_PORT", "7199"}});
        for (const auto* which : {"first start", "container restart on the same files"}) {
          CAPTURE(which);
          const auto result = sandbox.start(rendered);
          INFO(result.err);
          CHECK(result.status == 0);
          CHECK(result.err.empty());
          CHECK(!sandbox.started().empty());
          CHECK(found(sandbox, meant) == show(meant));
        }
      }
    }
  }
}

TEST_CASE("other ports, names and seeds arrive in the files that Cassandra reads") {
  for (const auto& image : images) {
    for (const auto* listen : listens) {
      DYNAMIC_SECTION(image.name << " listening at " << listen) {
        auto sets = sets_for(image, listen);
        for (const auto* set :
             {"ports.cql=19042", "ports.internode=17000", "ports.internodeTls=17001",
              "ports.jmx=17199", "cluster.name=Orders of 2024", "cluster.datacenter=eu-west",
              "cluster.numTokens=4", "namespace=shop"}) {
          sets.emplace_back(set);
        }
        const auto rendered = container(sets);
        const Sandbox sandbox(image);
        auto meant = addresses(listen);
        meant["cluster_name"] = "Orders of 2024";
        meant["dc"] = "eu-west";
        meant.insert({{"native_transport_port", "19042"},
                      {"storage_port", "17000"},
                      {"ssl_storage_port", "17001"},
                      {"JMX_PORT", "17199"},
                      {"num_tokens", "4"}});
        for (int i = 0; i < 2; ++i) {
          const auto result = sandbox.start(rendered);
          INFO(result.err);
          CHECK(result.status == 0);
          CHECK(found(sandbox, meant) == show(meant));
        }
        const auto text = output::read_file(sandbox.yaml());
        CHECK(text.find("cassandra-0.cassandra.shop.svc.cluster.local") != std::string::npos);
      }
    }
  }
}

TEST_CASE("a port that is left out of the Service stays as the image has it") {
  for (const auto& image : images) {
    DYNAMIC_SECTION(image.name) {
      auto sets = sets_for(image, "both");
      sets.insert(sets.end(), {"ports.jmx=false", "ports.internodeTls=false"});
      const Sandbox sandbox(image);
      CHECK(sandbox.start(container(sets)).status == 0);
      CHECK(sandbox.settings()["JMX_PORT"] == "7199");
      CHECK(sandbox.settings()["ssl_storage_port"] == "7001");
    }
  }
}

TEST_CASE("what the container runs takes the place of its script, so that signals reach it") {
  for (const auto& image : images) {
    DYNAMIC_SECTION(image.name) {
      const Sandbox sandbox(image);
      const auto result = sandbox.start(container(sets_for(image, "both")));
      REQUIRE(!sandbox.started().empty());
      const std::map<std::string, std::string> first{
          {"google-samples", "dumb-init"}, {"official", "-f"}, {"bitnami", "-R -f"}};
      CHECK(sandbox.started()[0] == fmt::format("{} {}", result.pid, first.at(image.flavour)));
    }
  }
}

TEST_CASE("a user who may write the configuration but does not own it can start Cassandra") {
  if (!is_root()) {
    WARN("skipped: it takes root to become another user");
    return;
  }
  const Sandbox sandbox(official);
  const auto folder = sandbox.configuration();
  for (const auto& path : {folder, folder / "cassandra.yaml"})
    REQUIRE(chown(path.c_str(), 0, 0) == 0);
  fs::permissions(folder, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  fs::permissions(folder / "cassandra.yaml", fs::perms::all & ~fs::perms::owner_exec);
  const auto result = sandbox.start(container(sets_for(official, "both")), true);
  INFO(result.err);
  CHECK(result.status == 0);
  CHECK(found(sandbox, addresses("both")) == show(addresses("both")));
}

TEST_CASE("line ends of Windows in cassandra.yaml do no harm") {
  for (const auto& image : {google_samples, official}) {
    DYNAMIC_SECTION(image.name) {
      const Sandbox sandbox(image);
      const auto text =
          std::regex_replace(output::read_file(sandbox.yaml()), std::regex("\n"), "\r\n");
      sandbox.write(sandbox.yaml(), text);
      CHECK(sandbox.start(container(sets_for(image, "both"))).status == 0);
      CHECK(found(sandbox, addresses("both")) == show(addresses("both")));
    }
  }
}

TEST_CASE("a container that starts as its image says has no script") {
  for (const auto& image : images) {
    CAPTURE(image.name);
    const auto rendered = container(sets_for(image, "pod-ip"));
    CHECK(rendered.command.empty());
    CHECK(rendered.args.empty());
  }
  const auto custom =
      container({"image=example.org/db:1", "flavour=custom", "version=4.1.3", "mesh.istio=1.10.."});
  CHECK(custom.command.empty());
  CHECK(custom.args.empty());
}

// --- starts that must not be ---------------------------------------------------------------------

TEST_CASE("a run.sh in which the override can't take stops the container") {
  const Image& image = google_samples;
  const auto rendered = container(sets_for(image, "both"));
  const std::string own = "CASSANDRA_LISTEN_ADDRESS=${POD_IP:-$HOSTNAME}\n";
  const std::vector<std::pair<std::string, std::string>> replacements{
      {"the line is not there", ""},
      {"it is indented", "  " + own},
      {"it is exported", "export " + own},
      {"it is there twice", own + own},
      {"a second one is indented", own + "if true; then\n  " + own + "fi\n"},
      {"a second one is exported", own + "export " + own},
      {"a second one is declared", own + "declare -x " + own},
      {"a second one stands behind another command", own + "[ -z \"$X\" ] && " + own},
      {"a second one stands behind a semicolon", own + "true;" + own},
  };
  for (const auto& [what, with] : replacements) {
    DYNAMIC_SECTION(what) {
      const Sandbox sandbox(image);
      const auto script = sandbox.root() / "run.sh";
      sandbox.write(script, replaced(output::read_file(script), own, with));
      must_refuse(sandbox, rendered, "CASSANDRA_LISTEN_ADDRESS=127.0.0.1", "/run.sh");
    }
  }
}

TEST_CASE("a cassandra.yaml in which a setting can't take stops the container") {
  const std::vector<std::pair<std::string, std::string>> keys{
      {"listen_address", "127.0.0.1"},
      {"broadcast_address", std::string(pod_ip)},
      {"listen_on_broadcast_address", "true"},
      {"native_transport_port", "19042"},
      {"storage_port", "17000"},
      {"ssl_storage_port", "17001"},
  };
  for (const auto& image : {google_samples, official}) {
    auto sets = sets_for(image, "both");
    for (const auto* set :
         {"ports.cql=19042", "ports.internode=17000", "ports.internodeTls=17001"}) {
      sets.emplace_back(set);
    }
    const auto rendered = container(sets);
    for (const auto& [key, value] : keys) {
      DYNAMIC_SECTION(image.name << " " << key) {
        const auto line = fmt::format("{}: {}", key, value);
        const std::regex own("(^|\n)(# )?" + key + ":.*");
        for (const auto* form : {"", "$1 {}: x", "$1{} : x", "$1  {}: x", "$1{0}: x\n  {0}: x",
                                 "$1{0}: x\n# {0}: x", "$1{0}: x\n{{a: b, {0}: x}}"}) {
          CAPTURE(form);
          const auto with = fmt::format(fmt::runtime(form), key);
          const Sandbox sandbox(image);
          sandbox.write(sandbox.yaml(),
                        std::regex_replace(output::read_file(sandbox.yaml()), own, with));
          must_refuse(sandbox, rendered, line, "/etc/cassandra/cassandra.yaml");
        }
      }
    }
  }
}

TEST_CASE("a cassandra-env.sh without the port of JMX stops the container") {
  for (const auto& image : {google_samples, official}) {
    DYNAMIC_SECTION(image.name) {
      auto sets = sets_for(image, "pod-ip");
      sets.emplace_back("ports.jmx=17199");
      const Sandbox sandbox(image);
      const auto file = sandbox.configuration() / "cassandra-env.sh";
      sandbox.write(file,
                    replaced(output::read_file(file), "\nJMX_PORT=", "\nif true; then JMX_PORT="));
      must_refuse(sandbox, container(sets), "JMX_PORT=17199", "/etc/cassandra/cassandra-env.sh");
    }
  }
}

TEST_CASE("Bitnami's image stops where its set-up did not write what was asked") {
  const Image& image = bitnami;
  const auto rendered = container(sets_for(image, "both"));
  const std::vector<std::pair<std::string, std::string>> keys{
      {"listen_address", "127.0.0.1"},
      {"broadcast_address", std::string(pod_ip)},
      {"listen_on_broadcast_address", "true"},
  };
  const std::string file = "/opt/bitnami/cassandra/conf/cassandra.yaml";
  for (const auto& [key, value] : keys) {
    DYNAMIC_SECTION(key) {
      const auto line = fmt::format("{}: {}", key, value);
      const Sandbox sandbox(image);
      const auto defaults = sandbox.root() / "opt/bitnami/cassandra/conf.default/cassandra.yaml";
      const std::regex own("(^|\n)(# )?" + key + ":.*");
      sandbox.write(defaults, std::regex_replace(output::read_file(defaults), own, ""));
      must_refuse(sandbox, rendered, line, file);
    }
  }
  SECTION("the set-up did nothing") {
    const Sandbox sandbox(image);
    sandbox.write(sandbox.root() / "opt/bitnami/scripts/cassandra/setup.sh", "exit 0\n");
    must_refuse(sandbox, rendered, "listen_address: 127.0.0.1", file);
  }
  SECTION("it writes without quotes, which is as good") {
    const Sandbox sandbox(image);
    const auto setup = sandbox.root() / "opt/bitnami/scripts/cassandra/setup.sh";
    sandbox.write(setup, replaced(output::read_file(setup), R"("${3-\'}")", R"("")"));
    CHECK(sandbox.start(rendered).status == 0);
  }
}

TEST_CASE("missing files and folders stop the container") {
  SECTION("no run.sh") {
    const Sandbox sandbox(google_samples);
    fs::remove(sandbox.root() / "run.sh");
    must_refuse(sandbox, container(sets_for(google_samples, "both")),
                "CASSANDRA_LISTEN_ADDRESS=127.0.0.1", "/run.sh");
  }
  SECTION("no cassandra.yaml") {
    const Sandbox sandbox(google_samples);
    fs::remove(sandbox.yaml());
    must_refuse(sandbox, container(sets_for(google_samples, "both")), "listen_address: 127.0.0.1",
                "/etc/cassandra/cassandra.yaml");
  }
  SECTION("a folder instead of cassandra.yaml") {
    const Sandbox sandbox(official);
    fs::remove(sandbox.yaml());
    fs::create_directory(sandbox.yaml());
    must_refuse(sandbox, container(sets_for(official, "both")), "listen_address: 127.0.0.1",
                "/etc/cassandra/cassandra.yaml");
  }
  SECTION("no folder for temporary files") {
    const Sandbox sandbox(official);
    fs::remove_all(sandbox.root() / "tmp");
    must_refuse(sandbox, container(sets_for(official, "both")), "listen_address: 127.0.0.1",
                "/etc/cassandra/cassandra.yaml");
  }
}

TEST_CASE("read-only files and folders stop the container") {
  using enum fs::perms;
  const auto readable = owner_read | group_read | others_read;
  SECTION("the folder of run.sh") {
    const Sandbox sandbox(google_samples);
    fs::permissions(sandbox.root(), readable | owner_exec | group_exec | others_exec);
    must_refuse(sandbox, container(sets_for(google_samples, "both")),
                "CASSANDRA_LISTEN_ADDRESS=127.0.0.1", "/run.sh", true);
    fs::permissions(sandbox.root(), owner_write, fs::perm_options::add);
  }
  for (const auto& image : {google_samples, official}) {
    DYNAMIC_SECTION("cassandra.yaml of " << image.name) {
      const Sandbox sandbox(image);
      fs::permissions(sandbox.yaml(), readable);
      must_refuse(sandbox, container(sets_for(image, "both")), "listen_address: 127.0.0.1",
                  "/etc/cassandra/cassandra.yaml", true);
      CHECK(sandbox.settings()["listen_address"] == "localhost");
    }
  }
}

// --- the scripts themselves ----------------------------------------------------------------------

TEST_CASE("what a linter looks for stands in the scripts word for word") {
  const auto google = container(sets_for(google_samples, "both")).script();
  CHECK(
      google.find("sed -i 's/^CASSANDRA_LISTEN_ADDRESS=.*/CASSANDRA_LISTEN_ADDRESS=\"127.0.0.1\"/' "
                  "/run.sh\n") != std::string::npos);
  for (const auto& image : images) {
    CHECK(container(sets_for(image, "both")).script().find("listen_on_broadcast_address: true") !=
          std::string::npos);
  }
}

TEST_CASE("bash and shellcheck find nothing wrong with the scripts") {
  const TemporaryFolder folder;
  const Environment environment{{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}};
  const bool has_shellcheck =
      run({"/bin/sh", "-c", "command -v shellcheck"}, environment).status == 0;
  if (!has_shellcheck) WARN("shellcheck is not installed: only bash -n");
  std::map<std::string, std::string> seen;
  for (const auto& [name, script] : rendered_scripts()) seen.emplace(script, name);
  CHECK(seen.size() > 10);
  for (const auto& [script, name] : seen) {
    CAPTURE(name, script);
    CHECK(render::escape_for_kubelet(script) == script);  // so that a manifest shows what is run
    const auto file = folder.path() / "script";
    std::ofstream(file) << script;
    const auto parsed = run({"/bin/bash", "-n", file.string()}, environment);
    CHECK(parsed.err.empty());
    CHECK(parsed.status == 0);
    if (!has_shellcheck) continue;
    const auto checked =
        run({"/usr/bin/env", "shellcheck", "-s", "bash", file.string()}, environment);
    CHECK(checked.out.empty());
    CHECK(checked.status == 0);
  }
}

TEST_CASE("the kubelet's expansion of an escaped text gives the text again") {
  const Environment environment{{"POD_IP", "10.0.0.1"}};
  for (const std::string text : {"$(POD_IP)", "$$(POD_IP)", "$$$(POD_IP)", "$", "$$", "$(", "$(x",
                                 "${x}", "a$(b)c$", "$)($", "$x$(POD_IP)", "\\$(POD_IP)"}) {
    CAPTURE(text);
    CHECK(expanded(render::escape_for_kubelet(text), environment) == text);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (auto length = random() % 12; length > 0; --length) text += "$$$()POD_IP "[random() % 12];
    CAPTURE(text);
    CHECK(expanded(render::escape_for_kubelet(text), environment) == text);
  }
}

// --- the readiness probe -------------------------------------------------------------------------

TEST_CASE("a pod is ready when nodetool says that this very pod is up and normal") {
  const auto ready = container({}).ready;
  const TemporaryFolder folder;
  const std::string head =
      "Datacenter: DC1-K8Demo\n======================\nStatus=Up/Down\n"
      "|/ State=Normal/Leaving/Joining/Moving\n"
      "--  Address      Load       Tokens  Owns    Host ID                               Rack\n";
  const std::string rest =
      "   100.5 KiB  256     100.0%  0c2e6b5e-0000-4000-8000-10.0.0.1  Rack1-K8Demo\n";
  const auto status = [&](const std::string& ip, const std::string& lines) {
    const auto file = folder.path() / "status";
    std::ofstream(file) << head << lines;
    return run({"/bin/bash", "-c", ready},
               {{"PATH", (source_folder() / "tests/start/bin").string() + ":/usr/bin:/bin"},
                {"POD_IP", ip},
                {"NODETOOL_STATUS", file.string()}})
        .status;
  };
  CHECK(status("10.0.0.1", "UN  10.0.0.1" + rest) == 0);
  CHECK(status("10.0.0.1",
               "UN  10.0.0.10" + rest + "UN  10.0.0.1" + rest + "DN  10.0.0.3" + rest) == 0);
  CHECK(status("fd00::1", "UN  fd00::1" + rest) == 0);
  for (const auto* other :
       {"10.0.0.10", "10.0.0.11", "110.0.0.1", "10.0.0.2", "10x0.0.1", "1000.0.1", "10.0.011"}) {
    CAPTURE(other);
    CHECK(status("10.0.0.1", fmt::format("UN  {}{}", other, rest)) == 1);
  }
  for (const auto* state : {"DN", "UJ", "UL", "UM", "?N", "DL"}) {
    CAPTURE(state);
    CHECK(status("10.0.0.1", fmt::format("{}  10.0.0.1{}UN  10.0.0.2{}", state, rest, rest)) == 1);
  }
  CHECK(status("10.0.0.1", "") == 1);
  const auto broken =
      run({"/bin/bash", "-c", ready}, {{"PATH", "/usr/bin:/bin"}, {"POD_IP", "10.0.0.1"}});
  CHECK(broken.status == 1);  // no nodetool
}
