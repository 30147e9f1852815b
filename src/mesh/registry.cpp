#include "registry.hpp"

#include <algorithm>

#include "cassmesh/hosts.hpp"
#include "text.hpp"

namespace cassmesh::mesh {

namespace {

/// Each compares a name with those of all Services.
constexpr std::size_t most_suggestions = 200;

bool has_host(const k8s::Object& service_entry, std::string_view host) {
  return std::ranges::any_of(service_entry["spec"]["hosts"],
                             [&](const yaml::Node& own) { return own.text() == host; });
}

}  // namespace

Registry::Registry(const k8s::ObjectSet& here, std::span<const k8s::ObjectSet* const> everywhere,
                   const Settings& settings)
    : here_(here), everywhere_(everywhere), settings_(settings) {
  for (const auto* service : here.all_of("Service"))
    services_[{service->name_space(), service->name()}].push_back(service);
  for (const auto* entry : here.all_of("ServiceEntry")) {
    for (const auto& host : (*entry)["spec"]["hosts"]) {
      if (host.text().empty()) continue;
      entries_[host.text()].push_back(entry);
      if (is_wildcard(host.text())) wildcards_.push_back({entry, host});
    }
  }
}

std::vector<const k8s::Object*> Registry::find(std::string_view host) const {
  Objects found;
  if (const auto service = service_of(host, settings_.cluster_domain)) {
    const auto services = services_.find({service->name_space, service->name});
    if (services != services_.end()) found = services->second;
  }
  const auto entries = entries_.find(host);
  if (entries != entries_.end())
    found.insert(found.end(), entries->second.begin(), entries->second.end());
  return found.empty() ? find_elsewhere(host) : found;
}

Registry::Objects Registry::find_elsewhere(std::string_view host) const {
  Objects found;
  const auto service = service_of(host, settings_.cluster_domain);
  for (const auto* set : everywhere_) {
    if (set == &here_) continue;
    const auto* object =
        service ? set->find("Service", service->name_space, service->name) : nullptr;
    if (object != nullptr) found.push_back(object);
    for (const auto* entry : set->all_of("ServiceEntry")) {
      if (has_host(*entry, host)) found.push_back(entry);
    }
  }
  return found;
}

const k8s::Object* Registry::service_near(const ServiceName& name) {
  if (suggestions_++ >= most_suggestions) return nullptr;
  std::vector<std::string_view> neighbours;
  const k8s::Object* namesake = nullptr;
  for (const auto* service : here_.of("Service")) {
    if (service->name_space() == name.name_space) neighbours.push_back(service->name());
    if (service->name() == name.name && namesake == nullptr) namesake = service;
  }
  const auto near = closest(name.name, neighbours);
  return near.empty() ? namesake : here_.find("Service", name.name_space, near);
}

Registry::Wildcard Registry::wildcard_over(std::string_view host) const {
  Wildcard best;
  for (const auto& wildcard : wildcards_) {
    if (!covers(wildcard.host.text(), host)) continue;
    if (best.host.text().size() < wildcard.host.text().size()) best = wildcard;
  }
  return best;
}

Ports ports_of(const k8s::Object& object) {
  Ports ports;
  const auto* const field = object.is("Service") ? "port" : "number";
  for (const auto& port : object["spec"]["ports"]) {
    if (!port[field].text().empty()) ports.insert(port[field].text());
  }
  return ports;
}

Ports ports_of(std::span<const k8s::Object* const> owners) {
  Ports all;
  for (const auto* owner : owners) {
    auto ports = ports_of(*owner);
    // An ExternalName stands for a host with ports of its own.
    if (ports.empty() || (*owner)["spec"]["type"].text() == "ExternalName") return {};
    all.merge(ports);
  }
  return all;
}

}  // namespace cassmesh::mesh
