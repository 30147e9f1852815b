#include "model.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "../cassandra/seeds.hpp"
#include "../mesh/admitted.hpp"
#include "../mesh/mesh_routes.hpp"
#include "../mesh/precedence.hpp"
#include "../mesh/ring_hosts.hpp"
#include "../text.hpp"
#include "cassmesh/hosts.hpp"
#include "takers.hpp"
#include "undated.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

bool is_told_by_app(const Port& port, const Moment& version) {
  return port.by_app && version.has(Capability::app_protocol);
}

class Maker {
 public:
  Maker(const mesh::Ring& ring, const k8s::ObjectSet& objects, const mesh::Settings& settings,
        const Takers& takers)
      : ring_(ring), objects_(objects), settings_(settings), takers_(takers) {
    model_.ring = &ring;
    model_.settings = &settings;
    model_.all = &objects;
    model_.intent = intent_of(ring, objects, settings);
  }

  Model make() {
    for (const auto* set : ring_.stateful_sets) model_.nodes.push_back(node(*set));
    for (const auto& client : ring_.clients) add_client(client);
    if (model_.clients.empty()) add_generic_client();
    for (const auto& peer : ring_.peers) add_peer(peer);
    for (const auto* service : mesh::by_precedence(ring_.services))
      model_.services.push_back(read(*service));
    add_governing();
    model_.takers = takers_.of(model_);
    collect();
    model_.undated = undated(model_);
    return std::move(model_);
  }

 private:
  Workload workload(const k8s::Object& object, bool is_meant) const {
    Workload made{.object = &object,
                  .described = k8s::described(object),
                  .name_space = std::string(object.name_space()),
                  .service_account = std::string(mesh::service_account_of(object)),
                  .injection = injection_of(object, objects_, settings_, is_meant),
                  .is_meant = is_meant,
                  .interception = Interception(object),
                  .sidecar = mesh::sidecar_of(object, objects_, settings_)};
    if (made.sidecar != nullptr)
      made.next_sidecar = mesh::sidecar_of(object, objects_, settings_, made.sidecar);
    return made;
  }

  Workload node(const k8s::Object& set) const {
    auto made = workload(set, model_.intent.is_meant);
    const auto container = mesh::cassandra_container(set);
    if (!container) return made;
    const cassandra::Setup setup(*container, objects_);
    made.sockets = sockets_of(setup);
    // What other scopes have is not seen from here, so that they are taken to have what is asked.
    const auto lost = cassandra::lost_seed(
        setup, ring_,
        {.objects = objects_, .settings = settings_, .everywhere = {}, .lacks_objects = true});
    if (lost && lost->is_certain) made.sockets.lost_seeds = lost->why;
    return made;
  }

  void add_client(const mesh::Client& client) {
    // Who is admitted by name must have one: it is meant to be in the mesh.
    const bool is_meant = client.workload == nullptr ||
                          (client.name_space == ring_.name_space && model_.intent.is_meant);
    Workload made;
    if (client.workload != nullptr) {
      made = workload(*client.workload, is_meant);
    } else {
      made.described =
          client.service_account.empty()
              ? fmt::format("namespace '{}'", client.name_space)
              : fmt::format("account '{}/{}'", client.name_space, client.service_account);
      made.name_space = client.name_space;
      made.service_account = client.service_account;
      made.is_meant = is_meant;
      made.injection = injection_of(client.name_space, objects_, settings_, is_meant);
      if (may_have_own_proxy(made)) made.injection = proxy_of_its_own(made);
      made.interception = Interception::of_all_ports();
    }
    made.evidence = client.evidence;
    model_.clients.push_back(std::move(made));
  }

  /// Gateways, and pods that ask for a sidecar by their own labels, have accounts in namespaces
  /// that say nothing of injection.
  bool may_have_own_proxy(const Workload& account) const {
    const auto& known = account.injection;
    return !account.service_account.empty() && settings_.mode != mesh::Mode::none &&
           known.sidecar.empty() && known.ambient.empty() && !known.by.at;
  }

  /// Of the kind that the ring has.
  Injection proxy_of_its_own(const Workload& account) const {
    Injection made{.is_known = false,
                   .why = fmt::format("a policy admits it by name, and namespace '{}' has no label "
                                      "for injection that denies it a proxy",
                                      account.name_space)};
    const auto& ring = model_.nodes.front().injection;
    if (ring.sidecar.empty() && !ring.ambient.empty()) {
      made.ambient = ring.ambient;
    } else {
      made.sidecar = mesh::VersionRange::any();
    }
    return made;
  }

  /// Somebody of whom nothing is known but that it is in the mesh if the ring is.
  void add_generic_client() {
    const auto& ring = model_.nodes.front();
    Workload made{.injection = ring.injection, .is_meant = ring.is_meant};
    const bool is_meshed = ring.is_meant || !made.injection.sidecar.empty() ||
                           !made.injection.ambient.empty() || !made.injection.is_known;
    made.described = is_meshed ? "any client in the mesh" : "any client";
    made.interception = Interception::of_all_ports();
    if (is_meshed && made.injection.is_known && made.injection.ambient.empty())
      made.injection = {.sidecar = mesh::VersionRange::any(), .why = "it is in the mesh"};
    model_.clients.push_back(std::move(made));
    model_.has_generic_client = true;
  }

  /// What is wrong with its own addresses is told of its own ring.
  void add_peer(const mesh::Peer& peer) {
    auto made = workload(*peer.workload, model_.intent.is_meant);
    if (!peer.seed.empty()) made.sockets.seeds = {peer.seed};
    made.evidence = peer.evidence;
    made.is_peer = true;
    model_.clients.push_back(std::move(made));
  }

  static Port port(const yaml::Node& node, std::span<const k8s::Object* const> selected) {
    const int number = whole_number(node["port"].text()).value_or(0);
    const auto target = node["targetPort"].text();
    auto target_number = whole_number(target);
    if (!target_number && !target.empty() && !selected.empty())
      target_number = k8s::container_port(*selected.front(), target);
    Port made{.number = number, .target = target_number.value_or(number), .node = node};
    made.by_name = mesh::protocol_of_name(node["name"].text());
    if (const auto app = node["appProtocol"]; app.is_scalar())
      made.by_app = mesh::protocol_of_app(app.text());
    return made;
  }

  Service read(const k8s::Object& object) const {
    Service made{
        .object = &object,
        .host = mesh::full_host(object.name(), object.name_space(), settings_.cluster_domain),
        .is_headless = mesh::is_headless(object),
        .governs = &object == ring_.service,
        .has_not_ready = object["spec"]["publishNotReadyAddresses"].text() == "true",
        .seen_by = mesh::audience(object, settings_)};
    Objects::List selected;
    for (const auto* set : ring_.stateful_sets) {
      made.selects.push_back(k8s::service_selects(object, *set));
      if (made.selects.back()) selected.push_back(set);
    }
    for (const auto* other : objects_.workloads(object.name_space())) {
      if (std::ranges::find(ring_.stateful_sets, other) == ring_.stateful_sets.end() &&
          is_in_force(*other) && k8s::service_selects(object, *other))
        made.others.push_back(workload(*other, model_.intent.is_meant));
    }
    for (const auto& each : object["spec"]["ports"]) {
      const auto protocol = each["protocol"].text();
      if (protocol.empty() || protocol == "TCP") made.ports.push_back(port(each, selected));
    }
    return made;
  }

  bool is_in_force(const k8s::Object& object) const {
    return objects_.find(object.kind(), object.name_space(), object.name()) == &object;
  }

  /// The governing Service counts for names even if it selects nothing.
  void add_governing() {
    if (ring_.service == nullptr ||
        std::ranges::find(ring_.services, ring_.service) != ring_.services.end())
      return;
    model_.services.push_back(read(*ring_.service));
  }

  template <typename Fits>
  Objects::List of(std::string_view kind, const Fits& fits) const {
    Objects::List found;
    for (const auto* object : objects_.of(kind)) {
      if (fits(*object)) found.push_back(object);
    }
    return mesh::by_precedence(found);
  }

  bool covers_ring(const yaml::Node& host, const k8s::Object& object) const {
    const auto full = mesh::full_host(host.text(), object.name_space(), settings_.cluster_domain);
    return std::ranges::any_of(
        model_.services, [&](const Service& service) { return mesh::covers(full, service.host); });
  }

  void collect() {
    auto& objects = model_.objects;
    const auto here = [this](const k8s::Object& object) {
      return object.name_space() == ring_.name_space;
    };
    const auto here_or_root = [&](const k8s::Object& object) {
      return here(object) || object.name_space() == settings_.root_namespace;
    };
    objects.destination_rules = of("DestinationRule", [&](const k8s::Object& rule) {
      return covers_ring(rule["spec"]["host"], rule);
    });
    objects.virtual_services = of("VirtualService", [&](const k8s::Object& service) {
      return mesh::is_for_sidecars(service) &&
             std::ranges::any_of(service["spec"]["hosts"], [&](const yaml::Node& host) {
               return covers_ring(host, service);
             });
    });
    objects.service_entries = of("ServiceEntry", [&](const k8s::Object& entry) {
      return std::ranges::any_of(entry["spec"]["hosts"], [&](const yaml::Node& host) {
        return std::ranges::find(model_.services, host.text(), &Service::host) !=
               model_.services.end();
      });
    });
    objects.peer_authentications = of("PeerAuthentication", here_or_root);
    objects.authorization_policies = of("AuthorizationPolicy", here_or_root);
    objects.old_policies = of("Policy", here);
    const auto mesh_policies = of("MeshPolicy", [](const k8s::Object& /*any*/) { return true; });
    objects.old_policies.insert(objects.old_policies.end(), mesh_policies.begin(),
                                mesh_policies.end());
    objects.network_policies = of("NetworkPolicy", [&](const k8s::Object& policy) {
      return here(policy) || std::ranges::find(model_.clients, policy.name_space(),
                                               &Workload::name_space) != model_.clients.end();
    });
  }

  const mesh::Ring& ring_;
  const k8s::ObjectSet& objects_;
  const mesh::Settings& settings_;
  const Takers& takers_;
  Model model_;
};

}  // namespace

mesh::Protocol protocol_on(const Port& port, const Moment& version) {
  return is_told_by_app(port, version) ? *port.by_app : port.by_name;
}

const char* protocol_field(const Port& port, const Moment& version) {
  return is_told_by_app(port, version) ? "appProtocol" : "name";
}

const Port* Service::port(int number) const {
  const auto found = std::ranges::find(ports, number, &Port::number);
  return found == ports.end() ? nullptr : &*found;
}

const Port* Service::port_to(int target) const {
  const auto found = std::ranges::find(ports, target, &Port::target);
  return found == ports.end() ? nullptr : &*found;
}

bool goes_before(const Model& model, const k8s::Object& object, const k8s::Object& other) {
  const auto assumed = std::ranges::find_if(model.assumed, [&](const Older& each) {
    return (each.older == &object && each.younger == &other) ||
           (each.older == &other && each.younger == &object);
  });
  if (assumed != model.assumed.end()) return assumed->older == &object;
  return mesh::precedence(object, other).first == &object;
}

const Service* declaring(const Model& model, std::size_t node, int port) {
  const auto found = std::ranges::find_if(model.services, [&](const Service& service) {
    return service.selects.at(node) && service.port_to(port) != nullptr;
  });
  return found == model.services.end() ? nullptr : &*found;
}

Model make_model(const mesh::Ring& ring, const k8s::ObjectSet& objects,
                 const mesh::Settings& settings, const Takers& takers) {
  return Maker(ring, objects, settings, takers).make();
}

}  // namespace cassmesh::engine
