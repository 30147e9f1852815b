#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cassmesh/finding.hpp"
#include "cassmesh/lint.hpp"
#include "cassmesh/source.hpp"

/// What our JSON formats have in common.
namespace cassmesh::report {

nlohmann::ordered_json object_json(const ObjectName& object);

/// Sets `file`, `line` and `column`, if there is a place.
void put_start(nlohmann::ordered_json& out, const Place& place, const Sources& sources);

nlohmann::ordered_json summary_json(const lint::Summary& summary);

}  // namespace cassmesh::report
