#include "routes.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>

#include "canonical.hpp"
#include "cassmesh/hosts.hpp"

// Read in istio/istio 1.24.0: pilot/pkg/networking/core/route/route.go
// (BuildHTTPRoutesForVirtualService, sourceMatchHTTP), core/tls.go (matchTLS, matchTCP and the
// filter chains of sidecars), core/gateway.go (l4SingleMatch), pilot/pkg/model/virtualservice.go
// (mergeVirtualServicesIfNeeded).
namespace cassmesh::mesh {
namespace {

using yaml::Node;

/// Hostile input could delegate from thousands of matches to thousands of routes.
constexpr std::size_t most_delegated = 10'000;

/// Keys of a match that choose proxies, not requests; at the end the one that does so if it fits
/// every path.
constexpr std::array<std::string_view, 6> not_of_requests{
    "gateways", "name", "port", "sourceLabels", "sourceNamespace", "uri"};

/// One `match` of a route; missing in a route that has none.
struct Match {
  Node route;
  Node match;
  Node at() const { return match ? match : route; }
};

std::vector<Match> matches(const Node& route) {
  std::vector<Match> all;
  const auto list = route["match"];
  if (!list.is_sequence() || list.size() == 0) return {{.route = route, .match = {}}};
  for (const auto& match : list) all.push_back({.route = route, .match = match});
  return all;
}

bool is_on(const Node& match, std::string_view gateway, std::string_view name_space) {
  const auto gateways = match["gateways"];
  return gateways.size() == 0 || std::ranges::any_of(gateways, [&](const Node& name) {
           return full_gateway(name.text(), name_space) == gateway;
         });
}

Source source_of(const Node& match) {
  Source source{.name_space = match["sourceNamespace"].text(), .port = match["port"].text()};
  for (const auto& label : match["sourceLabels"]) source.labels[label.key()] = label.text();
  return source;
}

/// The source that fits where both do.
Source both(Source left, const Source& right) {
  if (left.name_space.empty()) left.name_space = right.name_space;
  if (left.port.empty()) left.port = right.port;
  left.labels.insert(right.labels.begin(), right.labels.end());
  return left;
}

bool fits_every_path(const Node& uri) {
  return uri.size() == 1 && (uri["prefix"].text() == "/" || uri["regex"].text() == ".*");
}

/// What a match asks of a request; empty if nothing.
std::string asked(const Node& match) {
  const std::span<const std::string_view> all(not_of_requests);
  return yaml::canonical(match, fits_every_path(match["uri"]) ? all : all.first(all.size() - 1));
}

/// The routes that a route delegates to; none if it does not, or if they are not here.
Node delegated(const Node& route, const k8s::Object& root, const k8s::ObjectSet& objects) {
  const auto delegate = route["delegate"];
  const auto name_space = delegate["namespace"].text();
  const auto* found =
      objects.find("VirtualService", name_space.empty() ? root.name_space() : name_space,
                   delegate["name"].text());
  return found == nullptr || (*found)["spec"]["hosts"].size() > 0 ? Node()
                                                                  : (*found)["spec"]["http"];
}

/// Collects the claims of one VirtualService.
class Collector {
 public:
  Collector(const k8s::Object& object, std::string_view gateway, const k8s::ObjectSet& objects)
      : object_(object), gateway_(gateway), objects_(objects) {}

  void add_http() {
    for (const auto& route : object_["spec"]["http"]) {
      add_http(route);
      // What comes behind a route that takes everything is never built.
      if (!route["delegate"].is_mapping() && !matches(route).front().match) return;
    }
  }

  void add_tcp() {
    for (const auto& route : object_["spec"]["tcp"]) {
      for (const auto& match : matches(route)) {
        if (!is_on(match.match, gateway_, object_.name_space())) continue;
        // Gateways do not compare addresses.
        const auto subnets = match.match["destinationSubnets"];
        add(Layer::tcp, is_mesh() ? yaml::canonical(subnets) : "", source_of(match.match),
            match.at());
      }
    }
  }

  void add_tls() {
    for (const auto& route : object_["spec"]["tls"]) {
      for (const auto& match : route["match"]) {
        if (!is_on(match, gateway_, object_.name_space())) continue;
        const auto subnets = is_mesh() ? yaml::canonical(match["destinationSubnets"]) : "";
        for (const auto& sni : match["sniHosts"])
          add(Layer::tls, std::string(sni.text()) + "|" + subnets, source_of(match), sni);
      }
    }
  }

  Claims take() {
    const auto key = [](const Claim& claim) {
      return std::tie(claim.layer, claim.match, claim.source);
    };
    std::ranges::stable_sort(all_, {}, key);
    all_.erase(
        std::unique(all_.begin(), all_.end(),
                    [&](const Claim& left, const Claim& right) { return key(left) == key(right); }),
        all_.end());
    return {.all = std::move(all_), .is_whole = delegated_ <= most_delegated};
  }

 private:
  bool is_mesh() const { return gateway_ == "mesh"; }

  void add(Layer layer, std::string match, Source source, const Node& at) {
    if (layer == Layer::http && is_mesh()) match.clear();
    all_.push_back(
        {.layer = layer, .match = std::move(match), .source = std::move(source), .at = at});
  }

  void add_http(const Node& route) {
    const bool delegates = route["delegate"].is_mapping();
    const auto inner = delegates ? delegated(route, object_, objects_) : Node();
    for (const auto& match : matches(route)) {
      if (!is_on(match.match, gateway_, object_.name_space())) continue;
      if (delegates) {
        add_delegated(match, inner);
      } else {
        add(Layer::http, asked(match.match), source_of(match.match), match.at());
      }
    }
  }

  void add_delegated(const Match& outer, const Node& routes) {
    for (const auto& route : routes) {
      if (delegated_ > most_delegated) return;
      for (const auto& inner : matches(route)) add_delegated(outer, inner);
    }
  }

  void add_delegated(const Match& outer, const Match& inner) {
    ++delegated_;
    const auto source = source_of(outer.match);
    if (!can_meet(source, source_of(inner.match))) return;
    const auto asks_inside = asked(inner.match);
    auto match = asked(outer.match);
    if (!asks_inside.empty()) match = match.empty() ? asks_inside : match + "+" + asks_inside;
    add(Layer::http, std::move(match), both(source, source_of(inner.match)), outer.at());
  }

  const k8s::Object& object_;
  std::string_view gateway_;
  const k8s::ObjectSet& objects_;
  std::vector<Claim> all_{};
  std::size_t delegated_ = 0;
};

}  // namespace

bool can_meet(const Source& left, const Source& right) {
  const auto fit = [](std::string_view one, std::string_view other) {
    return one.empty() || other.empty() || one == other;
  };
  return fit(left.name_space, right.name_space) && fit(left.port, right.port) &&
         std::ranges::all_of(left.labels, [&](const auto& label) {
           const auto other = right.labels.find(label.first);
           return other == right.labels.end() || other->second == label.second;
         });
}

Claims claims(const k8s::Object& virtual_service, std::string_view gateway,
              const k8s::ObjectSet& objects) {
  Collector all(virtual_service, gateway, objects);
  all.add_http();
  all.add_tcp();
  all.add_tls();
  return all.take();
}

}  // namespace cassmesh::mesh
