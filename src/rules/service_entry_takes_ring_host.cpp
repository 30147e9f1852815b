#include <algorithm>

#include "../engine/telling.hpp"
#include "../mesh/ring_hosts.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::Object& entry, Report& report) {
  const auto& scope = report.scope();
  const auto seen_by = mesh::audience(entry, scope.settings);
  if (!seen_by.is_everybody() && seen_by.namespaces().empty()) return;
  const auto ring_host = [&](const yaml::Node& host) {
    return mesh::ring_host(host.text(), scope.rings, scope.settings, false);
  };
  const auto hosts = entry["spec"]["hosts"];
  const bool only_rings = std::ranges::all_of(
      hosts, [&](const yaml::Node& host) { return ring_host(host).has_value(); });
  for (const auto& host : hosts) {
    const auto found = ring_host(host);
    if (!found) continue;
    const auto& ring = *found->ring;
    const auto owner = mesh::owner_of(ring);
    const auto effect = scope.engine.effect(entry, ring);
    const auto said = report(entry, host, "host '{}' {}{}", host.text(), mesh::described(*found),
                             effect ? ": " + engine::told(effect.worst()) : "");
    said.related(*owner.object, owner.object->name_node(), owner.role).ring(ring);
    engine::tell_why(said, effect);
    if (!only_rings) {
      said.fix(
          "take the host out of the ServiceEntry: the headless Service is all that Istio needs");
    }
  }
}

}  // namespace

extern const Rule service_entry_takes_ring_host{
    .name = "service-entry-takes-ring-host",
    .severity = Severity::warning,
    .kinds = {"ServiceEntry"},
    .summary = "No ServiceEntry has a host of a ring.",
    .why =
        "Istio knows a ring by its headless Service: each pod at its own address, with mTLS. A "
        "ServiceEntry for the same host, for a pod of it or for a wildcard over it brings "
        "addresses of its own and endpoints without mTLS, and for some clients takes the "
        "Service's place. One for each pod was a way around Istio up to 1.2; since then it only "
        "harms.",
    .fix = "delete the ServiceEntry: the headless Service is all that Istio needs",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/push_context.go:1489, pilot/pkg/model/sidecar.go:"
        "766, pilot/pkg/serviceregistry/serviceentry/conversion.go:333",
    .check = check,
};

}  // namespace cassmesh::rules
