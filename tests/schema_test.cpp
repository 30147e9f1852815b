#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/report.hpp"
#include "cassmesh/spec.hpp"
#include "support.hpp"

using cassmesh::Finding;
using cassmesh::Source;
using cassmesh::Sources;
using cassmesh::spec::Type;
using Json = nlohmann::ordered_json;

namespace {

const Json& schema() {
  static const auto parsed = Json::parse(cassmesh::spec::json_schema());
  return parsed;
}

/// The part of the schema that is about `path`; null if there is none.
Json schema_of(std::string_view path) {
  auto part = schema();
  while (!path.empty()) {
    const auto dot = path.find('.');
    auto name = path.substr(0, dot);
    const bool items = name.ends_with("[]");
    if (items) name.remove_suffix(2);
    if (!part.contains("properties") || !part["properties"].contains(name)) return nullptr;
    part = Json(part["properties"][std::string(name)]);
    if (items) part = Json(part["items"]);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return part;
}

/// The paths of all properties below a part of the schema.
void collect(const Json& part, const std::string& path, std::set<std::string>& paths) {
  if (!part.contains("properties")) return;
  for (const auto& [name, child] : part["properties"].items()) {
    const auto here = path.empty() ? name : path + "." + name;
    paths.insert(here);
    collect(child, here, paths);
    if (child.contains("items")) collect(child["items"], here + "[]", paths);
  }
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

bool valid(const Json& value, const Json& part);

bool type_matches(const Json& value, const Json& part) {
  if (!part.contains("type")) return true;
  const auto& type = part["type"];
  if (type.is_string()) return has_type(value, type.get<std::string>());
  return std::ranges::any_of(
      type, [&](const Json& one) { return has_type(value, one.get<std::string>()); });
}

bool members_match(const Json& value, const Json& part) {
  for (const auto& name : part.value("required", Json::array())) {
    if (!value.contains(name.get<std::string>())) return false;
  }
  const auto properties = part.value("properties", Json::object());
  for (const auto& [name, child] : value.items()) {
    if (properties.contains(name)) {
      if (!valid(child, properties[name])) return false;
    } else if (part.contains("additionalProperties")) {
      const auto& others = part["additionalProperties"];
      if (others.is_boolean() ? !others.get<bool>() : !valid(child, others)) return false;
    }
  }
  return true;
}

bool text_matches(const std::string& text, const Json& part) {
  if (part.contains("maxLength") && text.size() > part["maxLength"].get<std::size_t>())
    return false;
  return !part.contains("pattern") ||
         std::regex_search(text, std::regex(part["pattern"].get<std::string>()));
}

/// As much of draft-07 as the schema uses.
bool valid(const Json& value, const Json& part) {
  if (!type_matches(value, part)) return false;
  if (part.contains("const") && value != part["const"]) return false;
  if (part.contains("enum") && std::ranges::find(part["enum"], value) == part["enum"].end())
    return false;
  if (part.contains("anyOf") &&
      std::ranges::none_of(part["anyOf"], [&](const Json& one) { return valid(value, one); })) {
    return false;
  }
  if (value.is_number() && part.contains("minimum") && value < part["minimum"]) return false;
  if (value.is_number() && part.contains("maximum") && value > part["maximum"]) return false;
  if (value.is_string() && !text_matches(value.get<std::string>(), part)) return false;
  if (value.is_array() && part.contains("items")) {
    return std::ranges::all_of(value, [&](const Json& item) { return valid(item, part["items"]); });
  }
  return !value.is_object() || members_match(value, part);
}

/// A value as a YAML reader gives it to a validator.
Json to_json(const cassmesh::yaml::Node& node) {
  if (node.is_mapping()) {
    auto object = Json::object();
    for (const auto child : node) object[std::string(child.key())] = to_json(child);
    return object;
  }
  if (node.is_sequence()) {
    auto array = Json::array();
    for (const auto child : node) array.push_back(to_json(child));
    return array;
  }
  if (!node.is_scalar()) return nullptr;
  const std::string text(node.text());
  if (node.quoted()) return text;
  const auto number = Json::parse(text, nullptr, false);
  return number.is_number() || number.is_boolean() ? number : Json(text);
}

Json yaml(std::string_view text) {
  const Source source(1, "spec.yaml", std::string(text));
  const auto documents = cassmesh::yaml::parse(source);
  return to_json(documents.front().root());
}

bool reader_takes(const std::string& text) {
  Sources texts;
  const std::vector<const Source*> files{&texts.add("spec.yaml", text)};
  std::vector<Finding> problems;
  cassmesh::spec::read(files, {}, problems);
  INFO(cassmesh::report::text(problems, texts, false));
  return problems.empty();
}

}  // namespace

TEST_CASE("the schema is a draft-07 schema of an object") {
  CHECK(schema()["$schema"] == "http://json-schema.org/draft-07/schema#");
  CHECK(schema()["type"] == "object");
  CHECK(schema()["title"].is_string());
  CHECK(cassmesh::spec::json_schema().ends_with("}\n"));
  // An address would be looked up by editors, and there is none.
  CHECK_FALSE(schema().contains("$id"));
}

TEST_CASE("the schema has every key of the table, and no other") {
  std::set<std::string> paths;
  collect(schema(), "", paths);
  for (const auto& key : cassmesh::spec::keys()) {
    CAPTURE(key.path);
    CHECK(paths.erase(std::string(key.path)) == 1);
  }
  CHECK(paths.empty());
}

TEST_CASE("the schema describes every key as the table does") {
  for (const auto& key : cassmesh::spec::keys()) {
    CAPTURE(key.path);
    const auto part = schema_of(key.path);
    REQUIRE(part.is_object());
    CHECK(part["description"].get<std::string>().starts_with(std::string(key.summary)));
    CHECK(part.contains("default") == !key.fallback.empty());
  }
}

TEST_CASE("the schema is closed at every level") {
  CHECK(schema()["additionalProperties"] == false);
  for (const auto& key : cassmesh::spec::keys()) {
    CAPTURE(key.path);
    if (key.type == Type::group) CHECK(schema_of(key.path)["additionalProperties"] == false);
    if (key.type == Type::list)
      CHECK(schema_of(std::string(key.path) + "[]")["additionalProperties"] == false);
  }
}

TEST_CASE("the schema takes the table's own defaults, examples and choices") {
  for (const auto& key : cassmesh::spec::keys()) {
    CAPTURE(key.path);
    const auto part = schema_of(key.path);
    if (!key.fallback.empty()) CHECK(valid(yaml(key.fallback), part));
    if (!key.example.empty()) CHECK(valid(yaml(key.example), part));
    if (part.contains("default")) CHECK(valid(part["default"], part));
    for (const auto choice : key.choices) CHECK(valid(Json(choice), part));
    CHECK(valid(nullptr, part));
  }
}

TEST_CASE("what the reader takes, the schema takes") {
  for (const std::string text : {
           "{}",
           "name: a\nnamespace: 1b\nlabels: {a: 1, b: true, c: x, d: null}\nannotations: {a/b: 'x: "
           "y'}\n",
           "image: localhost:5000/a_b/c.d:V1_x@sha256:0123456789abcdef0123456789abcdef\n",
           "version: 4.0-beta4\nmesh: {istio: '1.4, 1.9..1.24 , 1.10..'}\n",
           "version: 5\nmesh: {istio: 1.10}\n",
           "mesh: {istio: any, clients: [{namespace: shop, serviceAccount: a.b, ports: [9042, "
           "7000]}]}\n",
           "mesh: {istio: ..1.9}\nports: {cql: false, internode: 7005, internodeTls: null}\n",
           "storage: {size: 1.5Ti, class: a.b}\nheap: {max: 1073741824, new: 2048k}\n",
           "storage: {size: 1e3}\nheap: {max: 8G, new: 800m}\n",
           "cluster: {name: 'Größe 1: #2', snitch: org.example.My$Snitch, numTokens: 16, rack: "
           "1}\n",
           "racks: [{name: a, zone: eu_West.1}, {name: 0b, replicas: 2, nodeSelector: {a: b}}]\n",
           "patches: [{target: {kind: Service}, merge: {spec: null}}]\n",
           "env: [{name: A}]\nresources: {limits: {cpu: 1}}\ntestClient: false\n",
       }) {
    CAPTURE(text);
    CHECK(reader_takes(text));
    CHECK(valid(yaml(text), schema()));
  }
}

TEST_CASE("the schema refuses the slips that it can know") {
  for (const std::string text : {
           "replica: 3",
           "replicas: '3'",
           "replicas: 0",
           "replicas: 1001",
           "replicas: [3]",
           "listen: here",
           "mesh: {mode: sidecars}",
           "mesh: sidecar",
           "mesh: {clients: [{serviceAccount: a}]}",
           "mesh: {clients: [shop]}",
           "mesh: {clients: [{namespace: shop, port: 1}]}",
           "ports: {cql: true}",
           "ports: {cql: 70000}",
           "name: My_Ring",
           "labels: {a: [b]}",
           "labels: [a]",
           "env: {A: b}",
           "resources: [a]",
           "racks: [{replicas: 2}]",
           "patches: [{target: {name: a}, merge: {}}]",
           "testClient: 'true'",
           "version: latest",
           "heap: {max: lots}",
           "storage: {size: 10GB}",
           "createNamespace: 1",
           "cluster: {name: ''}",
       }) {
    CAPTURE(text);
    CHECK_FALSE(reader_takes(text));
    CHECK_FALSE(valid(yaml(text), schema()));
  }
}
