#include "undated.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "../mesh/precedence.hpp"
#include "cassmesh/hosts.hpp"

namespace cassmesh::engine {
namespace {

using List = Objects::List;

class Finder {
 public:
  explicit Finder(const Model& model) : model_(model) {}

  std::vector<List> find() {
    add_peer_authentications();
    add_old_policies();
    add_destination_rules();
    add_virtual_services();
    add_service_entries();
    add_takers();
    add_services();
    add_sidecars();
    return std::move(found_);
  }

 private:
  void add(const List& competing) {
    if (competing.size() < 2) return;
    auto firsts = mesh::possible_firsts(competing);
    if (firsts.size() > 1 && std::ranges::find(found_, firsts) == found_.end())
      found_.push_back(std::move(firsts));
  }

  /// Of each level: without a selector by namespace, with one by node.
  void add_peer_authentications() {
    std::map<std::pair<std::string_view, const Workload*>, List> levels;
    for (const auto* policy : model_.objects.peer_authentications) {
      const auto labels = (*policy)["spec"]["selector"]["matchLabels"];
      const auto name_space = policy->name_space();
      if (labels.size() == 0) levels[{name_space, nullptr}].push_back(policy);
      for (const auto& node : model_.nodes) {
        if (labels.size() > 0 && node.name_space == name_space &&
            k8s::selects(labels, *node.object))
          levels[{name_space, &node}].push_back(policy);
      }
    }
    for (const auto& [level, policies] : levels) add(policies);
  }

  /// Those that name the same Service.
  void add_old_policies() {
    std::map<std::string_view, List> by_target;
    for (const auto* policy : model_.objects.old_policies) {
      for (const auto& target : (*policy)["spec"]["targets"])
        by_target[target["name"].text()].push_back(policy);
    }
    for (const auto& [target, policies] : by_target) add(policies);
  }

  void add_destination_rules() {
    std::map<std::string, List> by_host;
    for (const auto* rule : model_.objects.destination_rules) {
      by_host[mesh::full_host((*rule)["spec"]["host"].text(), rule->name_space(),
                              model_.settings->cluster_domain)]
          .push_back(rule);
    }
    for (const auto& [host, rules] : by_host) add(rules);
  }

  void add_virtual_services() {
    List routing;
    std::ranges::copy_if(
        model_.objects.virtual_services, std::back_inserter(routing),
        [](const k8s::Object* service) { return (*service)["spec"]["tcp"].size() > 0; });
    add(routing);
  }

  /// With a Service that has the same host.
  void add_service_entries() {
    for (const auto* entry : model_.objects.service_entries) {
      for (const auto& host : (*entry)["spec"]["hosts"]) {
        const auto own = std::ranges::find(model_.services, host.text(), &Service::host);
        if (own != model_.services.end() && own->object != nullptr) add({entry, own->object});
      }
    }
  }

  /// Of one port, with each other and with the ring's Services that declare it.
  void add_takers() {
    std::map<int, List> by_port;
    for (const auto& taker : model_.takers) {
      by_port[taker.port].push_back(taker.object);
      for (const auto& service : model_.services) {
        if (service.object != nullptr && service.is_headless && service.port(taker.port) != nullptr)
          add({taker.object, service.object});
      }
    }
    for (const auto& [port, takers] : by_port) add(takers);
  }

  bool share_a_node(const Service& one, const Service& other) const {
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) {
      if (one.selects.at(i) && other.selects.at(i)) return true;
    }
    return false;
  }

  /// Whether a proxy would treat a port otherwise if the other Service were the older one.
  bool compete(const Service& one, const Service& other) const {
    const auto& objects = model_.objects;
    const bool hosts_matter =
        one.is_headless && other.is_headless &&
        !(objects.destination_rules.empty() && objects.virtual_services.empty() &&
          objects.service_entries.empty());
    return std::ranges::any_of(one.ports, [&](const Port& port) {
      const auto* same = other.port_to(port.target);
      if (same != nullptr && (same->by_name != port.by_name || same->by_app != port.by_app))
        return true;
      return hosts_matter && other.port(port.number) != nullptr;
    });
  }

  void add_services() {
    List competing;
    for (const auto& one : model_.services) {
      if (one.object != nullptr && std::ranges::any_of(model_.services, [&](const Service& other) {
            return &one != &other && other.object != nullptr && share_a_node(one, other) &&
                   compete(one, other);
          }))
        competing.push_back(one.object);
    }
    add(competing);
  }

  void add_sidecars() {
    const auto selects = [](const k8s::Object& sidecar) {
      return sidecar["spec"]["workloadSelector"].is_mapping();
    };
    for (const auto* workloads : {&model_.nodes, &model_.clients}) {
      for (const auto& each : *workloads) {
        if (each.sidecar == nullptr || each.next_sidecar == nullptr ||
            each.sidecar->name_space() != each.next_sidecar->name_space() ||
            selects(*each.sidecar) != selects(*each.next_sidecar))
          continue;
        add({each.sidecar, each.next_sidecar});
      }
    }
  }

  const Model& model_;
  std::vector<List> found_;
};

/// Before the others of a list, wherever these stand.
template <typename All, typename ObjectOf>
void put_first(All& all, const List& others, const k8s::Object* first, const ObjectOf& object_of) {
  const auto from = std::ranges::find_if(all, [&](const auto& each) {
    return std::ranges::find(others, object_of(each)) != others.end();
  });
  std::stable_partition(from, all.end(),
                        [&](const auto& each) { return object_of(each) == first; });
}

void take_for_oldest(std::vector<Workload>& workloads, const List& undated,
                     const k8s::Object* oldest) {
  for (auto& each : workloads) {
    if (each.next_sidecar == oldest && std::ranges::find(undated, each.sidecar) != undated.end())
      std::swap(each.sidecar, each.next_sidecar);
  }
}

}  // namespace

std::vector<List> undated(const Model& model) {
  return Finder(model).find();
}

std::vector<List> undated_left(const Model& model) {
  std::vector<List> left;
  if (model.undated.empty()) return left;
  auto present = objects_of(model);
  for (const auto* workloads : {&model.nodes, &model.clients}) {
    for (const auto& each : *workloads) present.insert(each.next_sidecar);
  }
  for (auto each : model.undated) {
    std::erase_if(each, [&](const k8s::Object* object) { return !present.contains(object); });
    if (each.size() > 1) left.push_back(std::move(each));
  }
  return left;
}

void take_for_oldest(Model& model, const List& undated, const k8s::Object* oldest) {
  for (const auto list :
       {&Objects::virtual_services, &Objects::service_entries, &Objects::destination_rules,
        &Objects::peer_authentications, &Objects::old_policies})
    put_first(model.objects.*list, undated, oldest, [](const auto* each) { return each; });
  put_first(model.takers, undated, oldest, [](const Taker& each) { return each.object; });
  put_first(model.services, undated, oldest, [](const Service& each) { return each.object; });
  take_for_oldest(model.nodes, undated, oldest);
  take_for_oldest(model.clients, undated, oldest);
  for (const auto* other : undated) {
    if (other != oldest) model.assumed.push_back({.older = oldest, .younger = other});
  }
}

}  // namespace cassmesh::engine
