#include "service_entries.hpp"

#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "text.hpp"

// A proxy has one Service for a host: that of its own namespace, else the oldest
// (istio/istio 1.24.0 pilot/pkg/model/sidecar.go, selectServices and appendSidecarServices;
// before 1.24 without a Sidecar always the oldest, whose clusters are taken).
namespace cassmesh::mesh {
namespace {

/// A port of a ServiceEntry, under one of its hosts.
struct Port {
  const k8s::Object* entry = nullptr;
  yaml::Node host{};
  yaml::Node node{};
};

/// Something on which entries for a port of a host have to agree.
struct Trait {
  std::string_view name;
  yaml::Node at;
  std::string_view says;
  std::string means;  ///< what is compared; empty: nothing to compare
};

/// Proxies tell no HTTPS from TLS, and no gRPC from HTTP/2.
std::string meaning_of_protocol(std::string_view text) {
  auto name = lower_case(text);
  if (name == "https") return "tls";
  return name == "grpc" || name == "grpc-web" ? "http2" : name;
}

Trait trait(const Port& port, std::string_view name, std::string_view otherwise) {
  const auto node = (*port.entry)["spec"][name];
  const auto says = node.text().empty() ? otherwise : node.text();
  return {.name = name, .at = node ? node : port.host, .says = says, .means = std::string(says)};
}

std::array<Trait, 3> traits(const Port& port) {
  const auto protocol = port.node["protocol"];
  auto location = trait(port, "location", "MESH_EXTERNAL");
  // Only workloads of the mesh are spoken to otherwise inside of it (with mTLS) than outside.
  if (!(*port.entry)["spec"]["workloadSelector"].is_mapping()) location.means.clear();
  return {Trait{.name = "protocol",
                .at = protocol ? protocol : port.node["number"],
                .says = protocol.text(),
                .means = meaning_of_protocol(protocol.text())},
          trait(port, "resolution", "NONE"), std::move(location)};
}

void compare(const Port& one, const Port& other, std::vector<Disagreement>& found) {
  const auto order = precedence(*one.entry, *other.entry);
  const auto first = traits(one);
  const auto second = traits(other);
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i].means.empty() || second[i].means.empty() || first[i].means == second[i].means)
      continue;
    found.push_back({.order = order,
                     .host = one.host.text(),
                     .port = one.node["number"].text(),
                     .what = first[i].name,
                     .first_says = first[i].says,
                     .second_says = second[i].says,
                     .first_at = first[i].at,
                     .second_at = second[i].at});
  }
}

std::vector<Port> ports_of(const k8s::Object& entry) {
  std::vector<Port> all;
  for (const auto& host : entry["spec"]["hosts"]) {
    for (const auto& port : entry["spec"]["ports"])
      all.push_back({.entry = &entry, .host = host, .node = port});
  }
  return all;
}

}  // namespace

Disagreements disagreements(const k8s::ObjectSet& objects, const Settings& settings) {
  std::map<std::tuple<std::string_view, std::string_view, std::string>, Port> seen;
  Disagreements all;
  // Hosts times ports times namespaces: no mesh has so many, but a small hostile file can.
  constexpr std::size_t most_entries = 500'000;
  for (const auto* entry : by_precedence(objects.of("ServiceEntry"))) {
    const auto all_ranks = ranks(*entry, settings);
    const auto hosts = (*entry)["spec"]["hosts"].size();
    const auto entries = hosts * (*entry)["spec"]["ports"].size() * all_ranks.size();
    if (seen.size() + entries > most_entries) {
      all.left_out.push_back(entry);
      continue;
    }
    for (const auto& port : ports_of(*entry)) {
      for (const auto& rank : all_ranks) {
        const auto [other, is_first] =
            seen.try_emplace({port.host.text(), port.node["number"].text(), rank}, port);
        if (!is_first && !are_one(*other->second.entry, *entry))
          compare(other->second, port, all.found);
      }
    }
  }
  return all;
}

}  // namespace cassmesh::mesh
