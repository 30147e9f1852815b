#include "service_entries.hpp"

#include <algorithm>

#include "sight.hpp"

// Sources: istio/istio 1.21.0 and 1.22.0 pilot/pkg/model/push_context.go (initServiceRegistry),
// 1.24.0 pilot/pkg/model/sidecar.go:766, pilot/pkg/serviceregistry/serviceentry/conversion.go:333.
namespace cassmesh::engine {
namespace {

using mesh::Capability;

yaml::Node host_in(const k8s::Object& entry, std::string_view host) {
  for (const auto& each : entry["spec"]["hosts"]) {
    if (each.text() == host) return each;
  }
  return {};
}

bool has_port(const k8s::Object& entry, int port) {
  return std::ranges::any_of(entry["spec"]["ports"], [&](const yaml::Node& each) {
    return each["number"].text() == std::to_string(port);
  });
}

bool resolves(const k8s::Object& entry) {
  const auto resolution = entry["spec"]["resolution"].text();
  return !resolution.empty() && resolution != "NONE";
}

bool replaces(const Flow& flow, const k8s::Object& entry, const Service& service) {
  if (service.object == nullptr) return false;
  const auto& replaced = *service.object;
  const auto own = flow.client_namespace();
  if (flow.has(Capability::service_entry_of_client_namespace_before_service) &&
      entry.name_space() == own && replaced.name_space() != own)
    return true;
  return flow.has(Capability::service_entry_before_older_service) &&
         goes_before(flow.model, entry, replaced);
}

}  // namespace

bool take_by_service_entry(Flow& flow) {
  const auto& service = *flow.owner;
  for (const auto* entry : flow.model.objects.service_entries) {
    const auto host = host_in(*entry, service.host);
    if (!host || !sees(flow, mesh::audience(*entry, *flow.model.settings)) ||
        !imports(flow, service.host, entry->name_space()) || !replaces(flow, *entry, service))
      continue;
    const Evidence by{.object = entry, .at = host};
    const auto port = flow.owner_port->number;
    const bool balances = has_port(*entry, port) && resolves(*entry);
    flow.is_passed_through = true;
    flow.owner = nullptr;
    flow.owner_port = nullptr;
    const auto who = k8s::described(*entry);
    if (balances) {
      flow.fail(Outcome::misrouted, Step::listener, by,
                "{} takes the place of Service '{}', and chooses an endpoint of its own", who,
                service.host);
    } else {
      flow.hop(Step::listener, by,
               "{} takes the place of Service '{}': the sidecar passes on in plaintext", who,
               service.host);
    }
    return true;
  }
  return false;
}

Evidence endpoints_without_mtls(const Flow& flow, const Service& service, int port) {
  if (service.object == nullptr) return {};
  for (const auto* entry : flow.model.objects.service_entries) {
    const auto host = host_in(*entry, service.host);
    if (host && entry->name_space() == service.object->name_space() && resolves(*entry) &&
        has_port(*entry, port))
      return {.object = entry, .at = host};
  }
  return {};
}

}  // namespace cassmesh::engine
