// Which workloads make a ring: the StatefulSets that run Cassandra and share a governing Service,
// with the Services that select their pods. Custom resources of operators are no StatefulSets; the
// StatefulSets that operators make of them are rings like any other.

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "../cassandra/images.hpp"
#include "../cassandra/programs.hpp"
#include "../text.hpp"
#include "cassmesh/hosts.hpp"
#include "cassmesh/mesh.hpp"
#include "clients.hpp"
#include "peers.hpp"

namespace cassmesh::mesh {
namespace {

using cassandra::Runs;

constexpr std::array ring_ports{"7000", "7001", "7199", "9042", "9142"};

bool has_port(const yaml::Node& container, std::string_view number) {
  return std::ranges::any_of(container["ports"], [&](const yaml::Node& port) {
    return port["containerPort"].text() == number;
  });
}

bool has_port_of_rings(const yaml::Node& container) {
  return std::ranges::any_of(ring_ports,
                             [&](const char* number) { return has_port(container, number); });
}

/// Whether the labels that people and charts name a program by say that it is a ring.
bool labels_say_ring(const k8s::Object& workload) {
  constexpr std::array keys{"app", "app.kubernetes.io/name"};
  return std::ranges::any_of(keys, [&](const char* key) {
    return cassandra::what_runs(workload.pod_labels()[key].text()) == Runs::cassandra;
  });
}

bool may_be_node(const yaml::Node& container) {
  const bool no_ports = container["ports"].size() == 0;
  return container["name"].text() != "istio-proxy" &&
         cassandra::what_runs(container["image"].text()) != Runs::something_else &&
         (no_ports || has_port_of_rings(container));
}

std::string service_host(const k8s::Object& service, const Settings& settings) {
  return full_host(service.name(), service.name_space(), settings.cluster_domain);
}

void add_once(std::vector<std::string>& hosts, std::string host) {
  if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(std::move(host));
}

/// The StatefulSets by ring, without their Services.
class Grouping {
 public:
  void add(const k8s::Object& set) {
    const auto service = set["spec"]["serviceName"].text();
    // Several without one are strangers to each other, whatever their labels say.
    const auto key = service.empty() ? std::pair(set.name_space(), set.name())
                                     : std::pair(set.name_space(), service);
    const auto [known, is_new] = index_.try_emplace({key, service.empty()}, rings_.size());
    if (is_new) rings_.push_back({{}, std::string(set.name_space()), {}});
    auto& sets = rings_[known->second].stateful_sets;
    const auto same = [&](const k8s::Object* other) { return other->name() == set.name(); };
    if (std::ranges::none_of(sets, same)) sets.push_back(&set);  // else: `duplicate-object`
  }

  std::vector<Ring> take() {
    for (auto& ring : rings_) {
      const auto& first = *ring.stateful_sets.front();
      const bool one = ring.stateful_sets.size() == 1;
      ring.name = ring.name_space + "/" +
                  std::string(one ? first.name() : first["spec"]["serviceName"].text());
    }
    return std::move(rings_);
  }

 private:
  using Key = std::pair<std::pair<std::string_view, std::string_view>, bool>;
  std::map<Key, std::size_t> index_;
  std::vector<Ring> rings_;
};

void add_services(const k8s::ObjectSet& objects, std::vector<Ring>& rings) {
  std::map<std::string_view, std::vector<const k8s::Object*>> by_namespace;
  for (const auto* service : objects.of("Service"))
    by_namespace[service->name_space()].push_back(service);
  for (auto& ring : rings) {
    const auto governing = ring.governing_name();
    if (!governing.empty()) ring.service = objects.find("Service", ring.name_space, governing);
    for (const auto* service : by_namespace[ring.name_space]) {
      const auto selected = [&](const k8s::Object* set) {
        return k8s::service_selects(*service, *set);
      };
      if (std::ranges::any_of(ring.stateful_sets, selected)) ring.services.push_back(service);
    }
  }
}

}  // namespace

std::string_view Ring::governing_name() const {
  return (*stateful_sets.front())["spec"]["serviceName"].text();
}

std::vector<std::string> Ring::hosts(const Settings& settings) const {
  std::vector<std::string> all;
  if (const auto governing = governing_name(); !governing.empty())
    add_once(all, full_host(governing, name_space, settings.cluster_domain));
  for (const auto* each : services) add_once(all, service_host(*each, settings));
  return all;
}

bool Ring::has_pod(std::string_view pod) const {
  const auto dash = pod.rfind('-');
  if (dash == std::string_view::npos) return false;
  const auto number = ordinal(pod.substr(dash + 1));
  return number && std::ranges::any_of(stateful_sets, [&](const k8s::Object* set) {
           const auto spec = (*set)["spec"];
           const int start = whole_number(spec["ordinals"]["start"].text()).value_or(0);
           // Who leaves `replicas` out leaves it to an autoscaler, or to one.
           const auto replicas = whole_number(spec["replicas"].text());
           return set->name() == pod.substr(0, dash) && *number >= start &&
                  (!replicas || *number - start < *replicas);
         });
}

bool Ring::has_host(std::string_view host, const Settings& settings) const {
  const auto service_name = service_of(host, settings.cluster_domain);
  const auto pod_name = pod_of(host, settings.cluster_domain);
  if (pod_name) {
    return pod_name->service == ServiceName{governing_name(), name_space} && has_pod(pod_name->pod);
  }
  if (!service_name || service_name->name_space != name_space) return false;
  return service_name->name == governing_name() ||
         std::ranges::find(services, service_name->name, &k8s::Object::name) != services.end();
}

std::optional<k8s::Container> cassandra_container(const k8s::Object& workload) {
  auto all = k8s::containers(workload);
  std::erase_if(all, [](const k8s::Container& each) {
    return each.init || cassandra::runs_no_node(each.node);
  });
  const auto by_name = std::ranges::find_if(all, [](const k8s::Container& each) {
    return cassandra::what_runs(each.node["image"].text()) == Runs::cassandra;
  });
  if (by_name != all.end()) return *by_name;
  const auto by_ports = std::ranges::find_if(all, [](const k8s::Container& each) {
    return may_be_node(each.node) && has_port(each.node, "7000") && has_port(each.node, "9042");
  });
  if (by_ports != all.end()) return *by_ports;
  if (!labels_say_ring(workload)) return std::nullopt;
  const auto by_label =
      std::ranges::find_if(all, [](const k8s::Container& each) { return may_be_node(each.node); });
  if (by_label == all.end()) return std::nullopt;
  return *by_label;
}

bool is_headless(const k8s::Object& service) {
  return service["spec"]["clusterIP"].text() == "None";
}

std::vector<Ring> find_rings(const k8s::ObjectSet& objects, const Settings& settings) {
  Grouping grouping;
  for (const auto* set : objects.of("StatefulSet")) {
    if (cassandra_container(*set)) grouping.add(*set);
  }
  auto rings = grouping.take();
  add_services(objects, rings);
  find_clients(objects, settings, rings);
  find_peers(objects, settings, rings);
  return rings;
}

}  // namespace cassmesh::mesh
