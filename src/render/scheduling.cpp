#include "scheduling.hpp"

#include <utility>

#include "metadata.hpp"

namespace cassmesh::render {

using yaml::Value;

namespace {

/// Without a selector Kubernetes counts no pod at all.
void count_ring(const spec::ClusterSpec& spec, Value& counting, std::string_view key) {
  if (counting[key]) return;
  counting.set(std::string(key), Value::mapping({{"matchLabels", selector(spec)}}));
}

}  // namespace

Value node_selector(const spec::ClusterSpec& spec, const StatefulSetPlan& set) {
  auto value = Value::mapping();
  merge(value, spec.value("nodeSelector"));
  if (!set.zone.empty()) value.set("topology.kubernetes.io/zone", Value::string(set.zone));
  merge(value, set.node_selector);
  return or_absent(std::move(value));
}

Value spread_constraints(const spec::ClusterSpec& spec) {
  auto constraints = spec.value("topologySpreadConstraints");
  for (auto& entry : constraints.entries) count_ring(spec, entry.value, "labelSelector");
  return or_absent(std::move(constraints));
}

Value disruption_budget(const spec::ClusterSpec& spec) {
  auto budget = spec.value("podDisruptionBudget");
  if (budget) count_ring(spec, budget, "selector");
  return budget;
}

}  // namespace cassmesh::render
