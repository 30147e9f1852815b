#include "known.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace cassmesh::engine {
namespace {

/// Those that may have come off by themselves. What clients speak is told by objects, which are
/// judged one by one.
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
                             Aspect::interception,
                             Aspect::authorization,
                             Aspect::network_policies};

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

/// Whether two ways fail of the same, whatever they say of what does not fail.
bool rest_on_the_same(const std::vector<Hop>& left, const std::vector<Hop>& right) {
  return std::ranges::equal(left, right, [](const Hop& one, const Hop& other) {
    return one.step == other.step && one.failure == other.failure &&
           one.by.object == other.by.object;
  });
}

}  // namespace

Known::Known(Model of, std::span<const Segment> in)
    : full_(std::move(of)),
      core_(ideal(full_)),
      asked_(engine::questions(full_)),
      segments_(in),
      wanted_(wants_mtls(asked_, full_, in)),
      as_is_(table(asked_, full_, in)),
      at_best_(table(asked_, core_, in)) {}

template <typename Action>
void Known::each_cell(const Action& action) const {
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    for (std::size_t j = 0; j < segments_.size(); ++j) action(Cell{i, j});
  }
}

bool Known::is_loss(Outcome outcome, Outcome otherwise, Cell cell) const {
  return engine::is_loss(outcome, otherwise, wanted_[cell.question][cell.segment]);
}

bool Known::is_bad(Cell cell) const {
  const auto outcome = at(as_is_, cell);
  return !works(outcome) ? outcome != Outcome::unknown : is_loss(outcome, at(at_best_, cell), cell);
}

bool Known::is_cured(Cell cell) {
  if (!cures_) find_cures();
  return (*cures_)[cell.question][cell.segment];
}

/// Looks only where something is bad and not known to be curable: mostly nowhere.
void Known::note_cures(const Model& less) {
  each_cell([&](Cell cell) {
    if (!is_bad(cell) || (*cures_)[cell.question][cell.segment]) return;
    const auto outcome = outcome_of(asked_[cell.question], less, segments_[cell.segment].at);
    if (works(outcome) && !is_loss(outcome, at(at_best_, cell), cell))
      (*cures_)[cell.question][cell.segment] = true;
  });
}

void Known::find_cures() {
  cures_.emplace(asked_.size(), std::vector<bool>(segments_.size(), false));
  for (const auto* object : suspects(full_)) {
    auto less = full_;
    remove(less, *object);
    note_cures(less);
  }
  for (const auto aspect : aspects) {
    auto less = full_;
    take(less, core_, aspect);
    note_cures(less);
  }
}

Effect Known::compare(const Model& less, const Model& alone, const Model* best) {
  Effect effect{.ring = full_.ring};
  Change change{.alone = alone,
                .outcomes = without(less),
                .best = best == nullptr ? at_best_ : without(*best)};
  each_cell([&](Cell cell) { compare(cell, change, effect); });
  return effect;
}

void Known::compare(Cell cell, Change& change, Effect& effect) {
  const auto otherwise = at(change.outcomes, cell);
  if (otherwise != at(as_is_, cell)) effect.matters = true;
  if (!asked_[cell.question].connection.is_needed) return;
  if (is_loss(at(as_is_, cell), otherwise, cell)) return add_break(effect, cell, full_, otherwise);
  if (!is_bad(cell) || is_cured(cell)) return;
  const auto by_itself =
      outcome_of(asked_[cell.question], change.alone, segments_[cell.segment].at);
  // What works, if only in plaintext, is not cut off by what would cut it off elsewhere.
  if (works(at(as_is_, cell)) && !works(by_itself)) return;
  const auto best = at(change.best, cell);
  if (is_loss(by_itself, best, cell)) add_break(effect, cell, change.alone, best);
}

/// Versions with the same outcomes, for the same reasons, are one break.
void Known::add_break(Effect& effect, Cell cell, const Model& bad, Outcome otherwise) const {
  const auto& question = asked_[cell.question];
  const auto& segment = segments_[cell.segment];
  auto trace = trace_of(question, bad, segment.at);
  const auto is_same = [&](const Break& each) {
    return each.connection.name == question.connection.name &&
           each.connection.from == question.connection.from &&
           each.connection.to == question.connection.to && each.outcome == trace.outcome &&
           each.otherwise == otherwise && rest_on_the_same(each.hops, trace.hops);
  };
  const auto known = std::ranges::find_if(effect.breaks, is_same);
  if (known != effect.breaks.end()) {
    known->istio = known->istio | segment.istio;
    return;
  }
  effect.breaks.push_back({.connection = question.connection,
                           .istio = segment.istio,
                           .outcome = trace.outcome,
                           .otherwise = otherwise,
                           .hop = telling_hop(trace),
                           .hops = std::move(trace.hops)});
}

Effect Known::effect(const k8s::Object& object) {
  const auto done = of_objects_.find(&object);
  if (done != of_objects_.end()) return done->second;
  auto less = full_;
  remove(less, object);
  auto alone = core_;
  add(alone, full_, object);
  return of_objects_.emplace(&object, compare(less, alone)).first->second;
}

/// What clients' sidecars speak is a fact of neither model: the ideal ring leaves it to them.
Effect Known::compare_speaking(bool mtls) {
  auto less = full_;
  auto best = core_;
  less.speaks_mtls = mtls;
  best.speaks_mtls = mtls;
  return compare(less, core_, &best);
}

Effect Known::effect(Aspect aspect) {
  const auto done = of_aspects_.find(aspect);
  if (done != of_aspects_.end()) return done->second;
  if (aspect == Aspect::mtls_of_clients || aspect == Aspect::plaintext_of_clients) {
    const bool mtls = aspect == Aspect::mtls_of_clients;
    return of_aspects_.emplace(aspect, compare_speaking(mtls)).first->second;
  }
  auto less = full_;
  take(less, core_, aspect);
  auto alone = core_;
  take(alone, full_, aspect);
  return of_aspects_.emplace(aspect, compare(less, alone)).first->second;
}

}  // namespace cassmesh::engine
