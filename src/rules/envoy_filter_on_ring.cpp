#include "../engine/envoy_filters.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::Object& filter, Report& report) {
  const auto& scope = report.scope();
  for (const auto& ring : scope.rings) {
    for (const auto& patch : engine::patches_of(filter, scope.engine.model(ring))) {
      report(filter, patch.at,
             "{} of {} is patched, and what becomes of the ring's connections "
             "then is not judged",
             patch.at.text(), patch.who->described)
          .related(*patch.who->object, patch.who->object->name_node(),
                   patch.is_node ? "the ring" : "a client of the ring")
          .ring(ring);
    }
  }
}

}  // namespace

extern const Rule envoy_filter_on_ring{
    .name = "envoy-filter-on-ring",
    .severity = Severity::info,
    .kinds = {"EnvoyFilter"},
    .summary = "EnvoyFilters leave the TCP connections of a ring alone.",
    .why =
        "An EnvoyFilter changes what Istio makes of all objects, in Envoy's own words. Without a "
        "selector and a port it reaches every listener and cluster of a namespace, of the root "
        "namespace those of the mesh: a filter that is meant for HTTP, or a time limit, then also "
        "stands in the way of gossip. cassmesh judges the ring as if it were not there.",
    .fix = "narrow it by workloadSelector, or by a portNumber that is none of the ring's",
    .versions = "",
    .source = "istio.io/latest/docs/reference/config/networking/envoy-filter",
    .check = check,
};

}  // namespace cassmesh::rules
