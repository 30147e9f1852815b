#include "ring_names.hpp"

#include <fmt/core.h>

#include "cassmesh/hosts.hpp"

namespace cassmesh::mesh {

RingNames::RingNames(const std::vector<Ring>& rings, const k8s::ObjectSet& objects,
                     const Settings& settings)
    : rings_(rings), settings_(settings) {
  std::map<std::string, std::vector<std::size_t>, std::less<>> rings_of_host;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    for (const auto& host : rings[i].hosts(settings)) {
      add(host, i);
      rings_of_host[host].push_back(i);
    }
  }
  for (const auto* service : objects.of("Service")) {
    if ((*service)["spec"]["type"].text() != "ExternalName") continue;
    const auto aliased = rings_of_host.find((*service)["spec"]["externalName"].text());
    if (aliased == rings_of_host.end()) continue;
    const auto alias = full_host(service->name(), service->name_space(), settings.cluster_domain);
    for (const auto ring : aliased->second) add(alias, ring);
  }
}

void RingNames::add(std::string_view host, std::size_t ring) {
  const auto service = service_of(host, settings_.cluster_domain);
  if (!service) return;
  means_[std::string(service->name)].push_back({ring, std::string(service->name_space)});
  const auto longer = fmt::format("{}.{}", service->name, service->name_space);
  for (const auto& name : {longer, longer + ".svc", std::string(host)})
    means_[name].push_back({ring});
}

}  // namespace cassmesh::mesh
