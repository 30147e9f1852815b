#include "port_effects.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "telling.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Protocol;

bool needs_sni(const Port& port) {
  const auto wants = [](Protocol protocol) {
    return protocol == Protocol::tls || protocol == Protocol::https;
  };
  return wants(port.by_name) || (port.by_app && wants(*port.by_app));
}

std::string_view words_for(Protocol protocol) {
  if (mesh::is_http(protocol)) return "HTTP";
  if (protocol == Protocol::redis) return "Redis";
  return "TLS for the Service's host";
}

bool is_of_ring(const Model& model, const Port& port) {
  // Those that Cassandra has by default are its own, whether a node listens there or not.
  constexpr std::array known{7000, 7001, 7199, 9042, 9142, 9160};
  const auto own = ports_of(model);
  return std::ranges::find(known, port.number) != known.end() ||
         std::ranges::find(own, port.target) != own.end();
}

bool is_harmless(const Port& port) {
  const auto passes = [](Protocol protocol) {
    return protocol == Protocol::tcp || protocol == Protocol::unknown;
  };
  return passes(port.by_name) && (!port.by_app || passes(*port.by_app));
}

/// The port of which this is the name or the protocol; null if it is of none.
const Port* port_told_at(const Model& model, const yaml::Node& at) {
  if (!at) return nullptr;
  for (const auto& service : model.services) {
    const auto found = std::ranges::find_if(service.ports, [&](const Port& port) {
      return at == port.node["name"] || at == port.node["appProtocol"];
    });
    if (found != service.ports.end()) return &*found;
  }
  return nullptr;
}

/// The port by whose words a connection breaks: one that the failing hop names; else, as what is
/// for TLS alone only makes it pass in plaintext, the one that has the listener.
const Port* responsible(const Model& model, const Break& each) {
  if (const auto* port = port_told_at(model, each.hop.by.at)) return port;
  for (const auto& service : model.services) {
    const auto* port = service.is_headless ? service.port(each.connection.port) : nullptr;
    if (port != nullptr) return needs_sni(*port) ? port : nullptr;
  }
  return nullptr;
}

bool share_pods(const Service& one, const Service& other) {
  for (std::size_t i = 0; i < one.selects.size() && i < other.selects.size(); ++i) {
    if (one.selects[i] && other.selects[i]) return true;
  }
  return false;
}

}  // namespace

std::vector<int> ports_of(const Model& model) {
  std::vector<int> ports;
  for (const auto& node : model.nodes) {
    const auto& own = node.sockets;
    ports.insert(ports.end(), {own.internode_port, own.cql_port, own.jmx_port});
  }
  std::ranges::sort(ports);
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  return ports;
}

bool is_of_cassandra(const Model& model, const yaml::Node& port) {
  const auto* known = find_port(model, port).port;
  return known != nullptr && is_of_ring(model, *known);
}

Effect effect_of_declaration(Engine& engine, const mesh::Ring& ring, int port) {
  return part(engine.effect(Aspect::declared_ports, ring),
              [&](const Break& each) { return each.connection.port == port; });
}

bool is_declared(const Model& model, int port) {
  return std::ranges::any_of(model.services, [&](const Service& service) {
    const bool selects = std::ranges::find(service.selects, true) != service.selects.end();
    return selects && (service.port(port) != nullptr ||
                       (!service.is_headless && service.port_to(port) != nullptr));
  });
}

bool may_have_sidecar(const Model& model, const mesh::VersionRange& istio) {
  return std::ranges::any_of(model.nodes, [&](const Workload& node) {
    return !node.injection.is_known || !(node.injection.sidecar & istio).empty();
  });
}

bool speak_of_mesh(const Model& model) {
  const auto& all = *model.all;
  const auto asks = [](const k8s::Object* workload) {
    return static_cast<bool>(asks_for_proxy(*workload));
  };
  const auto asks_for_all = [](const k8s::Object* name_space) {
    return static_cast<bool>(asks_for_proxies(*name_space));
  };
  return model.settings->mode || std::ranges::any_of(all.workloads(), asks) ||
         std::ranges::any_of(all.of("Namespace"), asks_for_all) ||
         std::ranges::any_of(
             all, [](const k8s::Object& object) { return k8s::is_istio_group(object.group()); });
}

Effect effect_of_protocol(Engine& engine, const mesh::Ring& ring, const yaml::Node& port) {
  const auto& model = engine.model(ring);
  return part(engine.effect(Aspect::port_protocols, ring), [&](const Break& each) {
    const auto* known = responsible(model, each);
    return known != nullptr && known->node == port;
  });
}

namespace {

std::string tcp_name(std::string_view name) {
  const auto dash = name.find('-');
  const auto rest = name.substr(dash == std::string_view::npos ? 0 : dash + 1);
  return fmt::format("name it 'tcp-{}'", rest);
}

}  // namespace

std::optional<Misreading> misreading_of(Engine& engine, const mesh::Ring& ring,
                                        const yaml::Node& port) {
  const auto& model = engine.model(ring);
  const auto* known = find_port(model, port).port;
  if (known == nullptr || !is_of_ring(model, *known) || mesh::names_two_protocols(port))
    return std::nullopt;
  const bool by_app = known->by_app && known->by_name == Protocol::unknown;
  const auto protocol = by_app ? *known->by_app : known->by_name;
  auto effect = effect_of_protocol(engine, ring, port);
  if (!effect && !mesh::is_http(protocol)) return std::nullopt;
  return Misreading{
      .at = port[by_app ? "appProtocol" : "name"],
      .what = by_app ? "appProtocol" : "port name",
      .as = words_for(protocol),
      .istio = by_app ? mesh::versions_with_app_protocol() : mesh::VersionRange::any(),
      .effect = std::move(effect),
      .fix = by_app ? std::string("set 'appProtocol: tcp'") : tcp_name(port["name"].text())};
}

PortOf find_port(const Model& model, const yaml::Node& port) {
  for (const auto& service : model.services) {
    for (const auto& each : service.ports) {
      if (each.node == port) return {&service, &each};
    }
  }
  return {};
}

PortOf rival_of(const Model& model, const yaml::Node& port) {
  const auto [own, known] = find_port(model, port);
  if (known == nullptr || !own->is_headless) return {};
  for (const auto& service : model.services) {
    const auto* other = service.port(known->number);
    if (&service != own && service.is_headless && share_pods(service, *own) && other != nullptr &&
        is_harmless(*other))
      return {&service, other};
  }
  return {};
}

}  // namespace cassmesh::engine
