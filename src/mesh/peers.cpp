// Which rings are parts of one Cassandra cluster: its datacentres, or racks that each have a
// Service of their own. They name each other as seeds, or the same others; what they call their
// cluster tells apart those that do so by mistake. Source: Gossiper.doShadowRound and
// GossipDigestSynVerbHandler of Cassandra ("ClusterName mismatch").

#include "peers.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "../cassandra/images.hpp"
#include "../cassandra/seeds.hpp"
#include "ring_names.hpp"

namespace cassmesh::mesh {
namespace {

/// No cluster has more parts whose connections are all worth following.
constexpr std::size_t most_peers = 16;

bool is_coordinator(const k8s::Object& workload) {
  return std::ranges::any_of(k8s::containers(workload), [](const k8s::Container& container) {
    return cassandra::is_coordinator(container.node["image"].text());
  });
}

/// How somebody names a ring among the seeds.
struct Naming {
  std::string seed{};
  yaml::Node by{};
};

class Finder {
 public:
  Finder(const k8s::ObjectSet& objects, const Settings& settings, std::vector<Ring>& rings)
      : objects_(objects),
        rings_(rings),
        names_(rings, objects, settings),
        cluster_names_(rings.size()),
        cluster_of_(rings.size()) {
    std::iota(cluster_of_.begin(), cluster_of_.end(), 0);
  }

  void find() {
    for (std::size_t i = 0; i < rings_.size(); ++i) read(i);
    for (const auto& [who, naming] : namings_) join(who.first, who.second);
    std::map<std::size_t, std::vector<std::size_t>> clusters;
    for (std::size_t i = 0; i < rings_.size(); ++i) clusters[cluster_of_[i]].push_back(i);
    for (const auto& [cluster, parts] : clusters) introduce(parts);
    for (const auto* workload : objects_.workloads()) {
      if (is_coordinator(*workload)) add_coordinator(*workload);
    }
  }

 private:
  void read(std::size_t ring) {
    for (const auto* set : rings_[ring].stateful_sets) {
      const auto container = cassandra_container(*set);
      if (!container) continue;
      const cassandra::Setup setup(*container, objects_);
      const auto name = setup.variable("CASSANDRA_CLUSTER_NAME");
      if (name && !cluster_names_[ring]) cluster_names_[ring] = setup.value(name);
      for (const auto& seed : cassandra::seeds_of(setup)) {
        names_.look_up(without_dot(seed.name), rings_[ring].name_space, [&](std::size_t named) {
          if (named != ring) namings_.try_emplace({ring, named}, Naming{seed.name, seed.variable});
        });
      }
    }
  }

  static std::string_view without_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
  }

  void join(std::size_t one, std::size_t other) {
    const auto& left = cluster_names_[one];
    const auto& right = cluster_names_[other];
    if (left && right && *left != *right) return;
    const auto from = cluster_of_[other];
    const auto to = cluster_of_[one];
    std::ranges::replace(cluster_of_, from, to);
  }

  /// To each part of a cluster the others; where these are too many, the next ones in a circle.
  void introduce(const std::vector<std::size_t>& parts) {
    const auto most = std::min(parts.size() - 1, most_peers);
    for (std::size_t at = 0; at < parts.size(); ++at) {
      for (std::size_t step = 1; step <= most; ++step)
        add(parts[at], parts[(at + step) % parts.size()]);
    }
  }

  void add(std::size_t ring, std::size_t other) {
    const auto naming = namings_.find({other, ring});
    for (const auto* set : rings_[other].stateful_sets) {
      Peer peer{.workload = set, .evidence = set->name_node()};
      if (naming != namings_.end()) {
        peer.evidence = naming->second.by;
        peer.seed = naming->second.seed;
      }
      rings_[ring].peers.push_back(std::move(peer));
    }
  }

  /// A node without data, which proxies CQL to the others and gossips as they do.
  void add_coordinator(const k8s::Object& workload) {
    std::map<std::size_t, Peer> named;
    for (const auto& container : k8s::containers(workload)) {
      for (const auto& variable : container.node["env"]) {
        const auto value = variable["value"];
        // Of several the first one is as good as the others.
        const std::string seed(value.text().substr(0, value.text().find_first_of(", ")));
        names_.look_up(without_dot(seed), workload.name_space(), [&](std::size_t ring) {
          named.try_emplace(ring, Peer{.workload = &workload, .evidence = value, .seed = seed});
        });
      }
    }
    for (auto& [ring, peer] : named) rings_[ring].peers.push_back(std::move(peer));
  }

  const k8s::ObjectSet& objects_;
  std::vector<Ring>& rings_;
  RingNames names_;
  std::vector<std::optional<std::string>> cluster_names_;
  std::vector<std::size_t> cluster_of_;  ///< by ring: the same number for those of one cluster
  std::map<std::pair<std::size_t, std::size_t>, Naming> namings_;
};

}  // namespace

void find_peers(const k8s::ObjectSet& objects, const Settings& settings, std::vector<Ring>& rings) {
  if (!rings.empty()) Finder(objects, settings, rings).find();
}

}  // namespace cassmesh::mesh
