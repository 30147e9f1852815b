#include "missing_host.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "cassmesh/hosts.hpp"
#include "destinations.hpp"

namespace cassmesh::mesh {
namespace {

std::string host_of(const k8s::Object& service, const Settings& settings) {
  return full_host(service.name(), service.name_space(), settings.cluster_domain);
}

/// What an installation of Kubernetes or Istio brings, or another cluster.
bool comes_with_the_cluster(std::string_view host, const Settings& settings) {
  if (host.ends_with(".svc.clusterset.local")) return true;
  const auto service = service_of(host, settings.cluster_domain);
  if (!service) return false;
  if (service->name_space == settings.root_namespace) return service->name.starts_with("istio");
  return service->name_space == "kube-system" ||
         (service->name == "kubernetes" && service->name_space == "default");
}

std::optional<MissingHost> hidden(std::string_view host, const k8s::Object& virtual_service,
                                  const std::vector<const k8s::Object*>& owners,
                                  const Settings& settings) {
  const auto seen_by = audience_of_routes(virtual_service, settings);
  const auto is_visible = [&](const k8s::Object* owner) {
    return audience(*owner, settings).overlaps(seen_by);
  };
  if (std::ranges::any_of(owners, is_visible)) return {};
  return MissingHost{
      .message = fmt::format("host '{}' is exported to nobody who sees this VirtualService", host),
      .fix = fmt::format("export it to namespace '{}'", virtual_service.name_space()),
      .certain = true,
      .other = owners.front(),
      .role = "what makes the host"};
}

/// Whether it means a Service in a way that Istio does not understand: see `dead-host`.
bool is_misspelt(std::string_view host, const Registry& registry) {
  const auto& settings = registry.settings();
  if (pod_of(host, settings.cluster_domain)) return true;
  const auto meant = meant_service(host, settings.cluster_domain);
  if (!meant) return false;
  return meant->certain ||
         !registry.find(full_host(meant->name, meant->name_space, settings.cluster_domain)).empty();
}

MissingHost no_service(std::string_view host, const ServiceName& service, Registry& registry) {
  MissingHost missing{
      .message = fmt::format("host '{}' names Service '{}/{}', which is not among the manifests",
                             host, service.name_space, service.name),
      .name_space = std::string(service.name_space)};
  missing.other = registry.service_near(service);
  if (missing.other == nullptr) return missing;
  const bool same_namespace = missing.other->name_space() == service.name_space;
  missing.role = same_namespace ? "a Service of that namespace"
                                : "a Service of this name in another namespace";
  missing.fix = fmt::format("write '{}'", host_of(*missing.other, registry.settings()));
  return missing;
}

/// A host that Istio takes for one outside of the cluster.
MissingHost outside(std::string_view host, const Registry& registry) {
  MissingHost missing{.message = fmt::format(
                          "host '{}' is in no ServiceEntry, so that routes can't lead to it", host),
                      .fix = fmt::format("add a ServiceEntry for '{}'", host)};
  const auto wildcard = registry.wildcard_over(host);
  if (wildcard.service_entry == nullptr) return missing;
  missing.message =
      fmt::format("host '{}' is in a ServiceEntry only as '{}', to which routes can't lead", host,
                  wildcard.host.text());
  missing.other = wildcard.service_entry;
  missing.role = "the wildcard";
  return missing;
}

}  // namespace

std::optional<MissingHost> missing_host(std::string_view host, const k8s::Object& virtual_service,
                                        Registry& registry) {
  const auto& settings = registry.settings();
  const auto full = full_host(host, virtual_service.name_space(), settings.cluster_domain);
  if (full.empty() || full == "*") return {};
  const auto owners = registry.find(full);
  if (!owners.empty()) return hidden(host, virtual_service, owners, settings);
  if (comes_with_the_cluster(full, settings)) return {};
  if (is_misspelt(full, registry)) return {};
  if (const auto service = service_of(full, settings.cluster_domain))
    return no_service(host, *service, registry);
  return outside(host, registry);
}

}  // namespace cassmesh::mesh
