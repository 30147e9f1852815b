#include "../engine/one_sided.hpp"
#include "../engine/telling.hpp"
#include "../place.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

std::string remedy(const engine::OneSided& found) {
  if (found.at.key() == "containers")
    return fmt::format("declare port {} among the ports of the container", found.port);
  if (!found.is_inbound) {
    return fmt::format(
        "let port {} through the sidecar, or keep it out at the servers too (excludeInboundPorts)",
        found.port);
  }
  return fmt::format(
      "keep port {0} out of the sidecars of all who connect, too (excludeOutboundPorts), or let "
      "them speak plaintext to it: a DestinationRule with portLevelSettings, 'port: {{number: "
      "{0}}}' and 'tls: {{mode: DISABLE}}'",
      found.port);
}

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  const auto effect = engine.effect(engine::Aspect::interception, ring);
  for (const auto& found : engine::one_sided(engine.model(ring), effect)) {
    const auto port = std::to_string(found.port);
    const auto at = found.at.is_scalar() ? place_of(found.at, port) : found.at.place();
    const auto said = report(*found.who->object, at, "port {} goes past the sidecar here ({}): {}",
                             port, found.why, engine::told(found.effect.worst()));
    engine::tell_why(said, found.effect);
    said.fix(remedy(found));
  }
}

}  // namespace

extern const Rule ports_excluded_one_sided{
    .name = "ports-excluded-one-sided",
    .severity = Severity::error,
    .kinds = {"StatefulSet", "Deployment"},
    .summary = "A port goes through the sidecars on both sides, or on none.",
    .why =
        "What the annotations `traffic.sidecar.istio.io/*` take away from one side alone, the "
        "other side does not know of. Where the servers leave a port out, clients go on to speak "
        "mTLS, and Cassandra reads a TLS handshake (\"Cannot handshake version\"); where the "
        "clients leave it out, they speak plaintext to a sidecar that may be strict. Nodes of a "
        "ring are both at once.",
    .fix = "keep the port out on both sides, or on none",
    .versions =
        "excludeOutboundPorts counts from 1.2 on; up to 1.2 ports that no container declares go "
        "past the sidecar as well",
    .source =
        "istio.io faq security/automtls-exclude-port; istio.io/latest/docs/reference/config/"
        "annotations; rook/rook#5745",
    .check = check,
};

}  // namespace cassmesh::rules
