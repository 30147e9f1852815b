#include "json_parts.hpp"

#include <nlohmann/json.hpp>

namespace cassmesh::report {

using Json = nlohmann::ordered_json;

Json object_json(const ObjectName& object) {
  Json out{{"apiVersion", object.api_version}, {"kind", object.kind}};
  if (!object.name_space.empty()) out["namespace"] = object.name_space;
  out["name"] = object.name;
  return out;
}

void put_start(Json& out, const Place& place, const Sources& sources) {
  if (!place) return;
  out["file"] = sources[place.at.file].name();
  out["line"] = place.at.line;
  out["column"] = place.at.column;
}

Json summary_json(const lint::Summary& summary) {
  Json out{
      {"files", summary.files}, {"documents", summary.documents},   {"objects", summary.objects},
      {"rings", summary.rings}, {"errors", summary.errors},         {"warnings", summary.warnings},
      {"infos", summary.infos}, {"suppressed", summary.suppressed}, {"notChecked", Json::array()}};
  if (summary.in_baseline > 0) out["inBaseline"] = summary.in_baseline;
  for (const auto& [file, reason] : summary.not_checked) {
    out["notChecked"].push_back({{"file", file}, {"reason", reason}});
  }
  return out;
}

}  // namespace cassmesh::report
