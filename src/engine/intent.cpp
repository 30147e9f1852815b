// What says that a ring is meant to be in the mesh; injection.hpp says what does and what does not.

#include <algorithm>
#include <array>
#include <span>

#include "../mesh/ring_hosts.hpp"
#include "../mesh/selectors.hpp"
#include "../mesh/virtual_services.hpp"
#include "cassmesh/hosts.hpp"
#include "injected_pods.hpp"
#include "injection.hpp"

namespace cassmesh::engine {
namespace {

/// A label or an annotation that asks for a sidecar or for ambient mode.
yaml::Node asking_word(const yaml::Node& words) {
  if (const auto node = words[inject_key]; is_yes(node.text())) return node;
  if (const auto node = words[revision_key]; !node.text().empty()) return node;
  const auto mode = words[dataplane_key];
  return mode.text() == "ambient" ? mode : yaml::Node();
}

/// An annotation that sets how a sidecar is: for pods without one nobody would write it.
yaml::Node sidecar_setting(const k8s::Object& workload) {
  constexpr std::array<std::string_view, 3> prefixes{
      "sidecar.istio.io/", "traffic.sidecar.istio.io/", "proxy.istio.io/"};
  for (const auto& annotation : workload.pod_annotations()) {
    const auto key = annotation.key();
    const bool is_setting = std::ranges::any_of(
        prefixes, [&](std::string_view prefix) { return key.starts_with(prefix); });
    if (is_setting && key != inject_key) return annotation;
  }
  return {};
}

class Search {
 public:
  Search(const mesh::Ring& ring, const k8s::ObjectSet& objects, const mesh::Settings& settings,
         bool by_ring_alone)
      : ring_(ring), objects_(objects), settings_(settings), by_ring_alone_(by_ring_alone) {}

  Intent find() {
    if (settings_.mode) return {.is_meant = *settings_.mode != mesh::Mode::none};
    if (by_ring_alone_ ? asks_by_ring() : asks_by_anything())
      return {.is_meant = true, .by = found_};
    return {};
  }

 private:
  bool asks_by_anything() {
    return asks_by_pods() || asks_by_namespace() || asks_by_policy() || asks_by_route();
  }
  bool asks_by_ring() { return asks_by_pods() || asks_by_policy() || asks_by_mtls(); }

  bool take(const k8s::Object& object, const yaml::Node& at) {
    if (at) found_ = {.object = &object, .at = at};
    return static_cast<bool>(at);
  }
  bool takes_whole(const k8s::Object& object) { return take(object, object.name_node()); }

  bool asks_by_pods() {
    return std::ranges::any_of(ring_.stateful_sets, [this](const k8s::Object* set) {
      return take(*set, asks_for_proxy(*set));
    });
  }

  /// By its labels, or by a neighbour of the ring.
  bool asks_by_namespace() {
    const auto* space = objects_.find("Namespace", "", ring_.name_space);
    if (space != nullptr && take(*space, asks_for_proxies(*space))) return true;
    return std::ranges::any_of(objects_.workloads(ring_.name_space), [this](const auto* workload) {
      return take(*workload, asks_for_proxy(*workload));
    });
  }

  bool asks_by_policy() {
    constexpr std::array<std::string_view, 5> kinds{"PeerAuthentication", "AuthorizationPolicy",
                                                    "RequestAuthentication", "Sidecar", "Policy"};
    return std::ranges::any_of(kinds, [this](std::string_view kind) {
      return std::ranges::any_of(objects_.of(kind), [this](const k8s::Object* policy) {
        return is_on_ring(*policy) && takes_whole(*policy);
      });
    });
  }

  bool is_on_ring(const k8s::Object& policy) const {
    if (policy.name_space() != ring_.name_space) return false;
    const auto labels = mesh::selector_of(policy).labels;
    if (labels.size() == 0) return !by_ring_alone_ && ring_.name_space != settings_.root_namespace;
    return std::ranges::any_of(ring_.stateful_sets,
                               [&](const k8s::Object* set) { return k8s::selects(labels, *set); });
  }

  bool asks_by_route() {
    for (const auto* rule : objects_.of("DestinationRule")) {
      const auto spec = (*rule)["spec"];
      if (spec["trafficPolicy"]["tls"]["mode"].text() != "DISABLE" && concerns(*rule, spec["host"]))
        return takes_whole(*rule);
    }
    for (const auto* service : objects_.of("VirtualService")) {
      if (mesh::is_for_sidecars(*service) && concerns_any(*service)) return takes_whole(*service);
    }
    for (const auto* entry : objects_.of("ServiceEntry")) {
      if (concerns_any(*entry)) return takes_whole(*entry);
    }
    return false;
  }

  bool asks_by_mtls() {
    for (const auto* rule : objects_.of("DestinationRule")) {
      const auto spec = (*rule)["spec"];
      if (spec["trafficPolicy"]["tls"]["mode"].text() == "ISTIO_MUTUAL" &&
          names_ring(*rule, spec["host"]))
        return takes_whole(*rule);
    }
    return false;
  }

  bool concerns_any(const k8s::Object& object) const {
    const auto hosts = object["spec"]["hosts"];
    return std::any_of(hosts.begin(), hosts.end(),
                       [&](const yaml::Node& host) { return concerns(object, host); });
  }

  /// Whether the ring or somebody who connects to it hears of an object of another namespace.
  bool counts_from_elsewhere(const k8s::Object& object) const {
    const auto home = object.name_space();
    const bool is_of_client =
        std::ranges::find(ring_.clients, home, &mesh::Client::name_space) != ring_.clients.end() ||
        std::ranges::any_of(ring_.peers, [&](const mesh::Peer& peer) {
          return peer.workload->name_space() == home;
        });
    if (object.is("DestinationRule")) return is_of_client || home == settings_.root_namespace;
    return is_of_client || mesh::audience(object, settings_).includes(ring_.name_space);
  }

  /// Whether an object stands beside the ring, or its host is a name of the ring.
  bool concerns(const k8s::Object& object, const yaml::Node& host) const {
    const bool is_here =
        object.name_space() == ring_.name_space && ring_.name_space != settings_.root_namespace;
    return is_here || names_ring(object, host);
  }

  bool names_ring(const k8s::Object& object, const yaml::Node& host) const {
    if (host.text().empty() || !counts_from_elsewhere(object)) return false;
    const auto full = object.is("ServiceEntry") ? std::string(host.text())
                                                : mesh::full_host(host.text(), object.name_space(),
                                                                  settings_.cluster_domain);
    const auto named = mesh::ring_host(full, std::span(&ring_, 1), settings_, false);
    return named && !named->is_covered;
  }

  const mesh::Ring& ring_;
  const k8s::ObjectSet& objects_;
  const mesh::Settings& settings_;
  bool by_ring_alone_;
  Evidence found_;
};

}  // namespace

yaml::Node asks_for_proxy(const k8s::Object& workload) {
  for (const auto& words : {workload.pod_labels(), workload.pod_annotations(), workload.labels(),
                            workload.annotations()}) {
    if (const auto node = asking_word(words)) return node;
  }
  if (const auto node = sidecar_in_template(workload)) return node;
  return refusing_word(pods_of(workload)) ? yaml::Node() : sidecar_setting(workload);
}

yaml::Node asks_for_proxies(const k8s::Object& name_space) {
  const auto labels = name_space.labels();
  if (const auto node = labels[injection_key])
    return node.text() == "enabled" ? node : yaml::Node();
  if (const auto node = labels[revision_key]; !node.text().empty()) return node;
  const auto mode = labels[dataplane_key];
  return mode.text() == "ambient" ? mode : yaml::Node();
}

Intent intent_of(const mesh::Ring& ring, const k8s::ObjectSet& objects,
                 const mesh::Settings& settings) {
  return Search(ring, objects, settings, false).find();
}

Intent intent_despite_refusal(const mesh::Ring& ring, const k8s::ObjectSet& objects,
                              const mesh::Settings& settings) {
  return Search(ring, objects, settings, true).find();
}

}  // namespace cassmesh::engine
