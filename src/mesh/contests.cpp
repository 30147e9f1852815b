#include "contests.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "cassmesh/hosts.hpp"
#include "text.hpp"

// Sidecars drop a whole VirtualService whose host another one has (duplicated domains), TCP routes
// end with the first that fits, and so do the routes that gateways put together for a host:
// istio/istio 1.24.0 pilot/pkg/networking/core/httproute.go, tls.go, gateway.go. A VirtualService
// with a more specific host is none of this: Envoy takes it first.
namespace cassmesh::mesh {
namespace {

/// A VirtualService where a host of it is served.
struct Entry {
  const k8s::Object* object = nullptr;
  yaml::Node host{};
  const std::vector<Claim>* claims = nullptr;
};

/// Where claims can collide: gateway, which of its servers, host, and rank of visibility.
struct Arena {
  std::string gateway;
  std::size_t server = 0;
  std::string host;
  std::string rank;
  auto operator<=>(const Arena&) const = default;
};

/// What a server of a Gateway takes of the VirtualServices; none if it routes by none.
std::optional<Layer> layer_of(const yaml::Node& server) {
  const auto protocol = lower_case(server["port"]["protocol"].text());
  const auto tls = server["tls"];
  const auto mode = tls["mode"].text();
  if (mode == "AUTO_PASSTHROUGH" || tls["httpsRedirect"].text() == "true") return {};
  if (protocol.starts_with("http") || protocol.starts_with("grpc"))
    return protocol == "https" && mode == "PASSTHROUGH" ? Layer::tls : Layer::http;
  return mode == "PASSTHROUGH" ? Layer::tls : Layer::tcp;
}

/// The host that a Gateway's server offers to VirtualServices of a namespace; empty if none.
std::string_view host_for(std::string_view entry, const k8s::Object& gateway,
                          std::string_view name_space) {
  const auto slash = entry.find('/');
  if (slash == entry.npos) return entry;
  auto of = entry.substr(0, slash);
  if (of == ".") of = gateway.name_space();
  return of == "*" || of == name_space ? entry.substr(slash + 1) : std::string_view();
}

/// Puts VirtualServices side by side and compares them.
class Arenas {
 public:
  Arenas(const k8s::ObjectSet& objects, const Settings& settings)
      : objects_(objects), settings_(settings) {}

  /// They come in the order in which the control plane takes them.
  void enter(const k8s::Object& object) {
    const auto gateways = object["spec"]["gateways"];
    if (gateways.size() == 0) return enter_mesh(object);
    std::set<std::string> all;
    for (const auto& name : gateways) all.insert(full_gateway(name.text(), object.name_space()));
    for (const auto& gateway : all) {
      if (gateway == "mesh") {
        enter_mesh(object);
      } else {
        enter_gateway(object, gateway);
      }
    }
  }

  Contests contests() {
    for (const auto& [arena, entries] : arenas_) {
      Taken taken;
      for (const auto& entry : entries) {
        meet(arena, taken, entry);
        for (const auto& claim : *entry.claims)
          taken[{claim.layer, claim.match}].push_back({.entry = &entry, .claim = &claim});
      }
    }
    return {.found = std::move(found_), .left_out = std::move(left_out_)};
  }

 private:
  void leave_out(const k8s::Object& object) {
    if (left_out_.empty() || left_out_.back() != &object) left_out_.push_back(&object);
  }

  std::vector<Claim> claims_of(const k8s::Object& object, std::string_view gateway) {
    auto [all, is_whole] = claims(object, gateway, objects_);
    if (!is_whole) leave_out(object);
    return std::move(all);
  }

  void enter_mesh(const k8s::Object& object) {
    const auto* all = keep(claims_of(object, "mesh"));
    for (const auto& host : object["spec"]["hosts"]) {
      const auto full = full_host(host.text(), object.name_space(), settings_.cluster_domain);
      add({.gateway = "mesh", .host = full, .rank = {}}, {&object, host, all});
    }
  }

  void enter_gateway(const k8s::Object& object, const std::string& name) {
    const auto all = claims_of(object, name);
    const auto slash = name.find('/');
    const auto* gateway = objects_.find("Gateway", std::string_view(name).substr(0, slash),
                                        std::string_view(name).substr(slash + 1));
    if (gateway == nullptr) {
      const auto* kept = keep(all);
      for (const auto& host : object["spec"]["hosts"]) {
        const auto full = full_host(host.text(), object.name_space(), settings_.cluster_domain);
        add({.gateway = name, .host = lower_case(full), .rank = {}}, {&object, host, kept});
      }
      return;
    }
    std::size_t number = 0;
    for (const auto& server : (*gateway)["spec"]["servers"]) {
      ++number;
      if (const auto layer = layer_of(server)) {
        const auto* served = keep(claims_on(server, *layer, all));
        if (!served->empty())
          enter_server(object, *gateway, {name, number, {}, {}}, server, served);
      }
    }
  }

  /// The claims that a server of a Gateway serves.
  static std::vector<Claim> claims_on(const yaml::Node& server, Layer layer,
                                      const std::vector<Claim>& all) {
    std::vector<Claim> served;
    const Source here{.name_space = {}, .port = server["port"]["number"].text(), .labels = {}};
    std::ranges::copy_if(all, std::back_inserter(served), [&](const Claim& claim) {
      return claim.layer == layer && can_meet(claim.source, here);
    });
    return served;
  }

  /// Its routes stand under the narrower of the server's host and its own.
  void enter_server(const k8s::Object& object, const k8s::Object& gateway, Arena arena,
                    const yaml::Node& server, const std::vector<Claim>* served) {
    for (const auto& host : object["spec"]["hosts"]) {
      const auto own = full_host(host.text(), object.name_space(), settings_.cluster_domain);
      for (const auto& item : server["hosts"]) {
        const auto offered = host_for(item.text(), gateway, object.name_space());
        if (offered.empty() || !overlap(offered, own)) continue;
        arena.host = lower_case(covers(own, offered) ? offered : own);
        add(arena, {&object, host, served});
      }
    }
  }

  void add(Arena arena, const Entry& entry) {
    if (entry.host.text().empty() || entry.claims->empty()) return;
    for (auto& rank : ranks(*entry.object, settings_)) {
      if (++entered_ > most_entries) return leave_out(*entry.object);
      arena.rank = std::move(rank);
      arenas_[arena].push_back(entry);
    }
  }

  const std::vector<Claim>* keep(std::vector<Claim> claims) {
    return kept_.emplace_back(std::make_unique<std::vector<Claim>>(std::move(claims))).get();
  }

  /// Hosts times namespaces: no mesh has so many, but a small hostile file can.
  static constexpr std::size_t most_entries = 500'000;
  std::size_t entered_ = 0;

  struct Holder {
    const Entry* entry;
    const Claim* claim;
  };
  /// Who claims what, by layer and match.
  using Taken = std::map<std::pair<Layer, std::string_view>, std::vector<Holder>>;

  void meet(const Arena& arena, const Taken& taken, const Entry& later) {
    for (const auto& claim : *later.claims) {
      const auto same = taken.find({claim.layer, claim.match});
      if (same == taken.end()) continue;
      const auto holder = std::ranges::find_if(same->second, [&](const Holder& earlier) {
        return can_meet(earlier.claim->source, claim.source) &&
               !are_one(*earlier.entry->object, *later.object);
      });
      if (holder != same->second.end()) return add_contest(arena, *holder, {&later, &claim});
    }
  }

  void add_contest(const Arena& arena, const Holder& first, const Holder& second) {
    const auto order = precedence(*first.entry->object, *second.entry->object);
    if (!reported_.emplace(order.second, arena.host).second) return;
    const auto at = [&](const Holder& holder) {
      return arena.gateway == "mesh" ? holder.entry->host : holder.claim->at;
    };
    found_.push_back({.order = order,
                      .layer = first.claim->layer,
                      .host = arena.host,
                      .gateway = arena.gateway,
                      .first_at = at(first),
                      .second_at = at(second)});
  }

  const k8s::ObjectSet& objects_;
  const Settings& settings_;
  std::map<Arena, std::vector<Entry>> arenas_{};
  std::vector<std::unique_ptr<std::vector<Claim>>> kept_{};
  std::set<std::pair<const k8s::Object*, std::string>> reported_{};
  std::vector<Contest> found_{};
  std::vector<const k8s::Object*> left_out_{};
};

}  // namespace

Contests contests(const k8s::ObjectSet& objects, const Settings& settings) {
  Arenas arenas(objects, settings);
  for (const auto* object : by_precedence(objects.of("VirtualService"))) arenas.enter(*object);
  return arenas.contests();
}

}  // namespace cassmesh::mesh
