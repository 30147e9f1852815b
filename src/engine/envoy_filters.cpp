// Sources: istio/api networking/v1alpha3/envoy_filter.proto; istio/istio 1.17.0
// manifests/charts/istio-control/istio-discovery/templates/telemetryv2_1.17.yaml, whose
// EnvoyFilters stand in every mesh of these versions.

#include "envoy_filters.hpp"

#include <algorithm>
#include <array>

namespace cassmesh::engine {
namespace {

bool is_istios_own(const k8s::Object& filter) {
  constexpr std::array<std::string_view, 5> names{"stats-filter", "tcp-stats-filter",
                                                  "metadata-exchange", "tcp-metadata-exchange",
                                                  "stackdriver-filter"};
  return std::ranges::any_of(
      names, [&](std::string_view name) { return filter.name().starts_with(name); });
}

class Reader {
 public:
  Reader(const k8s::Object& filter, const Model& model) : filter_(filter), model_(model) {}

  std::vector<Patch> read() {
    std::vector<Patch> all;
    for (const auto& patch : filter_["spec"]["configPatches"]) {
      if (!is_for_tcp(patch)) continue;
      if (const auto* node = first(model_.nodes)) {
        all.push_back({.at = patch["applyTo"], .who = node, .is_node = true});
        continue;
      }
      if (patch["match"]["context"].text() == "SIDECAR_INBOUND") continue;
      if (const auto* client = first(model_.clients))
        all.push_back({.at = patch["applyTo"], .who = client});
    }
    return all;
  }

 private:
  bool is_for_tcp(const yaml::Node& patch) const {
    constexpr std::array<std::string_view, 5> kinds{"LISTENER", "FILTER_CHAIN", "NETWORK_FILTER",
                                                    "LISTENER_FILTER", "CLUSTER"};
    const auto match = patch["match"];
    return std::ranges::find(kinds, patch["applyTo"].text()) != kinds.end() &&
           match["context"].text() != "GATEWAY" && !is_about_http(match) && meets_port(match) &&
           meets_service(match["cluster"]["service"]);
  }

  static bool is_about_http(const yaml::Node& match) {
    const auto name = match["listener"]["filterChain"]["filter"]["name"].text();
    return name.find("http_connection_manager") != std::string_view::npos;
  }

  /// A patch for another port number, or with a listener's name, does not meet the ring's.
  bool meets_port(const yaml::Node& match) const {
    const auto& sockets = model_.nodes.front().sockets;
    for (const auto& number : {match["listener"]["portNumber"], match["cluster"]["portNumber"]}) {
      const auto is = [&](int port) { return number.text() == std::to_string(port); };
      if (number && !is(sockets.internode_port) && !is(sockets.cql_port) && !is(sockets.jmx_port))
        return false;
    }
    const auto name = match["listener"]["name"].text();
    return name.empty() || name == "virtualInbound" || name == "virtualOutbound";
  }

  bool meets_service(const yaml::Node& host) const {
    return !host ||
           std::ranges::find(model_.services, host.text(), &Service::host) != model_.services.end();
  }

  bool selects(const Workload& who) const {
    if (who.object == nullptr || who.is_peer) return false;  // a peer's are told of its own ring
    const bool here = filter_.name_space() == who.name_space;
    if (!here && filter_.name_space() != model_.settings->root_namespace) return false;
    return k8s::selects(filter_["spec"]["workloadSelector"]["labels"], *who.object) &&
           !who.injection.sidecar.empty();
  }

  const Workload* first(const std::vector<Workload>& workloads) const {
    const auto found =
        std::ranges::find_if(workloads, [&](const Workload& who) { return selects(who); });
    return found == workloads.end() ? nullptr : &*found;
  }

  const k8s::Object& filter_;
  const Model& model_;
};

}  // namespace

std::vector<Patch> patches_of(const k8s::Object& envoy_filter, const Model& model) {
  if (is_istios_own(envoy_filter) || envoy_filter["spec"]["targetRefs"]) return {};
  return Reader(envoy_filter, model).read();
}

}  // namespace cassmesh::engine
