#include "service_ports.hpp"

#include <algorithm>
#include <vector>

#include "pods.hpp"
#include "text.hpp"

namespace cassmesh::mesh {
namespace {

using Workloads = std::span<const k8s::Object* const>;

bool declares_ports(const k8s::Object* workload) {
  return std::ranges::any_of(k8s::containers(*workload), [](const k8s::Container& container) {
    return container.node["ports"].size() > 0;
  });
}

/// Where pods listen for a Service's port; nothing if a name stands for no port, or for several.
std::optional<int> target_of(const yaml::Node& port, Workloads pods) {
  const auto target = port["targetPort"].text();
  if (target.empty()) return whole_number(port["port"].text());
  if (const auto number = whole_number(target)) return number;
  const auto first = k8s::container_port(*pods.front(), target);
  const bool is_one = std::ranges::all_of(pods, [&](const k8s::Object* workload) {
    return k8s::container_port(*workload, target) == first;
  });
  return is_one ? first : std::nullopt;
}

struct ServicePort {
  const k8s::Object* service;
  yaml::Node port;
};

/// All ports of the Services that select some of the pods.
std::vector<ServicePort> ports_before(Workloads pods, const k8s::ObjectSet& objects) {
  std::vector<ServicePort> all;
  for (const auto* service : objects.of("Service")) {
    const bool selects = std::ranges::any_of(pods, [&](const k8s::Object* workload) {
      return service->name_space() == workload->name_space() &&
             k8s::service_selects(*service, *workload);
    });
    if (!selects) continue;
    for (const auto& port : (*service)["spec"]["ports"]) all.push_back({service, port});
  }
  return all;
}

}  // namespace

std::optional<MappedPort> service_port_alone(std::string_view number, Workloads pods,
                                             const k8s::ObjectSet& objects) {
  const auto declares = [&](const k8s::Object* workload) {
    return !declares_ports(workload) || declares_port(*workload, number);
  };
  if (pods.empty() || std::ranges::any_of(pods, declares)) return std::nullopt;
  std::optional<MappedPort> found;
  for (const auto& [service, port] : ports_before(pods, objects)) {
    const auto target = target_of(port, pods);
    if (!target || target == whole_number(number)) return std::nullopt;
    if (!found && port["port"].text() == number)
      found = MappedPort{.service = service, .port = port, .target = *target};
  }
  return found;
}

}  // namespace cassmesh::mesh
