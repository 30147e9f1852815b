#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/telling.hpp"
#include "mesh/ring_hosts.hpp"

namespace cassmesh::rules {
namespace {

/// The versions on which nothing but a DestinationRule makes a sidecar speak mTLS to a headless
/// Service.
mesh::VersionRange without_auto_mtls(const mesh::Settings& settings) {
  using enum mesh::Capability;
  const auto off = mesh::VersionRange::any() - mesh::versions_with(auto_mtls);
  if (!settings.auto_mtls) return off | mesh::versions_with(auto_mtls_headless_never);
  return *settings.auto_mtls ? mesh::versions_with(auto_mtls_headless_never)
                             : mesh::VersionRange::any();
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto versions = without_auto_mtls(scope.settings);
  if (!versions.overlaps(scope.istio)) return;
  const auto effect = engine::part(
      engine::within(scope.engine.effect(engine::Aspect::mtls_of_clients, ring), versions),
      [](const engine::Break& each) {
        return engine::find_hop(each, engine::Step::client_tls, nullptr) != nullptr;
      });
  if (!effect) return;
  const auto owner = mesh::owner_of(ring);
  const auto said = report(*owner.object, owner.object->name_node(),
                           "no DestinationRule makes sidecars speak mTLS to ring '{}': {}",
                           ring.name, engine::fate(effect));
  engine::tell_conflict(said, effect, *owner.object)
      .fix(engine::missing_tls_remedy(ring, effect.istio(), scope));
}

}  // namespace

extern const Rule destination_rule_missing{
    .name = "destination-rule-missing",
    .severity = Severity::error,
    .kinds = {"Service", "StatefulSet"},
    .summary = "A ring under mTLS has a DestinationRule where Istio does not speak mTLS by itself.",
    .why =
        "Up to Istio 1.4 a sidecar speaks mTLS only where a DestinationRule says ISTIO_MUTUAL, and "
        "1.6.6 to 1.7.4 leave headless Services out of auto-mTLS. Under STRICT the ring's "
        "sidecars then close what its own nodes and clients send. On all other versions the rule "
        "does no harm, and it guards the ring against a pod without a sidecar, for whose sake "
        "auto-mTLS would give up for all.",
    .fix = "add a DestinationRule for the ring's Services with ISTIO_MUTUAL",
    .versions = "1.0 to 1.4 and 1.6.6 to 1.7.4; any where auto-mTLS is switched off",
    .source =
        "istio/istio#24319, #26791, #27831, #27105; istio.io/v1.4/docs/tasks/security/"
        "authentication/authn-policy",
    .check = check,
};

}  // namespace cassmesh::rules
