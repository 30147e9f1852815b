// Names as the resolver of a pod completes them: unlike the hosts of Istio's objects, `cassandra`,
// `cassandra-0.cassandra` and `cassandra-0.cassandra.data` are enough.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "cassmesh/hosts.hpp"
#include "flow.hpp"

namespace cassmesh::engine {
namespace {

class Resolver {
 public:
  explicit Resolver(Flow& flow) : flow_(flow), model_(flow.model), route_(flow.route) {}

  void resolve() {
    auto host = route_.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    if (is_loopback(host)) return meet_itself(host);
    if (host.empty() || is_address(host)) return;
    const auto full = full_name(host);
    if (is_lost(full)) {
      const auto& sockets = route_.source->sockets;
      flow_.fail(Outcome::unresolved, Step::name, sockets.seeds_by,
                 "no seed is in the ring: '{}', {}", route_.host, sockets.lost_seeds);
    } else if (full.empty()) {
      flow_.hop(Step::name, {}, "'{}' is no name of this ring", host);
    } else if (const auto pod = mesh::pod_of(full, model_.settings->cluster_domain)) {
      resolve_pod(*pod);
    } else {
      resolve_service(full);
    }
  }

 private:
  /// Source: SimpleSeedProvider and Gossiper.doShadowRound of Cassandra: a node is its own seed
  /// only by its broadcast address.
  void meet_itself(std::string_view host) {
    const auto& sockets = route_.target->sockets;
    const auto& own = route_.source == nullptr ? sockets : route_.source->sockets;
    if (own.broadcast == Address::loopback) return;  // that it does so is told at the end
    flow_.fail(Outcome::misrouted, Step::name, own.seeds_by,
               "'{}' is all that it is given as seeds, where each node meets itself", host);
  }

  /// Whether a node looks for its seeds, and none is anybody. A Service is somebody, if in vain.
  bool is_lost(std::string_view full) const {
    return route_.source != nullptr && !route_.source->sockets.lost_seeds.empty() &&
           service(full) == nullptr;
  }

  static bool is_address(std::string_view host) {
    return host.find(':') != std::string_view::npos ||
           host.find_first_not_of("0123456789.") == std::string_view::npos;
  }

  std::string_view own_namespace() const {
    return route_.source == nullptr ? model_.ring->name_space : route_.source->name_space;
  }

  /// The first completion that is a name of the ring; empty if none is.
  /// Source: the search list that the kubelet writes (kubernetes.io docs, DNS for Services and
  /// Pods).
  std::string full_name(std::string_view host) const {
    const auto& domain = model_.settings->cluster_domain;
    const std::array candidates{fmt::format("{}.{}.svc.{}", host, own_namespace(), domain),
                                fmt::format("{}.svc.{}", host, domain),
                                fmt::format("{}.{}", host, domain), std::string(host)};
    const auto found = std::ranges::find_if(
        candidates, [&](const std::string& candidate) { return is_of_ring(candidate); });
    return found == candidates.end() ? std::string() : *found;
  }

  /// Whether a full host is a Service of the ring, or what somebody takes for a name of its pods.
  bool is_of_ring(std::string_view host) const {
    const auto& domain = model_.settings->cluster_domain;
    if (const auto pod = mesh::pod_of(host, domain))
      return pod->service.name_space == model_.ring->name_space && model_.ring->has_pod(pod->pod);
    return model_.ring->has_host(host, *model_.settings) || service(host) != nullptr;
  }

  const Service* service(std::string_view host) const {
    const auto found = std::ranges::find(model_.services, host, &Service::host);
    return found == model_.services.end() ? nullptr : &*found;
  }

  /// The Service that gives pods their names below its own.
  const Service* governing(const mesh::ServiceName& name) const {
    const auto host = mesh::full_host(name.name, name.name_space, model_.settings->cluster_domain);
    const auto found = std::ranges::find_if(
        model_.services, [&](const Service& each) { return each.governs && each.host == host; });
    return found == model_.services.end() ? nullptr : &*found;
  }

  template <typename... Args>
  void fail(const Evidence& by, fmt::format_string<Args...> why, Args&&... args) {
    flow_.fail(Outcome::unresolved, Step::name, by, "'{}' does not resolve: {}", route_.host,
               fmt::format(why, std::forward<Args>(args)...));
  }

  /// Source: kubernetes.io docs, Headless Services and StatefulSets (stable network id).
  void resolve_pod(const mesh::PodName& name) {
    const auto& ring = *model_.ring;
    const auto* service = governing(name.service);
    const k8s::Object* set = route_.target == nullptr ? nullptr : route_.target->object;
    const Evidence by_set{set, set == nullptr ? yaml::Node() : (*set)["spec"]["serviceName"]};
    if (route_.is_self) {
      flow_.hop(Step::name, {}, "'{}' stands in the pod's own /etc/hosts", route_.host);
    } else if (service != nullptr) {
      resolve_below(*service);
    } else if (name.service.name != ring.governing_name()) {
      fail(by_set, "the pods' names are below their serviceName, '{}'", ring.governing_name());
    } else {
      fail(by_set, "there is no Service '{}/{}'", ring.name_space, ring.governing_name());
    }
  }

  void resolve_below(const Service& service) {
    if (!service.is_headless) {
      fail(of(service, "clusterIP"), "Service '{}' is not headless", service.host);
    } else if (!selects(service)) {
      fail(of(service, "selector"), "Service '{}' does not select the pod", service.host);
    } else {
      pass_readiness(service);
    }
  }

  void resolve_service(std::string_view host) {
    const auto* found = service(host);
    if (found == nullptr) {
      fail({}, "there is no Service '{}/{}'", model_.ring->name_space,
           model_.ring->governing_name());
    } else if (!found->is_headless) {
      meet_service(*found);
    } else if (std::ranges::find(found->selects, true) == found->selects.end()) {
      fail(of(*found, "selector"), "Service '{}' selects no pod", found->host);
    } else {
      pass_readiness(*found);
    }
  }

  /// A node that asks for its seed by a Service's own address is answered by any node behind it,
  /// which goes by its own address from then on.
  void meet_service(const Service& found) {
    const bool dials_port =
        found.object != nullptr && (*found.object)["spec"]["type"].text() != "ExternalName";
    const bool is_peer = route_.source != nullptr && !route_.source->sockets.seeds.empty();
    if (is_peer && dials_port && found.port(route_.port) == nullptr) {
      flow_.fail(Outcome::refused, Step::name, of(found, "ports"),
                 "'{}' is the address of Service '{}', which has no port {}", route_.host,
                 found.host, route_.port);
    } else {
      flow_.hop(Step::name, {found.object, {}}, "'{}' is the address of Service '{}'{}",
                route_.host, found.host, is_peer ? ", behind which any node may answer" : "");
    }
  }

  /// A headless Service has the addresses of ready pods, or of all.
  void pass_readiness(const Service& service) {
    if (!route_.target_is_ready && !service.has_not_ready) {
      fail(of(service, "publishNotReadyAddresses"),
           "Service '{}' withholds the addresses of pods that are not Ready", service.host);
    } else {
      flow_.hop(Step::name, {service.object, {}}, "'{}' is the pod IP, by Service '{}'",
                route_.host, service.host);
    }
  }

  bool selects(const Service& service) const {
    return route_.node < service.selects.size() && service.selects[route_.node];
  }

  /// A field of a Service, or where it would stand.
  static Evidence of(const Service& service, std::string_view field) {
    if (service.object == nullptr) return {};
    const auto spec = (*service.object)["spec"];
    return {service.object, spec[field] ? spec[field] : spec};
  }

  Flow& flow_;
  const Model& model_;
  const Route& route_;
};

}  // namespace

void resolve_name(Flow& flow) {
  if (!flow.route.host.empty()) Resolver(flow).resolve();
}

}  // namespace cassmesh::engine
