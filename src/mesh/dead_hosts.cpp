#include "dead_hosts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "cassmesh/hosts.hpp"
#include "text.hpp"
#include "virtual_services.hpp"

namespace cassmesh::mesh {
namespace {

using yaml::Node;

std::string_view why_not_completed(std::string_view host, bool in_sidecar) {
  if (std::ranges::any_of(host, is_upper)) return "hosts compare byte for byte, capitals included";
  if (host.ends_with('.')) return "hosts compare byte for byte, the dot at the end included";
  return in_sidecar ? "a Sidecar completes no names" : "only a name without a dot is completed";
}

/// Looks for dead hosts, and knows what the ServiceEntries define.
class Search {
 public:
  Search(const k8s::ObjectSet& objects, const Settings& settings,
         std::span<const k8s::ObjectSet* const> everywhere)
      : objects_(objects), domain_(settings.cluster_domain) {
    for (const auto* set : everywhere) {
      for (const auto* entry : set->of("ServiceEntry")) {
        for (const auto& host : (*entry)["spec"]["hosts"])
          (is_wildcard(host.text()) ? defined_wildcards_ : defined_).insert(host.text());
      }
    }
  }

  void destination_rule(const k8s::Object& rule) {
    const auto at = rule["spec"]["host"];
    add(rule, at, dead(full(at, rule)));
  }

  void virtual_service(const k8s::Object& object) {
    const auto spec = object["spec"];
    // One that is for nothing but dead pods does nothing, wherever it leads.
    if (!is_for_gateways(object) && virtual_hosts(object)) return;
    for (const auto* layer : {"http", "tls", "tcp"}) {
      for (const auto& route : spec[layer]) destinations(object, route);
    }
  }

  void sidecar(const k8s::Object& object) {
    for (const auto& listener : object["spec"]["egress"]) {
      for (const auto& entry : listener["hosts"]) import(object, entry);
    }
  }

  std::vector<DeadHost> take() { return std::move(found_); }

 private:
  std::string full(const Node& host, const k8s::Object& object) const {
    return full_host(host.text(), object.name_space(), domain_);
  }

  void destinations(const k8s::Object& object, const Node& route) {
    const auto look = [&](const Node& destination) {
      const auto at = destination["host"];
      if (!is_wildcard(at.text())) add(object, at, dead(full(at, object)));
    };
    for (const auto& weighted : route["route"]) look(weighted["destination"]);
    for (const auto& mirror : route["mirrors"]) look(mirror["destination"]);
    look(route["mirror"]);
  }

  bool is_dead_pod(const Node& at, const k8s::Object& object) const {
    const auto host = full(at, object);
    return pod_of(host, domain_) && !may_be_defined(host);
  }

  /// Whether all hosts were found to be dead names of single pods.
  bool virtual_hosts(const k8s::Object& object) {
    const auto hosts = object["spec"]["hosts"];
    const auto is_pod = [&](const Node& at) { return is_dead_pod(at, object); };
    const bool only_pods = std::ranges::all_of(hosts, is_pod);
    const auto before = found_.size();
    for (const auto& at : hosts) {
      virtual_host(object, at,
                   only_pods    ? "delete the VirtualService"
                   : is_pod(at) ? "take the host out of the VirtualService"
                                : "");
    }
    return only_pods && hosts.size() > 0 && found_.size() == before + hosts.size();
  }

  /// On port 80 sidecars also serve names that are no service's, as they are written.
  void virtual_host(const k8s::Object& object, const Node& at, std::string_view remedy) {
    auto found = dead(full(at, object));
    if (!found || is_wildcard(at.text())) return;
    const auto* service = found->service;
    const auto is_80 = [](const Node& port) { return port["port"].text() == "80"; };
    const bool may_be_served =
        object["spec"]["http"].size() > 0 &&
        (service == nullptr || std::ranges::any_of((*service)["spec"]["ports"], is_80));
    if (may_be_served) return;
    found->remedy = remedy;
    add(object, at, std::move(found));
  }

  void import(const k8s::Object& object, const Node& entry) {
    const auto slash = entry.text().find('/');
    auto name_space = entry.text().substr(0, slash);
    if (slash == std::string_view::npos || name_space == "~") return;
    if (name_space == ".") name_space = object.name_space();
    const auto host = entry.text().substr(slash + 1);
    auto found = dead(host, true);
    if (!found && !is_wildcard(host) && host.find('.') == host.npos)
      found = named({.name = std::string(host), .name_space = std::string(name_space)},
                    why_not_completed(host, true));
    if (!found) return;
    found->host = host;
    add(object, entry, std::move(found));
  }

  std::optional<DeadHost> dead(std::string_view host, bool in_sidecar = false) const {
    if (may_be_defined(host)) return {};
    constexpr std::string_view no_pods = "names of single pods are no services to Istio";
    const bool below = host.starts_with("*.");
    if (const auto service = service_of(below ? host.substr(2) : "", domain_))
      return named(certainly(*service), no_pods);
    if (const auto pod = pod_of(host, domain_)) return named(certainly(pod->service), no_pods);
    const auto meant = meant_service(host, domain_);
    return meant ? named(*meant, why_not_completed(host, in_sidecar)) : std::nullopt;
  }

  static MeantService certainly(const ServiceName& service) {
    return {.name = std::string(service.name),
            .name_space = std::string(service.name_space),
            .certain = true};
  }

  /// Unless it is certain that a Service is meant, one must be here.
  std::optional<DeadHost> named(const MeantService& meant, std::string_view reason) const {
    const auto* service = objects_.find("Service", meant.name_space, meant.name);
    if (service == nullptr && !meant.certain) return {};
    return DeadHost{.reason = reason,
                    .meant = full_host(meant.name, meant.name_space, domain_),
                    .service = service};
  }

  bool may_be_defined(std::string_view host) const {
    const auto shares = [&](std::string_view defined) { return overlap(defined, host); };
    return defined_.contains(host) || std::ranges::any_of(defined_wildcards_, shares) ||
           (is_wildcard(host) && std::ranges::any_of(defined_, shares));
  }

  void add(const k8s::Object& object, const Node& at, std::optional<DeadHost> found) {
    if (!found) return;
    found->object = &object;
    found->at = at;
    if (found->host.empty()) found->host = at.text();
    found_.push_back(*std::move(found));
  }

  const k8s::ObjectSet& objects_;
  std::string_view domain_;
  std::set<std::string_view> defined_{};
  std::set<std::string_view> defined_wildcards_{};
  std::vector<DeadHost> found_{};
};

}  // namespace

std::vector<DeadHost> dead_hosts(const k8s::ObjectSet& objects, const Settings& settings,
                                 std::span<const k8s::ObjectSet* const> everywhere) {
  Search search(objects, settings, everywhere);
  for (const auto* rule : objects.of("DestinationRule")) search.destination_rule(*rule);
  for (const auto* object : objects.of("VirtualService")) search.virtual_service(*object);
  for (const auto* object : objects.of("Sidecar")) search.sidecar(*object);
  return search.take();
}

}  // namespace cassmesh::mesh
