#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "text.hpp"

namespace cassmesh {

/// The JSON Schema (draft-07) of a mapping that takes `keys` and no other. `Key` is a row of a
/// table of keys, with a `path` and whether it is `required`; `schema_of(key)` is its own schema.
template <typename Key, typename SchemaOf>
nlohmann::ordered_json closed_mapping(nlohmann::ordered_json schema,
                                      const std::vector<const Key*>& keys, SchemaOf schema_of) {
  using Json = nlohmann::ordered_json;
  schema["type"] = "object";
  schema["additionalProperties"] = false;
  auto required = Json::array();
  schema["properties"] = Json::object();
  for (const auto* key : keys) {
    const std::string name(last_part(key->path));
    schema["properties"][name] = schema_of(*key);
    if (key->required) required.push_back(name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace cassmesh
