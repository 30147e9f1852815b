#include "../cassandra/seeds.hpp"
#include "../place.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check_set(const mesh::Ring& ring, const k8s::Object& set, Report& report) {
  const auto container = mesh::cassandra_container(set);
  if (!container) return;
  const auto& scope = report.scope();
  const cassandra::Setup setup(*container, scope.objects);
  const auto lost = cassandra::lost_seed(
      setup, ring, {scope.objects, scope.settings, scope.everywhere, scope.lacks_objects});
  if (!lost) return;
  const auto value = lost->variable["value"];
  const auto at = value ? place_of(value, lost->seed) : lost->variable["name"].place();
  const auto said = report(set, at, "no seed is in the ring: '{}', {}", lost->seed, lost->why);
  said.related(set, set.name_node(), "the ring").ring(ring);
  if (lost->is_certain) {
    said.breaks({"bootstrap"});
  } else {
    said.severity(Severity::info);
  }
  const auto first = cassandra::first_pod(ring, scope.settings);
  const auto& meant = lost->meant.empty() ? first : lost->meant;
  if (!meant.empty()) said.fix(fmt::format("write '{}'", meant));
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto* set : ring.stateful_sets) check_set(ring, *set, report);
}

}  // namespace

extern const Rule seed_outside_ring{
    .name = "seed-outside-ring",
    .severity = Severity::error,
    .kinds = {"StatefulSet"},
    .summary = "At least one seed of a ring is one of its nodes, or of another datacentre.",
    .why =
        "A node that starts asks its seeds for the ring. A name that resolves to nothing is only "
        "warned of, but when none is left Cassandra stops with \"The seed provider lists no "
        "seeds\". The usual slip is the namespace: examples say `default`. A Service with an "
        "address "
        "of its own leads to a node only if it has the internode port.",
    .fix = "name pods of this ring, as `cassandra-0.cassandra.NAMESPACE.svc.cluster.local`",
    .versions = "",
    .source =
        "apache/cassandra SimpleSeedProvider and DatabaseDescriptor.applySeedProvider; "
        "kubernetes/website content/en/examples/application/cassandra",
    .check = check,
};

}  // namespace cassmesh::rules
