#include <algorithm>
#include <array>

#include "../engine/model.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

constexpr std::array<std::string_view, 11> own_ports{"15000", "15001", "15002", "15004",
                                                     "15006", "15008", "15009", "15020",
                                                     "15021", "15053", "15090"};

void check_ports(const k8s::Container& container, const mesh::Ring& ring, Report& report) {
  for (const auto& port : container.node["ports"]) {
    const auto number = port["containerPort"];
    if (std::ranges::find(own_ports, number.text()) == own_ports.end()) continue;
    report(*container.object, number,
           "port {} is the sidecar's own, which shares the pod's address", number.text())
        .ring(ring)
        .fix("take another port");
  }
}

void check_user(const k8s::Container& container, const mesh::Ring& ring, Report& report) {
  const auto own = container.node["securityContext"]["runAsUser"];
  const auto user = own ? own : container.object->pod_spec()["securityContext"]["runAsUser"];
  if (user.text() != "1337") return;
  report(*container.object, user,
         "user 1337 is the sidecar's: what Cassandra sends as this user goes past it, in plaintext")
      .ring(ring);
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto& node : report.scope().engine.model(ring).nodes) {
    if (!node.injection.sidecar.overlaps(report.scope().istio)) continue;
    for (const auto& container : k8s::containers(*node.object)) {
      if (container.node["name"].text() != "istio-proxy") check_ports(container, ring, report);
    }
    if (const auto cassandra = mesh::cassandra_container(*node.object))
      check_user(*cassandra, ring, report);
  }
}

}  // namespace

extern const Rule reserved_port_or_uid{
    .name = "reserved-port-or-uid",
    .severity = Severity::warning,
    .kinds = {"StatefulSet"},
    .summary = "A pod with a sidecar leaves the sidecar's ports and user to it.",
    .why =
        "The containers of a pod share its addresses, so that of two that want one port the "
        "second does not start. And by its user, 1337, iptables know the sidecar's own traffic, "
        "which they let through: Cassandra as that user speaks plaintext to everybody, and STRICT "
        "peers reset it.",
    .fix = "run Cassandra as another user, as 999",
    .versions = "",
    .source =
        "istio.io/latest/docs/ops/deployment/application-requirements; "
        "istio.io/latest/docs/reference/config/analysis/ist0144",
    .check = check,
};

}  // namespace cassmesh::rules
