#include "../cassandra/overrides.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

void check(const mesh::Ring& ring, Report& report) {
  for (const auto* set : ring.stateful_sets) {
    const auto container = mesh::cassandra_container(*set);
    if (!container) continue;
    const cassandra::Setup setup(*container, report.scope().objects);
    for (const auto& each : cassandra::ineffective_overrides(setup)) {
      const auto said = report(*set, each.place, "{}", each.message);
      said.fix(each.fix).ring(ring);
      if (each.is_harmless) said.severity(Severity::warning);
    }
  }
}

}  // namespace

extern const Rule override_has_no_effect{
    .name = "override-has-no-effect",
    .severity = Severity::error,
    .kinds = {"StatefulSet"},
    .summary = "What is set for Cassandra reaches Cassandra.",
    .why =
        "Each image's start script takes some variables and no others, and writes parts of "
        "cassandra.yaml by itself. google-samples images set the listen address to the pod's IP "
        "whatever CASSANDRA_LISTEN_ADDRESS says; a sed whose pattern matches no line says "
        "nothing. The node then runs with other addresses than its manifest shows.",
    .fix = "use what the image's start script reads",
    .versions = "",
    .source =
        "kubernetes/examples databases/cassandra/image/files/run.sh at 279e8e4fe314; "
        "docker-library/cassandra docker-entrypoint.sh at 7b9da8f4f58f; bitnami/containers "
        "bitnami/cassandra/5.0/debian-12 at 079e74b805f6",
    .check = check,
};

}  // namespace cassmesh::rules
