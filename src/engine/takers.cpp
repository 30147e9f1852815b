#include "takers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>

#include "../mesh/precedence.hpp"
#include "cassmesh/hosts.hpp"
#include "port_effects.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;
using mesh::Protocol;
using mesh::versions_with;

/// Of one port. Only the first that a client sees takes it, so that many more change nothing.
constexpr std::size_t most_takers = 8;

bool is_own(const Model& ring, const Taker& taker) {
  return std::ranges::find(ring.services, taker.object, &Service::object) != ring.services.end();
}

/// Whether a sidecar handles a port of this protocol as TCP, whatever the host is called.
bool is_tcp(Protocol protocol) {
  return !mesh::is_http(protocol) && protocol != Protocol::tls && protocol != Protocol::https &&
         protocol != Protocol::udp;
}

class Collector {
 public:
  Collector(const k8s::ObjectSet& objects, const mesh::Settings& settings,
            const mesh::VersionRange& judged)
      : objects_(objects), settings_(settings), judged_(judged) {}

  std::vector<Taker> collect() {
    Objects::List all;
    for (const auto* kind : {"Service", "ServiceEntry"}) {
      const auto of_kind = objects_.of(kind);
      all.insert(all.end(), of_kind.begin(), of_kind.end());
    }
    for (const auto* object : mesh::by_precedence(all)) {
      if (object->is("Service")) {
        add_service(*object);
      } else {
        add_entry(*object);
      }
    }
    return std::move(found_);
  }

 private:
  void add_service(const k8s::Object& service) {
    const bool is_external = service["spec"]["type"].text() == "ExternalName";
    if (!is_external && !mesh::is_headless(service)) return;
    for (const auto& port : service["spec"]["ports"]) {
      const auto transport = port["protocol"].text();
      if (transport.empty() || transport == "TCP") add_port(service, port, is_external);
    }
  }

  void add_port(const k8s::Object& service, const yaml::Node& port, bool is_external) {
    Port read{.by_name = mesh::protocol_of_name(port["name"].text())};
    if (const auto app = port["appProtocol"]; app.is_scalar())
      read.by_app = mesh::protocol_of_app(app.text());
    const auto tcp = by_protocol(read, [](Protocol protocol) {
      return is_tcp(protocol) ? mesh::VersionRange::any() : mesh::VersionRange{};
    });
    auto istio = is_external ? tcp & versions_with(Capability::external_name_takes_port)
                             : tcp - pod_listeners(read);
    if (!istio.overlaps(judged_)) return;
    found_.push_back(
        {.object = &service,
         .at = port["port"],
         .hosts = {mesh::full_host(service.name(), service.name_space(), settings_.cluster_domain)},
         .seen_by = mesh::audience(service, settings_),
         .istio = std::move(istio),
         .what = fmt::format("{}{}", is_external ? "ExternalName " : "headless ",
                             k8s::described(service)),
         .keeps_address = !is_external});
  }

  void add_entry(const k8s::Object& entry) {
    const auto spec = entry["spec"];
    const auto addresses = spec["addresses"];
    const bool of_all = std::ranges::any_of(
        addresses, [](const yaml::Node& each) { return each.text() == "0.0.0.0/0"; });
    if (addresses.size() > 0 && !of_all) return;
    std::vector<std::string> hosts;
    for (const auto& host : spec["hosts"]) hosts.emplace_back(host.text());
    for (const auto& port : spec["ports"]) {
      if (!is_tcp(mesh::protocol_of_name(port["protocol"].text()))) continue;
      const auto resolution = spec["resolution"].text();
      found_.push_back({.object = &entry,
                        .at = port["number"],
                        .hosts = hosts,
                        .seen_by = mesh::audience(entry, settings_),
                        .istio = mesh::VersionRange::any(),
                        .what = fmt::format("{}, which has {},", k8s::described(entry),
                                            of_all ? "the addresses of all" : "no addresses"),
                        .keeps_address = resolution.empty() || resolution == "NONE"});
    }
  }

  const k8s::ObjectSet& objects_;
  const mesh::Settings& settings_;
  const mesh::VersionRange& judged_;
  std::vector<Taker> found_;
};

}  // namespace

mesh::VersionRange pod_listeners(const Port& port) {
  return by_protocol(port, [](Protocol protocol) {
    return versions_with(protocol == Protocol::unknown ? Capability::headless_pod_listeners_any_port
                                                       : Capability::headless_pod_listeners);
  });
}

Takers::Takers(const k8s::ObjectSet& objects, const mesh::Settings& settings,
               const mesh::VersionRange& judged)
    : all_(Collector(objects, settings, judged).collect()) {
  for (std::size_t i = 0; i < all_.size(); ++i) by_port_[all_[i].at.text()].push_back(i);
}

std::vector<Taker> Takers::of(const Model& ring) const {
  std::map<std::size_t, int> found;
  const auto add = [&](int port) {
    const auto known = by_port_.find(std::to_string(port));
    if (known == by_port_.end()) return;
    std::size_t count = 0;
    for (const auto i : known->second) {
      if (is_own(ring, all_[i])) continue;
      if (++count > most_takers) return;
      found.emplace(i, port);
    }
  };
  for (const int port : ports_of(ring)) add(port);
  std::vector<Taker> takers;
  for (const auto& [i, port] : found) takers.emplace_back(all_[i]).port = port;
  return takers;
}

}  // namespace cassmesh::engine
