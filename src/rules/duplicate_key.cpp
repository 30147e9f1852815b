#include <map>

#include "cassmesh/rule.hpp"
#include "lint/classify.hpp"

namespace cassmesh::rules {
namespace {

void look_at(const k8s::Object& object, const yaml::Node& node, Report& report) {
  std::map<std::string_view, yaml::Node> seen;
  for (const auto& child : node) {
    look_at(object, child, report);
    if (!node.is_mapping()) continue;
    const auto [first, is_new] = seen.try_emplace(child.key(), child);
    // What an alias or a merge brings in twice is written once.
    if (is_new || first->second.key_where() == child.key_where()) continue;
    report(object, child.key_where(),
           "key '{}' stands here a second time, and only the last one counts", child.key())
        .related(object, first->second.key_where(), "the first one");
    first->second = child;
  }
}

/// As written: what kustomize made of an object has no key twice.
void check(const yaml::Document& document, Report& report) {
  for (const auto& node : lint::objects_in(document)) {
    look_at(k8s::Object(node, report.scope().default_namespace), node, report);
  }
}

}  // namespace

extern const Rule duplicate_key{
    .name = "duplicate-key",
    .severity = Severity::error,
    .kinds = {},
    .summary = "A mapping has each key once.",
    .why =
        "kubectl takes the last of two equal keys and says nothing, other tools take the first or "
        "refuse the file. A second 'trafficPolicy' or 'labels' silently drops the first, with all "
        "that it holds.",
    .fix = "put what both hold under one key",
    .versions = "",
    .source = "sigs.k8s.io/yaml (the last one wins); YAML 1.2.2 section 3.2.1.3",
    .check = check,
};

}  // namespace cassmesh::rules
