#include "listening.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "../cassandra/words.hpp"
#include "model.hpp"
#include "telling.hpp"

namespace cassmesh::engine {
namespace {

bool is_alone(const Binding& binding, Address where) {
  const bool at_loopback = where == Address::loopback;
  return binding.is_known && binding.on_loopback == at_loopback && binding.on_pod_ip != at_loopback;
}

class Search {
 public:
  Search(Engine& engine, const mesh::Ring& ring, const k8s::ObjectSet& objects, Address where)
      : engine_(engine),
        ring_(ring),
        objects_(objects),
        where_(where),
        nodes_(engine.model(ring).nodes) {}

  std::vector<LoneListener> find() const {
    std::vector<LoneListener> found;
    const auto effect = engine_.effect(Aspect::listen_address, ring_);
    for (std::size_t i = 0; effect && i < nodes_.size(); ++i) {
      if (is_alone(nodes_[i].sockets.internode, where_) && !is_told(i))
        add(nodes_[i], effect, found);
    }
    return found;
  }

 private:
  bool is_told(std::size_t index) const {
    return std::any_of(nodes_.begin(), nodes_.begin() + static_cast<std::ptrdiff_t>(index),
                       [&](const Workload& node) { return is_like(node, nodes_[index]); });
  }

  /// Whether both are told the same by the same word, or by a default.
  bool is_like(const Workload& node, const Workload& other) const {
    return is_alone(node.sockets.internode, where_) &&
           node.sockets.internode.by == other.sockets.internode.by;
  }

  void add(const Workload& node, Effect effect, std::vector<LoneListener>& found) const {
    const auto container = mesh::cassandra_container(*node.object);
    if (!container) return;
    const auto& by = node.sockets.internode.by;
    const bool all =
        std::ranges::all_of(nodes_, [&](const Workload& other) { return is_like(node, other); });
    if (!all) {
      effect = part(std::move(effect), [&](const Break& each) {
        return each.hop.step == Step::application && each.hop.by == by;
      });
    }
    if (node.sidecar != nullptr)
      effect = without(std::move(effect), engine_.effect(*node.sidecar, ring_));
    effect = with_others(std::move(effect));
    if (!effect) return;
    const cassandra::Setup setup(*container, objects_);
    found.push_back({.set = node.object,
                     .word = word_for(setup, by, "listen_address"),
                     .effect = std::move(effect),
                     .fix = fix(setup, node.sockets)});
  }

  /// Without what a node says to itself on versions on which it reaches everybody else.
  static Effect with_others(Effect effect) {
    const auto others = part(
        effect, [](const Break& each) { return each.connection.kind != Connection::Kind::self; });
    return within(std::move(effect), others.istio());
  }

  std::string fix(const cassandra::Setup& setup, const Sockets& sockets) const {
    constexpr cassandra::Version free_outbound{3, 10, 0};
    const bool binds = setup.version() && *setup.version() < free_outbound;
    const bool at_loopback = where_ == Address::loopback;
    if (!binds && !sockets.prefers_local.holds)
      return cassandra::how_to_listen_twice(setup, at_loopback);
    if (at_loopback) return cassandra::how_to_listen_at_pod_ip(setup);
    return fmt::format("{}, then listen at 127.0.0.1, too",
                       binds ? "use Cassandra 3.10 or newer" : "set prefer_local to false");
  }

  Engine& engine_;
  const mesh::Ring& ring_;
  const k8s::ObjectSet& objects_;
  Address where_;
  const std::vector<Workload>& nodes_;
};

}  // namespace

Word word_for(const cassandra::Setup& setup, const Evidence& by, std::string_view key) {
  if (by.object != nullptr && by.at)
    return {.object = by.object, .place = cassandra::words_that_set(setup, by.at, key)};
  const auto image = setup.container()["image"];
  return {.object = &setup.set(), .place = (image ? image : setup.container()).place()};
}

std::vector<LoneListener> lone_listeners(Engine& engine, const mesh::Ring& ring,
                                         const k8s::ObjectSet& objects, Address where) {
  return Search(engine, ring, objects, where).find();
}

void tell_lone_listeners(const mesh::Ring& ring, Report& report, Address where) {
  const auto& scope = report.scope();
  const bool at_loopback = where == Address::loopback;
  for (const auto& each : lone_listeners(scope.engine, ring, scope.objects, where)) {
    const auto& worst = each.effect.worst();
    const auto said =
        report(*each.word.object, each.word.place,
               "Cassandra listens for its peers only at {}, and {} that arrives at {} is {}",
               at_loopback ? "127.0.0.1" : "the pod IP", to_string(worst.connection.kind),
               at_loopback ? "the pod IP" : "127.0.0.1", to_string(worst.outcome));
    tell(said, each.effect).fix(each.fix);
    if (each.word.object != each.set)
      said.related(*each.set, each.set->name_node(), "the ring that reads it");
  }
}

mesh::VersionRange versions_with_lone_listeners(Engine& engine, const mesh::Ring& ring,
                                                const k8s::ObjectSet& objects) {
  mesh::VersionRange all;
  for (const auto where : {Address::loopback, Address::pod_ip}) {
    for (const auto& each : lone_listeners(engine, ring, objects, where))
      all = all | each.effect.istio();
  }
  return all;
}

}  // namespace cassmesh::engine
