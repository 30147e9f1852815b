#include "cassmesh/engine.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

#include "outcomes.hpp"

namespace cassmesh::engine {
namespace {

constexpr std::array aspects{Aspect::listen_address,
                             Aspect::broadcast_address,
                             Aspect::self_dialling,
                             Aspect::outbound_binding,
                             Aspect::local_preference,
                             Aspect::other_bindings,
                             Aspect::seeds,
                             Aspect::declared_ports,
                             Aspect::port_protocols,
                             Aspect::readiness,
                             Aspect::injection_of_nodes,
                             Aspect::injection_of_clients,
                             Aspect::interception};

/// The objects that count in a model, but for the ring's own.
std::set<const k8s::Object*> suspects(const Model& model) {
  std::set<const k8s::Object*> all;
  const auto& objects = model.objects;
  for (const auto* list :
       {&objects.virtual_services, &objects.service_entries, &objects.destination_rules,
        &objects.peer_authentications, &objects.old_policies, &objects.authorization_policies,
        &objects.network_policies})
    all.insert(list->begin(), list->end());
  for (const auto& taker : model.takers) all.insert(taker.object);
  for (const auto* workloads : {&model.nodes, &model.clients}) {
    for (const auto& workload : *workloads) {
      if (workload.sidecar != nullptr) all.insert(workload.sidecar);
    }
  }
  return all;
}

/// The hop to speak of: the first that fails; where mTLS is only missing, the one that says why.
Hop telling_hop(const Trace& trace) {
  const auto failing = std::ranges::find_if(
      trace.hops, [](const Hop& hop) { return hop.failure && hop.failure != Outcome::unknown; });
  if (failing != trace.hops.end()) return *failing;
  Hop last{.step = Step::client_capture, .decision = {}};
  for (const auto& hop : trace.hops) {
    if (hop.step == Step::client_tls || hop.step == Step::listener ||
        hop.step == Step::client_capture)
      last = hop;
  }
  return last;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  constexpr std::array<std::string_view, 8> names{"mtls",   "plaintext", "refused",    "reset",
                                                  "denied", "misrouted", "unresolved", "unknown"};
  return names.at(static_cast<std::size_t>(outcome));
}

bool works(Outcome outcome) {
  return outcome == Outcome::mtls || outcome == Outcome::plaintext;
}

std::string_view to_string(Step step) {
  constexpr std::array<std::string_view, 11> names{
      "name",          "client-capture", "listener",       "route",
      "client-tls",    "network-policy", "server-capture", "peer-authentication",
      "authorization", "address",        "application"};
  return names.at(static_cast<std::size_t>(step));
}

std::vector<std::string_view> Effect::connections() const {
  std::vector<std::string_view> names;
  for (const auto& each : breaks) {
    if (std::ranges::find(names, each.connection.name) == names.end())
      names.push_back(each.connection.name);
  }
  return names;
}

mesh::VersionRange Effect::istio() const {
  mesh::VersionRange all;
  for (const auto& each : breaks) all = all | each.istio;
  return all;
}

/// A ring with all that was asked about it.
struct Engine::Known {
  Known(Model of, std::span<const Segment> in)
      : full(std::move(of)),
        core(ideal(full)),
        asked(questions(full)),
        segments(in),
        as_is(table(asked, full, in)),
        at_best(table(asked, core, in)) {}

  bool is_bad(std::size_t question, std::size_t segment) const {
    const auto outcome = as_is[question][segment];
    return !works(outcome) ? outcome != Outcome::unknown
                           : is_loss(outcome, at_best[question][segment], full.wants_mtls);
  }

  /// Whether taking one thing away would mend a connection.
  bool is_cured(std::size_t question, std::size_t segment) {
    if (!cures) find_cures();
    return (*cures)[question][segment];
  }

  Table without(const Model& less) const { return table(asked, less, segments); }

  void find_cures() {
    cures.emplace(asked.size(), std::vector<bool>(segments.size(), false));
    const auto note = [&](const Model& less) {
      const auto outcomes = without(less);
      for (std::size_t i = 0; i < asked.size(); ++i) {
        for (std::size_t j = 0; j < segments.size(); ++j) {
          if (is_bad(i, j) && works(outcomes[i][j]) &&
              !is_loss(outcomes[i][j], at_best[i][j], full.wants_mtls))
            (*cures)[i][j] = true;
        }
      }
    };
    for (const auto* object : suspects(full)) {
      auto less = full;
      remove(less, *object);
      note(less);
    }
    for (const auto aspect : aspects) {
      auto less = full;
      take(less, core, aspect);
      note(less);
    }
  }

  Effect compare(const Model& less, const Model& alone);
  void add_break(Effect& effect, std::size_t question, std::size_t segment, const Model& bad,
                 Outcome otherwise) const;

  Model full;
  Model core;
  std::vector<Question> asked;
  std::span<const Segment> segments;
  Table as_is;
  Table at_best;
  std::optional<std::vector<std::vector<bool>>> cures;
  std::map<const k8s::Object*, Effect> of_objects;
  std::map<Aspect, Effect> of_aspects;
};

/// `less`: the full model without the thing; `alone`: the ideal one with it.
Effect Engine::Known::compare(const Model& less, const Model& alone) {
  Effect effect{.ring = full.ring};
  const auto outcomes = without(less);
  std::optional<Table> outcomes_alone;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    for (std::size_t j = 0; j < segments.size(); ++j) {
      const auto otherwise = outcomes[i][j];
      if (otherwise != as_is[i][j]) effect.matters = true;
      if (!asked[i].connection.is_needed) continue;
      if (is_loss(as_is[i][j], otherwise, full.wants_mtls)) {
        add_break(effect, i, j, full, otherwise);
        continue;
      }
      if (!is_bad(i, j) || is_cured(i, j)) continue;
      if (!outcomes_alone) outcomes_alone = table(asked, alone, segments);
      if (is_loss((*outcomes_alone)[i][j], at_best[i][j], full.wants_mtls))
        add_break(effect, i, j, alone, at_best[i][j]);
    }
  }
  return effect;
}

/// Versions that follow each other with the same outcomes are one break.
void Engine::Known::add_break(Effect& effect, std::size_t question, std::size_t segment,
                              const Model& bad, Outcome otherwise) const {
  const auto& connection = asked[question].connection;
  const auto trace = trace_of(asked[question], bad, segments[segment].at);
  const auto is_same = [&](const Break& each) {
    return each.connection.name == connection.name && each.connection.from == connection.from &&
           each.connection.to == connection.to && each.outcome == trace.outcome &&
           each.otherwise == otherwise;
  };
  const auto known = std::ranges::find_if(effect.breaks, is_same);
  if (known != effect.breaks.end()) {
    known->istio = known->istio | segments[segment].istio;
    return;
  }
  effect.breaks.push_back({.connection = connection,
                           .istio = segments[segment].istio,
                           .outcome = trace.outcome,
                           .otherwise = otherwise,
                           .hop = telling_hop(trace)});
}

Engine::Engine(const k8s::ObjectSet& objects, const mesh::Settings& settings,
               std::span<const mesh::Ring> rings, const mesh::VersionRange& istio)
    : objects_(objects), settings_(settings), rings_(rings), segments_(segments_of(istio)) {}

Engine::~Engine() = default;

Engine::Known& Engine::known(const mesh::Ring& ring) {
  auto& known = known_[&ring];
  if (!known) known = std::make_unique<Known>(make_model(ring, objects_, settings_), segments_);
  return *known;
}

const Model& Engine::model(const mesh::Ring& ring) {
  return known(ring).full;
}

std::vector<Effect> Engine::effects(const k8s::Object& object) {
  std::vector<Effect> all;
  for (const auto& ring : rings_) {
    if (has(known(ring).full, object)) all.push_back(effect(object, ring));
  }
  return all;
}

Effect Engine::effect(const k8s::Object& object, const mesh::Ring& ring) {
  auto& known = this->known(ring);
  const auto done = known.of_objects.find(&object);
  if (done != known.of_objects.end()) return done->second;
  auto less = known.full;
  remove(less, object);
  auto alone = known.core;
  add(alone, known.full, object);
  return known.of_objects.emplace(&object, known.compare(less, alone)).first->second;
}

Effect Engine::effect(Aspect aspect, const mesh::Ring& ring) {
  auto& known = this->known(ring);
  const auto done = known.of_aspects.find(aspect);
  if (done != known.of_aspects.end()) return done->second;
  auto less = known.full;
  take(less, known.core, aspect);
  auto alone = known.core;
  take(alone, known.full, aspect);
  return known.of_aspects.emplace(aspect, known.compare(less, alone)).first->second;
}

std::vector<Traced> Engine::trace(const mesh::Ring& ring) {
  const auto& known = this->known(ring);
  std::vector<Traced> all;
  const auto same = [](const Trace& left, const Trace& right) {
    return left.outcome == right.outcome && left.assumption == right.assumption &&
           std::ranges::equal(left.hops, right.hops, [](const Hop& one, const Hop& other) {
             return one.step == other.step && one.decision == other.decision;
           });
  };
  for (const auto& question : known.asked) {
    Traced traced{.connection = question.connection};
    for (const auto& segment : known.segments) {
      auto trace = trace_of(question, known.full, segment.at);
      if (!traced.intervals.empty() && same(traced.intervals.back().trace, trace)) {
        traced.intervals.back().istio = traced.intervals.back().istio | segment.istio;
      } else {
        traced.intervals.push_back({.istio = segment.istio, .trace = std::move(trace)});
      }
    }
    all.push_back(std::move(traced));
  }
  return all;
}

}  // namespace cassmesh::engine
