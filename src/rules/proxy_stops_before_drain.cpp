#include <algorithm>
#include <array>

#include "../engine/lifecycle.hpp"
#include "../engine/model.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

using mesh::Capability;

/// The word of a hook that has the node say good-bye to its peers; missing if none does.
yaml::Node parting(const yaml::Node& hook) {
  constexpr std::array words{"nodetool drain", "nodetool decommission", "nodetool disablegossip"};
  for (const auto& word : hook["exec"]["command"]) {
    const auto has = [&](const char* part) { return word.text().find(part) != word.text().npos; };
    if (std::ranges::any_of(words, has)) return word;
    if (word.text() == "drain" || word.text() == "decommission") return word;
  }
  return {};
}

/// Whether the sidecar of a pod is told to stay longer than by default.
bool stays(const k8s::Object& set, const Scope& scope) {
  const auto drain = engine::proxy_setting(set, scope.objects, "terminationDrainDuration");
  const auto waits =
      engine::proxy_variable(set, scope.objects, scope.settings, "EXIT_ON_ZERO_ACTIVE_CONNECTIONS");
  const auto containers = k8s::containers(set);
  return (drain && *drain != "5s") || waits == "true" ||
         std::ranges::any_of(containers, [](const k8s::Container& each) {
           return each.node["name"].text() == "istio-proxy" && each.node["lifecycle"]["preStop"];
         });
}

/// Once for a ring: its racks are made from one template.
void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  for (const auto& node : scope.engine.model(ring).nodes) {
    const auto& set = *node.object;
    const auto container = mesh::cassandra_container(set);
    const auto istio = node.injection.sidecar & scope.istio &
                       (mesh::versions_with(Capability::termination_drain_duration) -
                        engine::native_sidecar(set, scope.objects));
    if (!node.injection.is_known || !container || istio.empty() || stays(set, scope)) continue;
    const auto hook = parting(container->node["lifecycle"]["preStop"]);
    if (!hook) continue;
    report(set, hook, "the sidecar stops 5 seconds after this begins, with all connections")
        .on(istio)
        .ring(ring);
    return;
  }
}

}  // namespace

extern const Rule proxy_stops_before_drain{
    .name = "proxy-stops-before-drain",
    .severity = Severity::info,
    .kinds = {"StatefulSet"},
    .summary = "A sidecar outlives the drain of its Cassandra node.",
    .why =
        "When a pod stops, the sidecar is told at the same time as the `preStop` hook starts. It "
        "goes after 5 seconds, whatever the hook does: the node can then no longer tell its peers "
        "that it leaves, and running requests, streams and hints are cut off.",
    .fix =
        "annotate the pod template with 'proxy.istio.io/config: \"{terminationDrainDuration: "
        "60s}\"' (as long as the drain takes), or let the sidecars be native",
    .versions =
        "1.7 and newer, which have the setting; from 1.27 on sidecars are native, on Kubernetes "
        "1.29 and newer, and stop last",
    .source =
        "istio/istio#19564, #34855, #36631; istio/istio 1.7.0 pilot/cmd/pilot-agent/main.go:411",
    .check = check,
};

}  // namespace cassmesh::rules
