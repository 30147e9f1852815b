#include "rivals.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace cassmesh::mesh {
namespace {

/// The namespace, and the folder for what does not say in which it stands.
using Home = std::pair<std::string_view, std::string_view>;

Home home_of(const k8s::Object& object) {
  if (object["metadata"]["namespace"]) return {object.name_space(), {}};
  const std::string_view path = object.node().source().name();
  const auto slash = path.rfind('/');
  return {object.name_space(), slash == std::string_view::npos ? "." : path.substr(0, slash)};
}

/// Objects by what they are for: a pod, or (null) the whole namespace.
using ByReach = std::map<std::pair<Home, const k8s::Object*>, std::vector<const k8s::Object*>>;

ByReach sort_by_reach(std::span<const k8s::Object* const> objects, const Pods& pods,
                      Reach (*reach_of)(const k8s::Object&)) {
  ByReach by_reach;
  for (const auto* object : objects) {
    const auto home = home_of(*object);
    const auto reach = reach_of(*object);
    if (reach.whole_namespace) {
      by_reach[{home, nullptr}].push_back(object);
      continue;
    }
    for (const auto* pod : pods.with(reach.labels, object->name_space()))
      by_reach[{home, pod->object}].push_back(object);
  }
  return by_reach;
}

}  // namespace

std::vector<Rivals> find_rivals(std::span<const k8s::Object* const> objects, const Pods& pods,
                                Reach (*reach_of)(const k8s::Object&)) {
  std::vector<Rivals> all;
  if (objects.size() < 2) return all;
  std::set<std::pair<const k8s::Object*, const k8s::Object*>> known;
  for (const auto& [shared, rivals] : sort_by_reach(objects, pods, reach_of)) {
    const auto* winner = by_precedence(rivals).front();
    for (const auto* loser : rivals) {
      // One that stands in two files is one, and the matter of `duplicate-object`.
      if (loser->name() == winner->name() || !known.emplace(winner, loser).second) continue;
      all.push_back({.order = precedence(*winner, *loser), .pod = shared.second});
    }
  }
  return all;
}

std::string described(const Rivals& rivals, const Settings& settings) {
  if (rivals.pod != nullptr) return k8s::described(*rivals.pod);
  const auto name_space = rivals.order.first->name_space();
  if (name_space == settings.root_namespace) return "the whole mesh";
  return fmt::format("namespace '{}'", name_space);
}

const Ring* ring_of(const Rivals& rivals, std::span<const Ring> rings, const Settings& settings) {
  const auto name_space = rivals.order.first->name_space();
  const auto found = std::ranges::find_if(rings, [&](const Ring& ring) {
    if (rivals.pod != nullptr)
      return std::ranges::find(ring.stateful_sets, rivals.pod) != ring.stateful_sets.end();
    return ring.name_space == name_space || name_space == settings.root_namespace;
  });
  return found == rings.end() ? nullptr : &*found;
}

}  // namespace cassmesh::mesh
