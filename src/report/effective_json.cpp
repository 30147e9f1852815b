// The JSON of what is in force. Its version changes when something is renamed or taken away, not
// when a key is added.

#include <nlohmann/json.hpp>

#include "cassmesh/effective.hpp"
#include "json_text.hpp"

namespace cassmesh::report {
namespace {

using Json = nlohmann::ordered_json;

Json value_json(const yaml::Value& value) {
  using Kind = yaml::Value::Kind;
  if (value.kind == Kind::scalar) {
    if (value.typed && (value.text == "true" || value.text == "false")) return value.text == "true";
    return value.text;
  }
  if (value.kind != Kind::sequence && value.kind != Kind::mapping) return nullptr;
  auto json = value.is_sequence() ? Json::array() : Json::object();
  for (const auto& [key, item, comment] : value.entries) {
    if (value.is_sequence()) {
      json.push_back(value_json(item));
    } else {
      json[key] = value_json(item);
    }
  }
  return json;
}

/// Groups are left out for what is in them, and what differs by scope for what the scopes say.
void add(Json& list, const std::vector<lint::Setting>& settings) {
  for (const auto& setting : settings) {
    add(list, setting.below);
    if (setting.differs || setting.key->type == config::Type::group) continue;
    if (!setting.below.empty() && setting.origin.empty()) continue;
    list.push_back({{"key", setting.path},
                    {"value", value_json(setting.value)},
                    {"set", setting.is_set},
                    {"origin", setting.origin}});
  }
}

}  // namespace

std::string effective_json(const lint::Effective& effective) {
  Json out{{"version", 1}, {"config", Json::array()}, {"scopes", Json::array()}};
  add(out["config"], effective.settings);
  for (const auto& scope : effective.scopes) {
    Json made{{"name", scope.name},
              {"objects", scope.objects},
              {"rings", scope.rings},
              {"config", Json::array()}};
    add(made["config"], scope.settings);
    out["scopes"].push_back(std::move(made));
  }
  out["files"] = effective.files;
  return json_text(out);
}

}  // namespace cassmesh::report
