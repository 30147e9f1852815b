#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "cassmesh/rule.hpp"

namespace cassmesh::report {

/// `error`, `warning` or `note`.
std::string_view sarif_level(Severity severity);

/// A rule as SARIF describes it (`reportingDescriptor`).
nlohmann::ordered_json sarif_rule(const Rule& rule);

}  // namespace cassmesh::report
