#include "../cassandra/wildcards.hpp"
#include "cassmesh/rule.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

/// What rests on the wildcard, which the engine reads where it stands.
engine::Effect effect_of(const cassandra::Wildcard& wildcard, const mesh::Ring& ring,
                         engine::Engine& engine) {
  if (wildcard.setting == "broadcast_rpc_address") return {};
  const auto aspect = wildcard.setting == "listen_address" ? engine::Aspect::listen_address
                                                           : engine::Aspect::broadcast_address;
  return part(engine.effect(aspect, ring),
              [&](const engine::Break& each) { return each.hop.by.object == wildcard.object; });
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto* set : ring.stateful_sets) {
    const auto container = mesh::cassandra_container(*set);
    if (!container) continue;
    const cassandra::Setup setup(*container, report.scope().objects);
    for (const auto& each : cassandra::wildcards(setup)) {
      const auto said = report(*each.object, each.place,
                               "'{}' is a wildcard, with which Cassandra refuses to start as {}",
                               each.address, each.setting);
      said.ring(ring);
      const auto effect = effect_of(each, ring, report.scope().engine);
      if (effect) tell(said, effect);
      if (each.setting != "listen_address")
        said.fix(fmt::format("set {} to the pod's IP", each.setting));
      if (each.object != set) said.related(*set, set->name_node(), "the ring that reads it");
    }
  }
}

}  // namespace

extern const Rule listen_address_wildcard{
    .name = "listen-address-wildcard",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "ConfigMap"},
    .summary = "A node listens at an address, and tells its peers one.",
    .why =
        "Cassandra's peers know a node by one address, so it refuses a wildcard: "
        "\"listen_address cannot be a wildcard address (0.0.0.0)!\". Istio's FAQ once told to "
        "use one. rpc_address may be a wildcard, but then broadcast_rpc_address must be set, and "
        "be no "
        "wildcard itself.",
    .fix =
        "listen at the pod's IP, or at 127.0.0.1 and, by listen_on_broadcast_address, at the "
        "pod's IP too",
    .versions = "",
    .source =
        "apache/cassandra DatabaseDescriptor.applyAddressConfig at cassandra-3.11.9, 4.0.14, "
        "4.1.7, 5.0.1; bitnami/bitnami-docker-cassandra#88",
    .check = check,
};

}  // namespace cassmesh::rules
