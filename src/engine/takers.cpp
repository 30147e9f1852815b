#include "takers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "cassmesh/hosts.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;
using mesh::Protocol;
using mesh::versions_with;

/// Of one port.
constexpr std::size_t most_takers = 8;

/// Whether a sidecar handles a port of this protocol as TCP, whatever the host is called.
bool is_tcp(Protocol protocol) {
  return !mesh::is_http(protocol) && protocol != Protocol::tls && protocol != Protocol::https &&
         protocol != Protocol::udp;
}

class Collector {
 public:
  Collector(const Model& model, const mesh::VersionRange& judged) : model_(model), judged_(judged) {
    for (const auto& node : model.nodes) {
      ports_.insert(ports_.end(),
                    {node.sockets.internode_port, node.sockets.cql_port, node.sockets.jmx_port});
    }
    std::ranges::sort(ports_);
    ports_.erase(std::unique(ports_.begin(), ports_.end()), ports_.end());
  }

  std::vector<Taker> collect() {
    for (const auto* service : model_.all->of("Service")) add_service(*service);
    for (const auto* entry : model_.all->of("ServiceEntry")) add_entry(*entry);
    std::ranges::stable_sort(found_, {}, [](const Taker& taker) {
      return std::tuple((*taker.object)["metadata"]["creationTimestamp"].text(),
                        taker.object->name(), taker.object->name_space());
    });
    return first_of_each_port();
  }

 private:
  /// Only the first that a client sees takes the port, so that many more change nothing.
  std::vector<Taker> first_of_each_port() {
    std::map<int, std::size_t> counts;
    std::erase_if(found_, [&](const Taker& taker) { return ++counts[taker.port] > most_takers; });
    return std::move(found_);
  }

  /// The ring's port of that number; 0 if it is none.
  int ring_port(const yaml::Node& number) const {
    const auto found = std::ranges::find_if(
        ports_, [&](int port) { return std::to_string(port) == number.text(); });
    return found == ports_.end() ? 0 : *found;
  }

  bool is_own(const k8s::Object& service) const {
    return std::ranges::find(model_.services, &service, &Service::object) != model_.services.end();
  }

  void add_service(const k8s::Object& service) {
    const bool is_external = service["spec"]["type"].text() == "ExternalName";
    if (is_own(service) || (!is_external && !mesh::is_headless(service))) return;
    for (const auto& port : service["spec"]["ports"]) {
      const auto transport = port["protocol"].text();
      if (transport.empty() || transport == "TCP") add_port(service, port, is_external);
    }
  }

  void add_port(const k8s::Object& service, const yaml::Node& port, bool is_external) {
    const int number = ring_port(port["port"]);
    const auto by_name = mesh::protocol_of_name(port["name"].text());
    if (number == 0 || !is_tcp(by_name)) return;
    auto istio = versions_with(Capability::external_name_takes_port);
    if (!is_external) {
      istio =
          mesh::VersionRange::any() -
          versions_with(by_name == Protocol::unknown ? Capability::headless_pod_listeners_any_port
                                                     : Capability::headless_pod_listeners);
    }
    if (!istio.overlaps(judged_)) return;
    found_.push_back({.object = &service,
                      .at = port["port"],
                      .port = number,
                      .hosts = {mesh::full_host(service.name(), service.name_space(),
                                                model_.settings->cluster_domain)},
                      .seen_by = mesh::audience(service, *model_.settings),
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
      const int number = ring_port(port["number"]);
      if (number == 0 || !is_tcp(mesh::protocol_of_name(port["protocol"].text()))) continue;
      const auto resolution = spec["resolution"].text();
      found_.push_back({.object = &entry,
                        .at = port["number"],
                        .port = number,
                        .hosts = hosts,
                        .seen_by = mesh::audience(entry, *model_.settings),
                        .istio = mesh::VersionRange::any(),
                        .what = fmt::format("{}, which has {},", k8s::described(entry),
                                            of_all ? "the addresses of all" : "no addresses"),
                        .keeps_address = resolution.empty() || resolution == "NONE"});
    }
  }

  const Model& model_;
  const mesh::VersionRange& judged_;
  std::vector<int> ports_;
  std::vector<Taker> found_;
};

}  // namespace

std::vector<Taker> takers_of(const Model& model, const mesh::VersionRange& judged) {
  return Collector(model, judged).collect();
}

}  // namespace cassmesh::engine
