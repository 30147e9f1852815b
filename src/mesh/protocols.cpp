#include "protocols.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text.hpp"

namespace cassmesh::mesh {
namespace {

constexpr std::array<std::pair<std::string_view, Protocol>, 11> protocols{{
    {"tcp", Protocol::tcp},
    {"udp", Protocol::udp},
    {"grpc", Protocol::grpc},
    {"http", Protocol::http},
    {"http_proxy", Protocol::http_proxy},
    {"http2", Protocol::http2},
    {"https", Protocol::https},
    {"tls", Protocol::tls},
    {"mongo", Protocol::mongo},
    {"redis", Protocol::redis},
    {"mysql", Protocol::mysql},
}};

/// Up to the version from which on an `appProtocol` of Kubernetes' own is known.
VersionRange versions_without(std::string_view app_protocol) {
  if (app_protocol == "kubernetes.io/h2c") return VersionRange::parse("1.6..1.18");
  if (app_protocol.starts_with("kubernetes.io/")) return VersionRange::parse("1.6..1.23");
  return {};
}

/// Whether the label of a namespace says that its pods get sidecars.
bool injects(const k8s::Object& name_space) {
  const auto labels = name_space.labels();
  return labels["istio-injection"].text() == "enabled" || !labels["istio.io/rev"].text().empty();
}

bool injects_pod(const k8s::Object& workload) {
  constexpr std::string_view key = "sidecar.istio.io/inject";
  return workload.pod_labels()[key].text() == "true" ||
         workload.pod_annotations()[key].text() == "true";
}

/// What comes with Kubernetes or Istio and is named as they please.
bool is_of_the_platform(const k8s::Object& service) {
  const auto labels = service.labels();
  return labels["istio"] || labels["release"].text() == "istio" ||
         labels["operator.istio.io/component"] || labels["gateway.istio.io/managed"] ||
         service.name_space().starts_with("kube-");
}

}  // namespace

Protocol protocol_of_name(std::string_view name) {
  const auto small = lower_case(name);
  if (small.starts_with("grpc-web")) return Protocol::grpc_web;
  const auto first = std::string_view(small).substr(0, small.find('-'));
  const auto* const found =
      std::ranges::find(protocols, first, &std::pair<std::string_view, Protocol>::first);
  return found == protocols.end() ? Protocol::unknown : found->second;
}

Protocol protocol_of_app(std::string_view app_protocol) {
  if (app_protocol == "kubernetes.io/h2c") return Protocol::http2;
  if (app_protocol == "kubernetes.io/ws") return Protocol::http;
  if (app_protocol == "kubernetes.io/wss") return Protocol::https;
  return protocol_of_name(app_protocol);
}

bool is_http(Protocol protocol) {
  using enum Protocol;
  return protocol == http || protocol == http2 || protocol == http_proxy || protocol == grpc ||
         protocol == grpc_web;
}

const VersionRange& versions_with_app_protocol() {
  static const auto range = VersionRange::from({.minor = 6});
  return range;
}

VersionRange versions_that_guess(const yaml::Node& port) {
  const auto guessing = VersionRange::from({.minor = 3});
  const bool named = protocol_of_name(port["name"].text()) != Protocol::unknown;
  auto by_name = named ? VersionRange() : guessing;
  const auto app = port["appProtocol"];
  if (!app.is_scalar()) return by_name;
  const auto by_app = protocol_of_app(app.text()) == Protocol::unknown
                          ? versions_with_app_protocol()
                          : versions_without(app.text());
  return (by_name - versions_with_app_protocol()) | by_app;
}

bool names_two_protocols(const yaml::Node& port) {
  const auto app = port["appProtocol"];
  const auto by_name = protocol_of_name(port["name"].text());
  const auto by_app = protocol_of_app(app.text());
  if (!app.is_scalar() || by_name == Protocol::unknown || by_name == by_app) return false;
  return !(is_http(by_name) && is_http(by_app));
}

std::vector<yaml::Node> ports_to_name(const k8s::Object& service) {
  constexpr std::array<std::string_view, 4> well_known{"25", "3306", "53", "27017"};
  std::vector<yaml::Node> ports;
  if (service["spec"]["type"].text() == "ExternalName") return ports;
  for (const auto& port : service["spec"]["ports"]) {
    const auto transport = port["protocol"].text();
    if (!port.is_mapping() || (!transport.empty() && transport != "TCP")) continue;
    const auto number = port["port"].text();
    const bool is_of_istio = number.size() == 5 && number.starts_with("150");
    if (!is_of_istio && std::ranges::find(well_known, number) == well_known.end())
      ports.push_back(port);
  }
  return ports;
}

Meshed::Meshed(const k8s::ObjectSet& objects, const Settings& settings)
    : everywhere_(settings.mode == Mode::sidecar),
      nowhere_(settings.mode == Mode::none || settings.mode == Mode::ambient) {
  for (const auto* name_space : objects.of("Namespace")) {
    const auto labels = name_space->labels();
    const bool out = labels["istio-injection"].text() == "disabled" ||
                     labels["istio.io/dataplane-mode"].text() == "ambient";
    if (out) out_.insert(name_space->name());
    if (injects(*name_space)) in_.insert(name_space->name());
  }
  for (const auto* workload : objects.workloads()) {
    if (injects_pod(*workload)) in_.insert(workload->name_space());
  }
  for (const auto& object : objects) {
    if (k8s::is_istio_group(object.group())) in_.insert(object.name_space());
  }
  // Istio's own objects stand there whoever is in the mesh.
  in_.erase(settings.root_namespace);
}

bool Meshed::routes_by_protocol(const k8s::Object& service, bool is_ring) const {
  const auto name_space = service.name_space();
  if (nowhere_ || out_.contains(name_space)) return false;
  return is_ring || ((everywhere_ || in_.contains(name_space)) && !is_of_the_platform(service));
}

}  // namespace cassmesh::mesh
