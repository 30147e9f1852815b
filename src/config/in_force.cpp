#include "in_force.hpp"

namespace cassmesh::config {
namespace {

using mesh::Capability;

/// What is so by default on the versions with a capability, and not on others; nothing where the
/// judged versions are of both kinds.
std::optional<bool> by_default(Capability capability, const mesh::VersionRange& istio) {
  const auto& versions = mesh::versions_with(capability);
  if (versions.contains(istio)) return true;
  return versions.overlaps(istio) ? std::nullopt : std::optional(false);
}

}  // namespace

yaml::Value istio_in_force(const InForce& in_force) {
  return yaml::Value::literal(mesh::to_string(in_force.istio));
}

yaml::Value kubernetes_in_force(const InForce& in_force) {
  return yaml::Value::literal(mesh::to_string(in_force.kubernetes));
}

yaml::Value inbound_in_force(const InForce& in_force) {
  auto policy = in_force.settings.inbound;
  const auto to_pod_ip = by_default(Capability::inbound_to_pod_ip, in_force.istio);
  if (!policy && to_pod_ip)
    policy = *to_pod_ip ? mesh::InboundPolicy::passthrough : mesh::InboundPolicy::localhost;
  return policy ? yaml::Value::string(word_for(inbound_policies, *policy)) : yaml::Value();
}

yaml::Value outbound_in_force(const InForce& in_force) {
  auto policy = in_force.settings.outbound;
  const auto only = by_default(Capability::outbound_registry_only_by_default, in_force.istio);
  if (!policy && only)
    policy = *only ? mesh::OutboundPolicy::registry_only : mesh::OutboundPolicy::allow_any;
  return policy ? yaml::Value::string(word_for(outbound_policies, *policy)) : yaml::Value();
}

yaml::Value auto_mtls_in_force(const InForce& in_force) {
  const auto& set = in_force.settings.auto_mtls;
  return shown_value(set ? set : by_default(Capability::auto_mtls, in_force.istio));
}

yaml::Value scopes_in_force(const InForce& in_force) {
  auto list = yaml::Value::sequence();
  for (const auto& scope : in_force.config.scopes) {
    auto& item = list.add(yaml::Value::mapping());
    item.set("name", yaml::Value::string(scope.name));
    item.set("paths", yaml::Value::strings(scope.paths));
    if (scope.istio) item.set("istio", yaml::Value::literal(mesh::to_string(*scope.istio)));
  }
  return list;
}

}  // namespace cassmesh::config
