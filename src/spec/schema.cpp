// The JSON Schema of a spec, made from the table of keys. It refuses unknown keys at every level,
// as the reader does; what turns on several keys at once only the reader knows.

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "../closed_mapping.hpp"
#include "cassmesh/spec.hpp"
#include "forms.hpp"

namespace cassmesh::spec {
namespace {

using Json = nlohmann::ordered_json;

/// YAML's value as JSON's.
Json to_json(const yaml::Value& value) {
  switch (value.kind) {
    case yaml::Value::Kind::mapping: {
      auto object = Json::object();
      for (const auto& [key, child, comment] : value.entries) object[key] = to_json(child);
      return object;
    }
    case yaml::Value::Kind::sequence: {
      auto array = Json::array();
      for (const auto& [key, child, comment] : value.entries) array.push_back(to_json(child));
      return array;
    }
    case yaml::Value::Kind::scalar:
      return value.typed ? Json::parse(value.text, nullptr, false) : Json(value.text);
    default:
      return nullptr;
  }
}

Json described(const Key& key) {
  Json schema = Json::object();
  schema["description"] =
      key.otherwise.empty()
          ? std::string(key.summary)
          : std::string(key.summary) + " Default: " + std::string(key.otherwise) + ".";
  const auto& value = fallback(key.path);
  if (value) schema["default"] = to_json(value);
  return schema;
}

/// A schema that also takes null, which stands for the default.
Json or_null(Json schema, Json type) {
  if (type.is_string()) type = Json::array({type});
  type.push_back("null");
  schema["type"] = std::move(type);
  return schema;
}

Json group_of(std::string_view path, Json schema);

Json integer_schema(const Key& key) {
  return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
}

/// Numbers, booleans and texts are all taken as they are written.
Json text_schema(const Key& key, Json schema) {
  if (key.form != nullptr) {
    if (!key.form->pattern.empty()) schema["pattern"] = key.form->pattern;
    if (key.form->max_length > 0) schema["maxLength"] = key.form->max_length;
  }
  return or_null(std::move(schema), Json::array({"string", "number", "boolean"}));
}

Json choice_schema(const Key& key, Json schema) {
  auto choices = Json::array();
  for (const auto choice : key.choices) choices.push_back(choice);
  choices.push_back(nullptr);
  schema["enum"] = std::move(choices);
  return schema;
}

Json schema_of(const Key& key) {
  auto schema = described(key);
  switch (key.type) {
    case Type::group:
      return or_null(group_of(key.path, std::move(schema)), "object");
    case Type::list:
      schema["items"] = group_of(std::string(key.path) + "[]", Json::object());
      return or_null(std::move(schema), "array");
    case Type::integers:
      schema["items"] = integer_schema(key);
      return or_null(std::move(schema), "array");
    case Type::choice:
      return choice_schema(key, std::move(schema));
    case Type::integer:
      schema.update(integer_schema(key));
      return or_null(std::move(schema), "integer");
    case Type::boolean:
      return or_null(std::move(schema), "boolean");
    case Type::port:
      schema["anyOf"] = Json::array({integer_schema(key), {{"const", false}}, {{"type", "null"}}});
      return schema;
    case Type::text_map:
      schema["additionalProperties"] = {
          {"type", Json::array({"string", "number", "boolean", "null"})}};
      return or_null(std::move(schema), "object");
    case Type::kubernetes_mapping:
      return or_null(std::move(schema), "object");
    case Type::kubernetes_list:
      return or_null(std::move(schema), "array");
    default:
      return text_schema(key, std::move(schema));
  }
}

/// A closed mapping of the keys below `path`.
Json group_of(std::string_view path, Json schema) {
  return closed_mapping(std::move(schema), keys_below(path), schema_of);
}

}  // namespace

std::string json_schema() {
  Json schema = {
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "cassmesh cluster spec"},
      {"description", "A Cassandra ring on Kubernetes in an Istio mesh, for `cassmesh render`."}};
  return group_of("", std::move(schema)).dump(2) + "\n";
}

}  // namespace cassmesh::spec
