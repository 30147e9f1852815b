// `replacements` and `vars` copy values from one object to another, mostly from ConfigMaps that are
// generated, so they are not applied. What they would change holds placeholders, and a placeholder
// looks like a host that does not exist.

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "target.hpp"
#include "transform.hpp"

namespace cassmesh::lint::kustomize {
namespace {

using yaml::Node;
using yaml::Value;

/// Whether one of the texts in it is one of those.
template <typename IsOne>
bool any_text(const Node& node, const IsOne& is_one) {
  if (node.is_scalar()) return is_one(node.text());
  return std::ranges::any_of(node, [&](const Node& child) { return any_text(child, is_one); });
}

template <typename IsOne>
bool any_text(const Value& value, const IsOne& is_one) {
  if (value.kind == Value::Kind::scalar) return is_one(value.text);
  return std::ranges::any_of(
      value.entries, [&](const yaml::Entry& entry) { return any_text(entry.value, is_one); });
}

}  // namespace

void note_replaced(Resources& resources, const Node& replacement) {
  for (const auto& target : replacement["targets"]) {
    for (auto& resource : resources) {
      if (targets(target["select"], resource).value_or(true)) resource.is_unsure = true;
    }
  }
}

void note_variables(Resources& resources, const Node& vars) {
  std::vector<std::string> variables;
  for (const auto& variable : vars)
    variables.push_back(fmt::format("$({})", variable["name"].text()));
  if (variables.empty()) return;
  const auto has_variable = [&](std::string_view text) {
    return text.find("$(") != text.npos &&
           std::ranges::any_of(variables, [&](const std::string& variable) {
             return text.find(variable) != text.npos;
           });
  };
  for (auto& resource : resources) {
    const bool has_one = resource.is_changed() ? any_text(resource.value(), has_variable)
                                               : any_text(resource.written(), has_variable);
    resource.is_unsure = resource.is_unsure || has_one;
  }
}

}  // namespace cassmesh::lint::kustomize
