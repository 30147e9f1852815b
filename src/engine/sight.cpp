#include "sight.hpp"

#include <algorithm>

#include "cassmesh/hosts.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

const k8s::Object* sidecar_of_client(const Flow& flow) {
  if (flow.route.source == nullptr || !flow.has(Capability::sidecar_egress)) return nullptr;
  return flow.route.source->sidecar;
}

/// The first egress listener of a Sidecar that takes a host and port in; missing if none does, or
/// if the Sidecar limits nothing.
yaml::Node importing_listener(const k8s::Object& sidecar, std::string_view client,
                              std::string_view host, std::string_view name_space, int port) {
  const auto egress = sidecar["spec"]["egress"];
  for (const auto& listener : egress) {
    const auto only = listener["port"]["number"].text();
    if (!only.empty() && port != 0 && only != std::to_string(port)) continue;
    if (mesh::imports_by_listener(listener, client, host, name_space)) return listener;
  }
  return {};
}

/// What of an egress listener keeps it from having one for each pod.
yaml::Node what_binds(const yaml::Node& listener) {
  if (listener["bind"]) return listener["bind"];
  const auto mode = listener["captureMode"];
  return mode.text() == "NONE" ? mode : yaml::Node();
}

}  // namespace

bool sees(const Flow& flow, const mesh::Audience& audience) {
  return !flow.has(Capability::export_to) || audience.includes(flow.client_namespace());
}

bool imports(const Flow& flow, std::string_view host, std::string_view name_space) {
  const auto* sidecar = sidecar_of_client(flow);
  return sidecar == nullptr || mesh::imports(*sidecar, flow.client_namespace(), host, name_space);
}

bool imports_taker(const Flow& flow, const Taker& taker) {
  const auto* sidecar = sidecar_of_client(flow);
  if (sidecar == nullptr) return true;
  const auto name_space = taker.object->name_space();
  return std::ranges::any_of(taker.hosts, [&](const std::string& host) {
    return mesh::imports(*sidecar, flow.client_namespace(), host, name_space);
  });
}

Reason hidden_from_client(const Flow& flow, const Service& service, int port) {
  const auto client = flow.client_namespace();
  if (!sees(flow, service.seen_by)) {
    const auto annotation = service.object != nullptr
                                ? service.object->annotations()["networking.istio.io/exportTo"]
                                : yaml::Node();
    return {
        .why = fmt::format("Service '{}' is not exported to namespace '{}'", service.host, client),
        .by = {.object = service.object, .at = annotation}};
  }
  const auto* sidecar = sidecar_of_client(flow);
  if (sidecar == nullptr || (*sidecar)["spec"]["egress"].size() == 0) return {};
  const auto where = service.object != nullptr ? service.object->name_space()
                                               : std::string_view(flow.model.ring->name_space);
  const auto listener = importing_listener(*sidecar, client, service.host, where, port);
  if (!listener) {
    return {.why = fmt::format("{} leaves out '{}'{}", k8s::described(*sidecar), service.host,
                               mesh::imports(*sidecar, client, service.host, where)
                                   ? fmt::format(" at port {}", port)
                                   : ""),
            .by = {.object = sidecar, .at = (*sidecar)["spec"]["egress"]}};
  }
  const auto binds = service.is_headless ? what_binds(listener) : yaml::Node();
  if (!binds) return {};
  return {.why = fmt::format("'{}' of {} leaves no listener for single pods", binds.key(),
                             k8s::described(*sidecar)),
          .by = {.object = sidecar, .at = binds}};
}

Reason only_registry(const Flow& flow) {
  const auto* sidecar = sidecar_of_client(flow);
  const auto own =
      sidecar == nullptr ? yaml::Node() : (*sidecar)["spec"]["outboundTrafficPolicy"]["mode"];
  if (own.text() == "ALLOW_ANY") return {};
  if (own.text() == "REGISTRY_ONLY") {
    return {.why = fmt::format("REGISTRY_ONLY of {}", k8s::described(*sidecar)),
            .by = {.object = sidecar, .at = own}};
  }
  const auto& set = flow.model.settings->outbound;
  if (set && *set == mesh::OutboundPolicy::registry_only)
    return {.why = "outboundTrafficPolicy REGISTRY_ONLY of the mesh", .by = {}};
  if (!set && flow.has(Capability::outbound_registry_only_by_default))
    return {.why = "REGISTRY_ONLY, the default of Istio 1.0,", .by = {}};
  return {};
}

}  // namespace cassmesh::engine
