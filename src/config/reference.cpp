// What people and editors read about the keys: the reference page and the JSON Schema.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string>

#include "../closed_mapping.hpp"
#include "cassmesh/config_keys.hpp"

namespace cassmesh::config {
namespace {

using Json = nlohmann::ordered_json;

std::string values_words(const Key& key) {
  auto choices = fmt::format("`{}`", fmt::join(key.choices, "`, `"));
  switch (key.type) {
    case Type::range:
      return "versions";
    case Type::text:
      return "text";
    case Type::choice:
      return choices;
    case Type::boolean:
      return "`true`, `false`";
    case Type::texts:
      return "list of texts";
    case Type::group:
      return "mapping";
    case Type::list:
      return "list of mappings";
    case Type::rules:
      return fmt::format("mapping of rules, each to {}", choices);
  }
  return {};
}

std::string default_words(const Key& key) {
  if (key.required) return "must be given";
  auto words =
      key.fallback.empty() ? std::string(key.otherwise) : fmt::format("`{}`", key.fallback);
  if (key.in_files) words += words.empty() ? "" : ", unless the linted files tell";
  return words;
}

Json texts_schema() {
  return {{"type", "array"}, {"items", {{"type", "string"}, {"minLength", 1}}}};
}

Json with_null(Json choices) {
  choices.push_back(nullptr);
  return choices;
}

Json group_of(std::string_view path, Json schema, const std::vector<std::string_view>& rules);

Json rules_schema(const Key& key, const std::vector<std::string_view>& rules) {
  Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  for (const auto rule : rules) schema["properties"][std::string(rule)] = {{"enum", key.choices}};
  return schema;
}

/// Texts are taken as they are written, so that `1.24` needs no quotes.
Json shape_of(const Key& key, const std::vector<std::string_view>& rules) {
  switch (key.type) {
    case Type::range:
      return {{"type", Json::array({"string", "number"})}};
    case Type::choice:
      return {{"enum", key.choices}};
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::texts:
      return texts_schema();
    case Type::group:
      return group_of(key.path, Json::object(), rules);
    case Type::list:
      return {{"type", "array"}, {"items", group_of(std::string(key.path), Json::object(), rules)}};
    case Type::rules:
      return rules_schema(key, rules);
    default:
      return {{"type", "string"}, {"minLength", 1}};
  }
}

/// A key that is left empty counts as left out, but for one that must be there.
Json schema_of(const Key& key, const std::vector<std::string_view>& rules) {
  auto schema = shape_of(key, rules);
  if (!key.required && schema.contains("enum")) schema["enum"] = with_null(schema["enum"]);
  if (!key.required && schema.contains("type")) {
    auto types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    types.push_back("null");
    schema["type"] = std::move(types);
  }
  schema["description"] = key.meaning;
  return schema;
}

/// A closed mapping of the keys below `path`.
Json group_of(std::string_view path, Json schema, const std::vector<std::string_view>& rules) {
  return closed_mapping(std::move(schema), keys_below(path),
                        [&](const Key& key) { return schema_of(key, rules); });
}

}  // namespace

std::string reference_page() {
  std::string out =
      "# The file .cassmesh.yaml\n\n"
      "What `cassmesh lint` and `cassmesh trace` go by. They take the nearest one, from the "
      "working "
      "folder up\n"
      "to the repository's root, or the one that `--config FILE` names; `--no-config` takes none. "
      "Without the\n"
      "file everything is at its default.\n\n"
      "```sh\n"
      "cassmesh init --config       # writes one, from what it sees in the folder\n"
      "cassmesh lint --show-config  # prints what is in force, and who says so\n"
      "cassmesh schema --config     # the JSON Schema, for completion in an editor\n"
      "```\n\n"
      "All keys may be left out, and an empty value is the same as leaving out. Unknown keys are "
      "errors. The\n"
      "command line goes before this file. This file goes before what the linted files tell of the "
      "mesh: an\n"
      "IstioOperator, an Istio of the sail operator, the ConfigMap `istio`, istiod's "
      "Deployment.\n\n"
      "| key | values | default | what it is |\n| --- | --- | --- | --- |\n";
  for (const auto& key : keys()) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", key.path, values_words(key), default_words(key),
                       key.meaning);
  }
  return out;
}

std::string json_schema(const std::vector<std::string_view>& rules) {
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "cassmesh configuration"},
                 {"description", "What `cassmesh lint` and `cassmesh trace` go by."}};
  return group_of("", std::move(schema), rules).dump(2) + "\n";
}

}  // namespace cassmesh::config
