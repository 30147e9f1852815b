#include "render/templates.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "cassmesh/error.hpp"
#include "cassmesh/render.hpp"
#include "files.hpp"
#include "support.hpp"

using namespace cassmesh;
using render::Templates;
using yaml::Value;
namespace fs = std::filesystem;

namespace {

void write(const TemporaryFolder& folder, std::string_view name, std::string_view text) {
  files::write_file(folder.path() / name, text);
}

/// `text` with the folder's path written as `DIR`.
std::string without_path(const TemporaryFolder& folder, std::string text) {
  const auto name = folder.path().generic_string();
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
    text.replace(at, name.size(), "DIR");
  }
  return text;
}

/// What Error says that `run` throws; empty if it throws none.
std::string error_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

const render::Values some_values{
    {"name", Value::string("ring")},
    {"number", Value::integer(3)},
    {"text", Value::string("on")},
    {"lines", Value::string("a\nb\n")},
    {"map", Value::mapping({{"a", Value::string("b")}})},
    {"list", Value::strings({"x", "z"})},
    {"absent", Value()},
};

/// Fills in a template in place of service.yaml: the object as YAML, or what went wrong.
std::string filled(std::string_view text) {
  const TemporaryFolder folder;
  write(folder, "service.yaml", text);
  std::string result;
  const auto error = error_of(
      [&] { result = write_yaml(Templates(folder.path()).fill("service.yaml", some_values)); });
  return error.empty() ? result : without_path(folder, error);
}

/// What every object needs to be one.
constexpr std::string_view identity = "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n";

void collect_origins(const Value& value, std::vector<std::string>& keys, const std::string& key) {
  if (value.origin) keys.push_back(key);
  for (const auto& entry : value.entries) collect_origins(entry.value, keys, entry.key);
}

std::string rendered_with(const fs::path& folder, const std::string& spec_text = "") {
  Sources sources;
  const auto& source = sources.add("spec.yaml", spec_text);
  const std::vector<const Source*> files{&source};
  std::vector<Finding> problems;
  const auto spec = spec::read(files, {}, problems);
  const auto manifest =
      render::render(spec, {.origin = "spec.yaml", .command = "", .templates = folder}, problems);
  REQUIRE(manifest);
  return manifest->text();
}

std::set<std::string, std::less<>> all_placeholders() {
  std::set<std::string, std::less<>> all;
  for (const auto& [name, text] : render::embedded_templates()) {
    all.merge(Templates().placeholders(name));
  }
  return all;
}

}  // namespace

TEST_CASE("every template is valid YAML before it is filled in, and one object") {
  CHECK(render::embedded_templates().size() == 11);
  for (const auto& [name, text] : render::embedded_templates()) {
    DYNAMIC_SECTION(name) {
      CHECK(text == files::read_file(source_folder() / "templates" / name));
      const Source source(1, std::string(name), std::string(text));
      const auto documents = yaml::parse(source);
      REQUIRE(documents.size() == 1);
      CHECK(documents.front().problems().empty());
      const auto root = documents.front().root();
      for (const auto* key : {"apiVersion", "kind", "metadata"}) CHECK(root[key]);
      CHECK(root["metadata"]["name"]);
    }
  }
}

TEST_CASE(
    "every placeholder of a template is given a value, and every value that is given has one") {
  const auto source = files::read_file(source_folder() / "src/render/objects.cpp");
  const auto placeholders = all_placeholders();
  CHECK(placeholders.size() > 30);
  for (const auto& name : placeholders) {
    INFO(name);
    CHECK(source.find(fmt::format("\"{}\"", name)) != std::string::npos);
  }
  const std::regex given(R"re(values\["(\w+)"\])re");
  for (auto match = std::sregex_iterator(source.begin(), source.end(), given);
       match != std::sregex_iterator(); ++match) {
    INFO(match->str(1));
    CHECK(placeholders.contains(match->str(1)));
  }
}

TEST_CASE("every template can be filled in") {
  // All templates are used between these two, so that no placeholder of one is unknown.
  const TemporaryFolder folder;
  for (const auto& [name, text] : render::embedded_templates()) write(folder, name, text);
  const auto both = rendered_with(folder.path(),
                                  "mesh: {istio: '1.4', mtls: strict, clients: [{namespace: a}]}\n"
                                  "testClient: true\npodDisruptionBudget: {maxUnavailable: 1}\n") +
                    rendered_with(folder.path(), "mesh: {mtls: strict}");
  for (const auto& name : all_placeholders()) {
    CHECK(both.find(fmt::format("${{{}}}", name)) == std::string::npos);
  }
  for (const auto& [name, text] : render::embedded_templates()) {
    const Source source(1, std::string(name), std::string(text));
    const auto documents = yaml::parse(source);
    const auto kind = documents.front().root()["kind"].text();
    INFO(name);
    CHECK(both.find(fmt::format("kind: {}\n", kind)) != std::string::npos);
  }
}

TEST_CASE("what is left out of a manifest leaves no empty parent and no comment") {
  for (const std::string spec :
       {"", "createNamespace: false\nserviceAccount: a", "ports: {jmx: false}\nresources: {}",
        "mesh: {mode: none}", "mesh: {mode: ambient}\nsecurityContext: {}\ntestClient: true",
        "image: example.com/a:1\nlisten: pod-ip", "labels: {}\nannotations: {}\nenv: []"}) {
    INFO(spec);
    const TemporaryFolder one_file;
    write(one_file, "policy.yaml", "a: 1\n");  // which is not used here
    const auto text = rendered_with(one_file.path(), spec);
    INFO(text);
    for (const auto* trace : {"{}", "[]", ": null", "- null", ":\n---"}) {
      CHECK(text.find(trace) == std::string::npos);
    }
  }
}

TEST_CASE("a placeholder becomes the value that is given for it") {
  struct Row {
    std::string text;
    std::string filled;
  };
  const std::vector<Row> rows{
      {"a: ${name}\n", "a: ring\n"},
      {"a: ${number}\n", "a: 3\n"},
      {"a: '${number}'\n", "a: 3\n"},
      {"a: ${text}\n", "a: \"on\"\n"},
      {"a: ${lines}\n", "a: |\n  a\n  b\n"},
      {"a: ${map}\nb: ${list}\n", "a:\n  a: b\nb:\n  - x\n  - z\n"},
      {"a: [x, '${name}']\n", "a:\n  - x\n  - ring\n"},

      // Within a text, and in keys.
      {"a: ${name}.svc\n", "a: ring.svc\n"},
      {"a: x-${name}-${number}\n", "a: x-ring-3\n"},
      {"a: ${name}${name}\n", "a: ringring\n"},
      {"a: ${number}${number}\n", "a: \"33\"\n"},
      {"a: 'x: ${text}'\n", "a: \"x: on\"\n"},
      {"${name}: 1\nb-${number}: 2\n", "ring: 1\nb-3: 2\n"},
      {"a: |\n  echo ${name}\n", "a: |\n  echo ring\n"},

      // What is no placeholder stays, with its type.
      {"a: $(POD_IP) $HOME $\nb: 5\nc: '5'\nd: true\ne: {}\nf: null\n",
       "a: $(POD_IP) $HOME $\nb: 5\nc: \"5\"\nd: true\ne: {}\nf: null\n"},

      // What is absent goes with its key and every parent that it leaves empty.
      {"a: ${absent}\nb: 1\n", "b: 1\n"},
      {"a: {b: {c: '${absent}'}}\nd: 1\n", "d: 1\n"},
      {"a: {b: '${absent}', c: 2}\n", "a:\n  c: 2\n"},
      {"a: ['${absent}', x]\n", "a:\n  - x\n"},
      {"a: [{b: '${absent}'}]\nd: 1\n", "d: 1\n"},

      // Comments go where their key goes.
      {"# One.\n# Two.\na: 1\n# Gone.\nb: ${absent}\n\n# Three.\nc: 1  # not kept\n",
       "# One.\n# Two.\na: 1\n# Three.\nc: 1\n"},
      {"a:\n  # Inner.\n  b: 1\n  #\n  #tight\n  c: 2\n",
       "a:\n  # Inner.\n  b: 1\n  #\n  # tight\n  c: 2\n"},
      {"a:\n  # An item.\n  - b: 1\n    c: 2\n  # Another.\n  - x\n",
       "a:\n  # An item.\n  - b: 1\n    c: 2\n  # Another.\n  - x\n"},
      {"---\n# One.\na: 1\n", "# One.\na: 1\n"},
  };
  for (const auto& [text, result] : rows) {
    INFO(text);
    CHECK(filled(text + std::string(identity)) == result + std::string(identity));
  }
}

TEST_CASE("a template with the line ends of Windows is filled in as any other") {
  const std::string text = "# One.\n#\n" + std::string(identity) + "# Two.\na: ${name}\n";
  CHECK(filled(std::regex_replace(text, std::regex("\n"), "\r\n")) == filled(text));
}

TEST_CASE("what a template holds stands nowhere in the user's files") {
  const TemporaryFolder folder;
  write(folder, "service.yaml",
        std::string(identity) + "a: null\nb: [1, null, {c: ~}]\nd: {}\ne:\nf: ${name}\n");
  const auto object = Templates(folder.path()).fill("service.yaml", some_values);
  std::vector<std::string> keys;
  collect_origins(object, keys, "");
  CHECK(keys == std::vector<std::string>{});
}

TEST_CASE("a template that can't be filled in says where and why") {
  struct Row {
    std::string text;
    std::string error;
  };
  const std::vector<Row> rows{
      {"kind: Service\nmetadata:\n  name: ${nane}\n",
       "DIR/service.yaml:3:9: unknown placeholder '${nane}': did you mean '${name}'?"},
      {"a: ${somethingElse}\n", "DIR/service.yaml:1:4: unknown placeholder '${somethingElse}'"},
      {"a: ${}\n", "DIR/service.yaml:1:4: unknown placeholder '${}'"},
      {"a: x-${nam}\n",
       "DIR/service.yaml:1:4: unknown placeholder '${nam}': did you mean '${name}'?"},
      {"  ${nam}: 1\n",
       "DIR/service.yaml:1:3: unknown placeholder '${nam}': did you mean '${name}'?"},
      {"a: x-${map}\n", "DIR/service.yaml:1:4: '${map}' is no text and stands within one"},
      {"a:\n  - 1\n  - ${list}-x\n",
       "DIR/service.yaml:3:5: '${list}' is no text and stands within one"},
      {"a: x${absent}\n", "DIR/service.yaml:1:4: '${absent}' is no text and stands within one"},
      {"a: b\n${map}: 1\n", "DIR/service.yaml:2:1: '${map}' is no text and stands within one"},
      {"a: ${name\n", "DIR/service.yaml:1:4: placeholder without a closing '}'"},
      {"a: ${name} ${\n", "DIR/service.yaml:1:4: placeholder without a closing '}'"},
      {"a: 1\n---\nb: 2\n", "DIR/service.yaml: a template holds one object, this one 2"},
      {"- ${name}\n", "DIR/service.yaml: a template holds one object, this one 0"},
      {"", "DIR/service.yaml: a template holds one object, this one 0"},
      {"# nothing\n", "DIR/service.yaml: a template holds one object, this one 0"},
      {"text\n", "DIR/service.yaml: a template holds one object, this one 0"},
  };
  for (const auto& [text, error] : rows) {
    INFO(text);
    CHECK(filled(text) == error);
  }
  const std::vector<Row> nameless{
      {"kind: Service\nmetadata:\n  name: x\n",
       "DIR/service.yaml: has no apiVersion: the built-in template has 'v1' there"},
      {"apiVersion: v1\nmetadata:\n  name: x\n",
       "DIR/service.yaml: has no kind: the built-in template has 'Service' there"},
      {"apiVersion: v1\nkind: Service\n",
       "DIR/service.yaml: has no metadata.name: the built-in template has '${name}' there"},
      {"apiVersion: v1\nkind: Service\nmetadata:\n  name: ${absent}\n",
       "DIR/service.yaml: has no metadata.name: the built-in template has '${name}' there"},
      {"apiVersion: v1\nkind: Service\nmetadata:\n  name: null\n",
       "DIR/service.yaml: has no metadata.name: the built-in template has '${name}' there"},
  };
  for (const auto& [text, error] : nameless) {
    INFO(text);
    CHECK(filled(text) == error);
  }
  CHECK(filled("a: [1\n").starts_with("DIR/service.yaml:1:4: "));
  CHECK(filled("a: 1\n---\nb: 'x\n").starts_with("DIR/service.yaml:3:4: "));
}

TEST_CASE("a folder of templates goes over the built-in ones, file by file") {
  const TemporaryFolder folder;
  write(folder, "namespace.yaml",
        "# Ours.\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${namespace}\n"
        "  labels:\n    team: blue\n    app: ${name}\n");
  write(folder, "README.md", "What is no YAML is none of ours.\n");
  const auto text = rendered_with(folder.path(), "namespace: db");
  const auto plain = rendered_with(source_folder() / "templates", "namespace: db");
  const auto first = text.find("---\n");
  CHECK(text.substr(text.find("# Ours."), first - text.find("# Ours.")) ==
        "# Ours.\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: db\n"
        "  labels:\n    team: blue\n    app: cassandra\n");
  CHECK(text.substr(first) == plain.substr(plain.find("---\n")));
}

TEST_CASE("a folder of templates that can't be used is refused") {
  const TemporaryFolder folder;
  const std::string names =
      "authorization-policy.yaml, cqlsh-noistio.yaml, cqlsh.yaml, destination-rule.yaml, "
      "namespace.yaml, peer-authentication.yaml, pod-disruption-budget.yaml, policy.yaml, "
      "service-account.yaml, service.yaml, stateful-set.yaml";
  const auto error = [&](const fs::path& path) {
    return without_path(folder, error_of([&] { const Templates templates(path); }));
  };
  CHECK(error(folder.path() / "none") == "DIR/none: no such folder of templates");
  CHECK(error(folder.path()) == "DIR: holds no template; the templates are " + names);
  write(folder, "services.yaml", "a: 1\n");
  CHECK(error(folder.path() / "services.yaml") == "DIR/services.yaml: no such folder of templates");
  CHECK(error(folder.path()) ==
        "DIR/services.yaml: no template has this name: did you mean 'service.yaml'?; the templates "
        "are " +
            names);
  fs::rename(folder.path() / "services.yaml", folder.path() / "config-map.yml");
  CHECK(error(folder.path()) ==
        "DIR/config-map.yml: no template has this name; the templates are " + names);
  write(folder, "apples.yaml", "a: 1\n");
  write(folder, "zebras.yaml", "a: 1\n");
  CHECK(error(folder.path()).starts_with("DIR/apples.yaml: no template has this name"));
}

TEST_CASE("a template that can't be read says so by its path") {
  const TemporaryFolder folder;
  const auto error = [&] {
    return without_path(folder, error_of([&] { const Templates templates(folder.path()); }));
  };
  const auto path = folder.path() / "service.yaml";
  fs::create_directory(path);
  CHECK(error() == "DIR/service.yaml: is a folder, not a file");
  fs::remove(path);
  fs::create_symlink("nowhere", path);
  CHECK(error() == "DIR/service.yaml: no such file");
  fs::remove(path);
  write(folder, "service.yaml", "a: 1\n");
  fs::permissions(path, fs::perms::none);
  {
    const WithoutRoot nobody;
    CHECK(error() == "DIR/service.yaml: cannot be read");
  }
  fs::permissions(folder.path(), fs::perms::none);
  {
    const WithoutRoot nobody;
    CHECK(error() == "DIR: cannot be read: Permission denied");
  }
  fs::permissions(folder.path(), fs::perms::owner_all);
}
