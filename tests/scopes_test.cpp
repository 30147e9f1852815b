#include "lint/scopes.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

/// Files of the working folder, which `find_files` finds.
using Files = std::vector<std::pair<std::string, std::string>>;

std::string service(const std::string& name) {
  return fmt::format("{{apiVersion: v1, kind: Service, metadata: {{name: {}}}}}\n", name);
}

/// The scopes of some paths: a line each with its objects, as `name@file`, then what is not
/// checked.
std::string scopes_of(const Files& files, const config::Config& config = {},
                      const std::vector<std::string>& paths = {"."}) {
  const Workplace place;
  for (const auto& [path, text] : files) {
    if (path.find('/') != std::string::npos) fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << text;
  }
  Sources sources;
  std::vector<const Source*> inputs;
  for (const auto& path : lint::find_files(paths, config)) {
    std::ifstream in(path);
    inputs.push_back(&sources.add(path, std::string(std::istreambuf_iterator<char>(in), {})));
  }
  lint::Project project(sources, inputs);
  const auto [scopes, not_checked] = lint::make_scopes(project, config);
  std::string text;
  for (const auto& scope : scopes) {
    text += fmt::format("[{}]", scope.name);
    if (scope.istio) text += " " + mesh::to_string(*scope.istio);
    for (const auto& object : scope.objects) {
      text += fmt::format(" {}@{}", object["metadata"]["name"].text(), object.source().name());
    }
    text += scope.lacks_objects ? " …\n" : "\n";
  }
  for (const auto& [file, reason] : not_checked) text += fmt::format("{}: {}\n", file, reason);
  return text;
}

config::Config configured(std::vector<config::ConfiguredScope> scopes) {
  config::Config config;
  config.scopes = std::move(scopes);
  return config;
}

const Files overlays{
    {"base/kustomization.yaml", "resources: [ring.yaml]\n"},
    {"base/ring.yaml", service("ring")},
    {"base/notes.yaml", service("unnamed")},
    {"overlays/dev/kustomization.yaml", "namePrefix: dev-\nresources: [../../base]\n"},
    {"overlays/prod/kustomization.yaml",
     "resources: [../../base, extra.yaml]\npatches:\n- path: patch.yaml\n"},
    {"overlays/prod/extra.yaml", service("extra")},
    {"overlays/prod/patch.yaml",
     "{apiVersion: v1, kind: Service, metadata: {name: ring}, spec: {clusterIP: None}}\n"},
};

}  // namespace

TEST_CASE("without kustomizations all files are one scope") {
  CHECK(scopes_of({}) == "");
  CHECK(scopes_of({{"a.yaml", "# nothing\n"}, {"b.yaml", "x: 1\n"}}) == "");
  CHECK(scopes_of({{"a.yaml", service("a") + "---\n" + service("b")},
                   {"x/c.json", service("c")}}) == "[] a@a.yaml b@a.yaml c@x/c.json\n");
}

TEST_CASE("each kustomization that no other one includes is a scope") {
  CHECK(scopes_of(overlays) ==
        "[overlays/dev] dev-ring@base/ring.yaml\n"
        "[overlays/prod] ring@base/ring.yaml extra@overlays/prod/extra.yaml\n"
        "[] unnamed@base/notes.yaml\n");
}

TEST_CASE("what is linted decides who includes whom") {
  CHECK(scopes_of(overlays, {}, {"base"}) ==
        "[base] ring@base/ring.yaml\n"
        "[] unnamed@base/notes.yaml\n");
  CHECK(scopes_of(overlays, {}, {"overlays/dev"}) == "[overlays/dev] dev-ring@base/ring.yaml\n");
  CHECK(scopes_of(overlays, {}, {"overlays/prod/patch.yaml"}) ==
        "[] ring@overlays/prod/patch.yaml\n");
}

TEST_CASE("configured scopes take their files, and apply the kustomizations among them") {
  const auto istio = mesh::GivenRange::parse("1.24");
  CHECK(scopes_of(overlays, configured({{"production", {"overlays/prod"}, istio}})) ==
        "[production] 1.24 ring@base/ring.yaml extra@overlays/prod/extra.yaml\n"
        "[overlays/dev] dev-ring@base/ring.yaml\n"
        "[] unnamed@base/notes.yaml\n");
  CHECK(scopes_of(overlays, configured({{"all", {"**"}}})) ==
        "[all] dev-ring@base/ring.yaml ring@base/ring.yaml extra@overlays/prod/extra.yaml "
        "unnamed@base/notes.yaml\n");
  // Without the overlays the base is one of its own.
  CHECK(scopes_of(overlays, configured({{"base", {"/base/"}}})) ==
        "[base] ring@base/ring.yaml unnamed@base/notes.yaml\n"
        "[overlays/dev] dev-ring@base/ring.yaml\n"
        "[overlays/prod] ring@base/ring.yaml extra@overlays/prod/extra.yaml\n");
  const Files plain{{"a.yaml", service("a")}, {"b.yaml", service("b")}, {"c.yaml", service("c")}};
  CHECK(scopes_of(plain, configured({{"ab", {"a.yaml", "b.*"}}, {"bc", {"[bc].yaml"}}})) ==
        "[ab] a@a.yaml b@b.yaml\n[bc] b@b.yaml c@c.yaml\n");
  CHECK(scopes_of(plain, configured({{"none", {"nothing"}}})) == "[] a@a.yaml b@b.yaml c@c.yaml\n");
}

TEST_CASE("components are no roots") {
  const Files files{
      {"app/kustomization.yaml", "resources: [a.yaml]\ncomponents: [../used]\n"},
      {"app/a.yaml", service("a")},
      {"used/kustomization.yaml", "kind: Component\nnameSuffix: -1\nresources: [b.yaml]\n"},
      {"used/b.yaml", service("b")},
      {"unused/kustomization.yaml", "kind: Component\nresources: [c.yaml]\n"},
      {"unused/c.yaml", service("c")},
  };
  CHECK(scopes_of(files) ==
        "[app] a-1@app/a.yaml b-1@used/b.yaml\n"
        "unused/kustomization.yaml: a component that no kustomization here includes\n");
}

TEST_CASE("kustomizations in a circle are judged from the first") {
  const Files files{
      {"a/kustomization.yaml", "resources: [../b, a.yaml]\n"}, {"a/a.yaml", service("a")},
      {"b/kustomization.yaml", "resources: [../a, b.yaml]\n"}, {"b/b.yaml", service("b")},
      {"c/kustomization.yaml", "resources: [., c.yaml]\n"},    {"c/c.yaml", service("c")},
  };
  CHECK(scopes_of(files) ==
        "[a] b@b/b.yaml a@a/a.yaml\n"
        "[c] c@c/c.yaml\n"
        "a/kustomization.yaml: it includes itself\n"
        "c/kustomization.yaml: it includes itself\n");
}

TEST_CASE("what a kustomization names in any role is no object of the rest") {
  const Files files{
      {"kustomization.yaml",
       "resources: [a.yaml, missing.yaml]\n"
       "patchesStrategicMerge: [p1.yaml, \"{apiVersion: v1, kind: Service, metadata: {name: "
       "a}}\"]\n"
       "patchesJson6902: [{target: {kind: Service}, path: p2.yaml}]\n"
       "configMapGenerator: [{name: m, files: [key=data/m.yaml, data/n.yaml], envs: [e.yaml]}]\n"
       "replacements: [{path: r.yaml}]\n"
       "transformers: [t.yaml]\n"},
      {"a.yaml", service("a")},
      {"p1.yaml", service("a")},
      {"p2.yaml", "[]\n"},
      {"data/m.yaml", service("m")},
      {"data/n.yaml", service("n")},
      {"e.yaml", service("e")},
      {"r.yaml", service("r")},
      {"t.yaml", service("t")},
      {"rest.yaml", service("rest")},
  };
  CHECK(scopes_of(files) ==
        "[.] a@a.yaml …\n"
        "[] rest@rest.yaml\n"
        "kustomization.yaml: 'configMapGenerator' is not applied\n"
        "kustomization.yaml: 'replacements' is not applied\n"
        "kustomization.yaml: 'transformers' is not applied\n"
        "kustomization.yaml: resource 'missing.yaml' is not there\n");
}

TEST_CASE("a resource that can't be read is told apart from one that is not there") {
  const std::string large((std::size_t{64} << 20U) + 1, '#');
  CHECK(scopes_of({{"kustomization.yaml", "resources: [a.txt]\n"}, {"a.txt", large}}) ==
        "kustomization.yaml: resource 'a.txt' is larger than 64 MiB\n");
}

TEST_CASE("aliases of a long text cost what they copy") {
  std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  a0: &a " +
                    std::string(100'000, 'x') + "\n";
  for (int i = 1; i < 700; ++i) map += fmt::format("  a{}: *a\n", i);
  CHECK(scopes_of({{"kustomization.yaml", "namePrefix: p-\nresources: [a.yaml]\n"},
                   {"a.yaml", map}}) == "kustomization.yaml: it makes more than can be judged\n");
}

TEST_CASE("a file that looks like a kustomization without the name is none") {
  CHECK(scopes_of({{"flux.yaml",
                    "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, "
                    "metadata: {name: flux}, spec: {path: ./x}}\n"},
                   {"x/a.yaml", service("a")}}) == "[] flux@flux.yaml a@x/a.yaml\n");
}
