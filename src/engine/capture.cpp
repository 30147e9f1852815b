#include "capture.hpp"

namespace cassmesh::engine {

bool dials_own_ip(const Route& route) {
  return route.is_self && route.dialled == Route::Dialled::pod_ip;
}

bool meets_own_sidecar(const Flow& flow) {
  const auto& target = *flow.route.target;
  return dials_own_ip(flow.route) && flow.has(mesh::Capability::own_pod_ip_through_own_sidecar) &&
         proxy_on(target.injection, flow.version) == Proxy::sidecar &&
         !target.interception.leaves_out(flow.route.port, flow.version);
}

Grounds proxy_grounds(const Workload& workload, const Moment& version) {
  const auto proxy = proxy_on(workload.injection, version);
  const auto* const what = proxy == Proxy::sidecar   ? "a sidecar"
                           : proxy == Proxy::ambient ? "ztunnel before it"
                                                     : "no sidecar";
  const auto grounds = grounds_on(workload.injection, version);
  const auto* const has = workload.injection.is_known ? "has" : "is assumed to have";
  return {.why = fmt::format("{} {} {}{}{}", workload.described, has, what,
                             grounds.why.empty() ? "" : ": ", grounds.why),
          .by = grounds.by};
}

bool delivers_to_loopback(const Flow& flow) {
  if (flow.has(mesh::Capability::inbound_to_loopback)) return true;
  const auto& settings = *flow.model.settings;
  const bool is_switchable = flow.has(mesh::Capability::inbound_policy_by_environment) ||
                             flow.has(mesh::Capability::inbound_policy_by_mesh_config);
  return settings.inbound == mesh::InboundPolicy::localhost && is_switchable &&
         flow.version.is_in(settings.inbound_versions);
}

}  // namespace cassmesh::engine
