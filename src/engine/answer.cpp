// What becomes of a connection: of all its ways together, in one model.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "connections.hpp"

namespace cassmesh::engine {
namespace {

/// Of two ways the worse one counts: the first that fails, else one of which nobody knows, else one
/// without mTLS.
bool is_worse(Outcome outcome, Outcome than) {
  const auto rank = [](Outcome each) {
    if (each == Outcome::mtls) return 0;
    if (each == Outcome::plaintext) return 1;
    return each == Outcome::unknown ? 2 : 3;
  };
  return rank(outcome) > rank(than);
}

const Workload* source_of(const Way& way, const Model& model) {
  switch (way.from) {
    case Way::From::node:
      return &model.nodes.at(way.source);
    case Way::From::client:
      return &model.clients.at(way.source);
    case Way::From::kubelet:
    case Way::From::outside:
      return nullptr;
  }
  return nullptr;
}

/// The seed to go by: one that is the node itself only if all are.
std::string_view seed_of(const Sockets& sockets) {
  const auto other = std::ranges::find_if_not(sockets.seeds, is_loopback);
  if (other != sockets.seeds.end()) return *other;
  return sockets.seeds.empty() ? std::string_view() : std::string_view(sockets.seeds.front());
}

/// At which of its addresses a node dials itself is a fact of the model.
Route::Dialled dialled(const Way& way, const Sockets& target) {
  if (!way.is_self || way.port != target.internode_port) return way.dialled;
  return target.self == Address::loopback ? Route::Dialled::loopback : Route::Dialled::pod_ip;
}

/// The Service whose own address a seed is, and which leads to the node's port; null if none is.
const Service* service_of_seed(const Route& route, const Model& model) {
  const auto found = std::ranges::find_if(model.services, [&](const Service& service) {
    const bool is_named =
        service.host == route.host || service.host.starts_with(std::string(route.host) + ".");
    const auto* port = service.port(route.port);
    return is_named && !service.is_headless && service.object != nullptr && port != nullptr &&
           port->target == route.port && service.selects.at(route.node);
  });
  return found == model.services.end() ? nullptr : &*found;
}

/// The way as this model has it; nothing if it lacks the Service.
std::optional<Route> route_of(const Way& way, const Model& model) {
  Route route{.source = source_of(way, model),
              .target = &model.nodes.at(way.target),
              .node = way.target,
              .port = way.port,
              .dialled = dialled(way, model.nodes.at(way.target).sockets),
              .host = way.asks_for_seed ? seed_of(source_of(way, model)->sockets)
                                        : std::string_view(way.host),
              .target_is_ready = way.target_is_ready,
              .is_self = way.is_self,
              .is_probe = way.is_probe,
              .probe = way.probe};
  if (way.asks_for_seed && !route.host.empty()) {
    route.service = service_of_seed(route, model);
    if (route.service != nullptr) route.dialled = Route::Dialled::service;
  }
  if (way.service == nullptr) return route;
  const auto service = std::ranges::find(model.services, way.service, &Service::object);
  if (service == model.services.end()) return std::nullopt;
  route.service = &*service;
  return route;
}

}  // namespace

std::optional<Trace> answer(const Question& question, const Model& model, const Moment& version,
                            bool records) {
  std::optional<Trace> all;
  for (const auto& way : question.ways) {
    const auto route = route_of(way, model);
    if (!route) return std::nullopt;
    auto trace = follow(model, *route, version, records);
    if (!all) {
      all = std::move(trace);
      continue;
    }
    if (is_worse(trace.outcome, all->outcome)) {
      all->outcome = trace.outcome;
      all->assumption = trace.assumption;
    }
    for (auto& hop : trace.hops) {
      hop.on_way_back = way.is_way_back;
      all->hops.push_back(std::move(hop));
    }
  }
  return all;
}

}  // namespace cassmesh::engine
