// Models with something changed: without an object, with one alone, with a fact as it should be.

#include <algorithm>
#include <array>
#include <utility>

#include "cassmesh/hosts.hpp"
#include "model.hpp"

namespace cassmesh::engine {
namespace {

constexpr std::array lists{&Objects::virtual_services,  &Objects::service_entries,
                           &Objects::destination_rules, &Objects::peer_authentications,
                           &Objects::old_policies,      &Objects::authorization_policies,
                           &Objects::network_policies};

bool holds(const Objects::List& list, const k8s::Object& object) {
  return std::ranges::find(list, &object) != list.end();
}

template <typename Action>
void each_workload(Model& model, const Action& action) {
  for (auto& node : model.nodes) action(node);
  for (auto& client : model.clients) action(client);
}

/// In the mesh as the ring is, or as it is meant to be.
Injection ideal_injection(const Model& model) {
  using enum mesh::Mode;
  const auto& first = model.nodes.front().injection;
  const auto mode = model.settings->mode;
  Injection made{.why = "as it should be"};
  const bool meshed = model.intent.is_meant || !first.sidecar.empty() || !first.ambient.empty();
  if (mode == none || !meshed) return made;
  if (mode == ambient || (!mode && !first.ambient.empty())) {
    made.ambient = mesh::versions_with(mesh::Capability::ambient_mode);
  } else {
    made.sidecar = mesh::VersionRange::any();
  }
  return made;
}

Sockets ideal_sockets(const Sockets& sockets) {
  Sockets made;
  made.internode_port = sockets.internode_port;
  made.cql_port = sockets.cql_port;
  made.jmx_port = sockets.jmx_port;
  made.has_internode_tls = sockets.has_internode_tls;
  return made;
}

/// Every Service with all ports of the ring that a client or a node may dial.
void complete_ports(Service& service, const Sockets& sockets) {
  for (const int number : {sockets.internode_port, sockets.cql_port, sockets.jmx_port}) {
    if (service.port(number) == nullptr &&
        (service.is_headless || service.port_to(number) == nullptr))
      service.ports.push_back({.number = number, .target = number});
  }
  for (auto& port : service.ports) {
    port.by_name = mesh::Protocol::tcp;
    port.by_app.reset();
    if (service.is_headless) port.target = port.number;
  }
}

Service ideal_service(const Model& model) {
  Service made{
      .host = mesh::full_host(model.ring->governing_name().empty() ? std::string_view("ring")
                                                                   : model.ring->governing_name(),
                              model.ring->name_space, model.settings->cluster_domain),
      .is_headless = true,
      .governs = true,
      .has_not_ready = true,
      .selects = std::vector<bool>(model.nodes.size(), true)};
  return made;
}

/// The pods have their names from the Service that serviceName names, if it is headless, and from
/// every other one that could be named there.
void make_naming_ideal(std::vector<Service>& services, const Model& model) {
  bool has_headless = false;
  for (auto& service : services) {
    const bool has_all = std::ranges::find(service.selects, false) == service.selects.end();
    service.governs = service.is_headless && (service.governs || has_all);
    if (service.governs) service.selects.assign(model.nodes.size(), true);
    has_headless = has_headless || service.governs;
  }
  if (!has_headless) services.push_back(ideal_service(model));
}

void make_ideal(std::vector<Service>& services, const Model& model) {
  make_naming_ideal(services, model);
  for (auto& service : services) {
    service.others.clear();
    service.seen_by = mesh::Audience::everybody();
    if (service.is_headless) service.has_not_ready = true;
    if (service.is_headless) complete_ports(service, model.nodes.front().sockets);
    for (auto& port : service.ports) {
      port.by_name = mesh::Protocol::tcp;
      port.by_app.reset();
    }
  }
}

template <typename Member>
void take_sockets(Model& model, const Model& from, Member Sockets::*member) {
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    model.nodes[i].sockets.*member = from.nodes.at(i).sockets.*member;
}

/// Both models have the same Services, but for one that an ideal ring has besides.
template <typename Action>
void each_service(Model& model, const Model& from, const Action& action) {
  for (std::size_t i = 0; i < model.services.size() && i < from.services.size(); ++i)
    action(model.services[i], from.services[i]);
}

void take_ports(Model& model, const Model& from) {
  each_service(model, from, [](Service& to, const Service& other) {
    const auto protocols = to.ports;
    to.ports = other.ports;
    for (auto& port : to.ports) {  // the protocols are another fact
      const auto known = std::ranges::find(protocols, port.number, &Port::number);
      if (known == protocols.end()) continue;
      port.by_name = known->by_name;
      port.by_app = known->by_app;
    }
  });
}

void take_naming(Model& model, const Model& from) {
  each_service(model, from, [](Service& to, const Service& other) {
    to.governs = other.governs;
    to.selects = other.selects;
  });
  model.services.resize(std::min(model.services.size(), from.services.size()));
  for (auto i = model.services.size(); i < from.services.size(); ++i)
    model.services.push_back(from.services[i]);
}

void take_protocols(Model& model, const Model& from) {
  each_service(model, from, [](Service& to, const Service& other) {
    for (auto& port : to.ports) {
      const auto* known = other.port(port.number);
      if (known == nullptr) continue;
      port.by_name = known->by_name;
      port.by_app = known->by_app;
      port.node = known->node;
    }
  });
}

void take_injection(std::vector<Workload>& workloads, const std::vector<Workload>& from) {
  for (std::size_t i = 0; i < workloads.size(); ++i) workloads[i].injection = from.at(i).injection;
}

void take_self(Model& model, const Model& from) {
  take_sockets(model, from, &Sockets::self);
}

void take_broadcast(Model& model, const Model& from) {
  take_sockets(model, from, &Sockets::broadcast);
  take_sockets(model, from, &Sockets::broadcast_by);
  take_sockets(model, from, &Sockets::broadcast_why);
  take_sockets(model, from, &Sockets::broadcast_rpc);
  take_sockets(model, from, &Sockets::broadcast_rpc_by);
  take_sockets(model, from, &Sockets::broadcast_rpc_why);
}

void take_interception(Model& model, const Model& from) {
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    model.nodes[i].interception = from.nodes.at(i).interception;
  for (std::size_t i = 0; i < model.clients.size(); ++i)
    model.clients[i].interception = from.clients.at(i).interception;
}

}  // namespace

Model ideal(const Model& model) {
  auto made = model;
  made.objects = {};
  made.takers.clear();
  const auto injection = ideal_injection(model);
  each_workload(made, [&](Workload& workload) {
    workload.injection = injection;
    workload.interception = Interception::of_all_ports();
    workload.sidecar = nullptr;
    workload.next_sidecar = nullptr;
    workload.sockets = ideal_sockets(workload.sockets);
  });
  make_ideal(made.services, model);
  return made;
}

void take(Model& model, const Model& from, Aspect aspect) {
  switch (aspect) {
    case Aspect::listen_address:
      take_sockets(model, from, &Sockets::listen);
      take_sockets(model, from, &Sockets::self);
      return take_sockets(model, from, &Sockets::internode);
    case Aspect::broadcast_address:
      return take_broadcast(model, from);
    case Aspect::self_dialling:
      return take_self(model, from);
    case Aspect::outbound_binding:
      return take_sockets(model, from, &Sockets::binds_outbound);
    case Aspect::local_preference:
      return take_sockets(model, from, &Sockets::prefers_local);
    case Aspect::other_bindings:
      take_sockets(model, from, &Sockets::cql);
      return take_sockets(model, from, &Sockets::jmx);
    case Aspect::seeds:
      take_sockets(model, from, &Sockets::seeds_by);
      return take_sockets(model, from, &Sockets::seeds);
    case Aspect::naming:
      return take_naming(model, from);
    case Aspect::declared_ports:
      return take_ports(model, from);
    case Aspect::port_protocols:
      return take_protocols(model, from);
    case Aspect::readiness:
      return each_service(model, from, [](Service& to, const Service& other) {
        to.has_not_ready = other.has_not_ready;
      });
    case Aspect::visibility:
      return each_service(model, from,
                          [](Service& to, const Service& other) { to.seen_by = other.seen_by; });
    case Aspect::injection_of_nodes:
      return take_injection(model.nodes, from.nodes);
    case Aspect::injection_of_clients:
      return take_injection(model.clients, from.clients);
    case Aspect::interception:
      return take_interception(model, from);
    case Aspect::mtls_of_clients:
    case Aspect::plaintext_of_clients:
      model.speaks_mtls = from.speaks_mtls;
      return;
    case Aspect::authorization:
      model.objects.authorization_policies = from.objects.authorization_policies;
      return;
    case Aspect::network_policies:
      model.objects.network_policies = from.objects.network_policies;
      return;
  }
}

void remove(Model& model, const k8s::Object& object) {
  for (const auto list : lists) std::erase(model.objects.*list, &object);
  std::erase_if(model.takers, [&](const Taker& each) { return each.object == &object; });
  std::erase_if(model.services, [&](const Service& each) { return each.object == &object; });
  each_workload(model, [&](Workload& workload) {
    if (workload.next_sidecar == &object) workload.next_sidecar = nullptr;
    if (workload.sidecar == &object)
      workload.sidecar = std::exchange(workload.next_sidecar, nullptr);
  });
}

void add(Model& model, const Model& from, const k8s::Object& object) {
  for (const auto list : lists) {
    if (holds(from.objects.*list, object)) (model.objects.*list).push_back(&object);
  }
  for (const auto& taker : from.takers) {
    if (taker.object == &object) model.takers.push_back(taker);
  }
  const auto put = [&](std::vector<Workload>& to, const std::vector<Workload>& others) {
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (others.at(i).sidecar == &object) to[i].sidecar = &object;
    }
  };
  put(model.nodes, from.nodes);
  put(model.clients, from.clients);
}

std::set<const k8s::Object*> objects_of(const Model& model) {
  std::set<const k8s::Object*> all;
  for (const auto list : lists)
    all.insert((model.objects.*list).begin(), (model.objects.*list).end());
  for (const auto& taker : model.takers) all.insert(taker.object);
  for (const auto& service : model.services) all.insert(service.object);
  for (const auto* workloads : {&model.nodes, &model.clients}) {
    for (const auto& workload : *workloads) all.insert(workload.sidecar);
  }
  all.erase(nullptr);
  return all;
}

}  // namespace cassmesh::engine
