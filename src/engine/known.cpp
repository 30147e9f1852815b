#include "known.hpp"

#include <algorithm>
#include <array>
#include <iterator>
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
                             Aspect::naming,
                             Aspect::declared_ports,
                             Aspect::port_protocols,
                             Aspect::readiness,
                             Aspect::visibility,
                             Aspect::injection_of_nodes,
                             Aspect::injection_of_clients,
                             Aspect::interception,
                             Aspect::authorization,
                             Aspect::network_policies};

/// The hop to speak of: the first that fails; where mTLS is only missing, the one that says why.
Hop telling_hop(const Trace& trace) {
  if (const auto* failing = trace.failing_hop()) return *failing;
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

/// Versions with the same outcomes, for the same reasons, are one break.
void add_break(Effect& effect, const Connection& connection, const Segment& segment,
               const Trace& trace, Outcome otherwise) {
  const auto is_same = [&](const Break& each) {
    return each.connection == connection && each.outcome == trace.outcome &&
           each.otherwise == otherwise && rest_on_the_same(each.hops, trace.hops);
  };
  const auto known = std::ranges::find_if(effect.breaks, is_same);
  if (known != effect.breaks.end()) {
    known->istio = known->istio | segment.istio;
    return;
  }
  effect.breaks.push_back({.connection = connection,
                           .istio = segment.istio,
                           .outcome = trace.outcome,
                           .otherwise = otherwise,
                           .hop = telling_hop(trace),
                           .hops = trace.hops});
}

/// Of one connection what is broken before what only goes without mTLS.
void put_worst_first(Effect& effect) {
  std::vector<Break> sorted;
  for (const auto name : effect.connections()) {
    for (const bool works_still : {false, true}) {
      std::ranges::copy_if(effect.breaks, std::back_inserter(sorted), [&](const Break& each) {
        return to_string(each.connection.kind) == name && works(each.outcome) == works_still;
      });
    }
  }
  effect.breaks = std::move(sorted);
}

bool is_same(const Trace& left, const Trace& right) {
  return left.outcome == right.outcome && left.assumption == right.assumption &&
         std::ranges::equal(left.hops, right.hops, [](const Hop& one, const Hop& other) {
           return one.step == other.step && one.on_way_back == other.on_way_back &&
                  one.decision == other.decision;
         });
}

auto outcomes(const Question& question, const Variants& models) {
  return ByVersion([&](const Moment& version) { return outcome_of(question, models, version); });
}

auto traces(const Question& question, const Variants& models) {
  return ByVersion([&](const Moment& version) { return trace_of(question, models, version); });
}

}  // namespace

Known::Known(Model of, std::span<const Segment> in)
    : full_(std::move(of)),
      core_(ideal(full_)),
      as_is_(full_),
      at_best_(core_),
      asked_(engine::questions(full_)),
      segments_(in),
      faults_(find_faults()) {}

Traced Known::trace(const Question& question) const {
  Traced traced{.connection = question.connection};
  auto found = traces(question, as_is_);
  for (const auto& segment : segments_) {
    const auto& trace = found.on(segment.at);
    if (!traced.intervals.empty() && is_same(traced.intervals.back().trace, trace)) {
      traced.intervals.back().istio = traced.intervals.back().istio | segment.istio;
    } else {
      traced.intervals.push_back({.istio = segment.istio, .trace = trace});
    }
  }
  return traced;
}

std::vector<Known::Fault> Known::find_faults() const {
  std::vector<Fault> faults;
  for (const auto& question : asked_) {
    if (!question.connection.is_needed) continue;
    auto cells = cells_of(question);
    if (!cells.empty()) faults.push_back({.question = &question, .cells = std::move(cells)});
  }
  return faults;
}

std::vector<Known::Cell> Known::cells_of(const Question& question) const {
  std::vector<Cell> cells;
  auto outcome = outcomes(question, as_is_);
  auto best = outcomes(question, at_best_);
  ByVersion wants([&](const Moment& version) { return wants_mtls(question, as_is_, version); });
  for (const auto& segment : segments_) {
    const auto is = outcome.on(segment.at);
    if (is == Outcome::mtls || is == Outcome::unknown) continue;
    const auto wanted = wants.on(segment.at);
    if (!is_loss(is, Outcome::mtls, wanted)) continue;
    const bool is_bad = !works(is) || is_loss(is, best.on(segment.at), wanted);
    cells.push_back({.segment = &segment, .outcome = is, .wants_mtls = wanted, .is_bad = is_bad});
  }
  return cells;
}

/// Looks only where something is bad and not known to be curable: mostly nowhere.
void Known::note_cures(const Model& less) {
  const Variants models(less);
  for (auto& fault : faults_) {
    auto outcome = outcomes(*fault.question, models);
    auto best = outcomes(*fault.question, at_best_);
    for (auto& cell : fault.cells) {
      if (!cell.is_bad || cell.is_cured) continue;
      const auto version = cell.segment->at;
      cell.is_cured = works(outcome.on(version)) &&
                      !is_loss(outcome.on(version), best.on(version), cell.wants_mtls);
    }
  }
}

void Known::find_cures() {
  if (std::exchange(knows_cures_, true)) return;
  for (const auto* object : objects_of(full_)) {
    if (std::ranges::find(full_.services, object, &Service::object) != full_.services.end())
      continue;  // the ring's own
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

bool Known::is_cured(const Cell& cell) {
  find_cures();
  return cell.is_cured;
}

bool Known::is_loss_alone(const Cell& cell, Outcome outcome, Outcome best) {
  // What works, if only in plaintext, is not cut off by what would cut it off elsewhere.
  if (works(cell.outcome) && !works(outcome)) return false;
  return is_loss(outcome, best, cell.wants_mtls);
}

Effect Known::compare(const Change& change) {
  Effect effect{.ring = full_.ring};
  const Variants less(change.less);
  const Variants alone(change.alone);
  const Variants at_best(change.best);
  for (const auto& fault : faults_) {
    const auto& question = *fault.question;
    auto without = outcomes(question, less);
    auto by_itself = outcomes(question, alone);
    auto best = outcomes(question, at_best);
    auto trace = traces(question, as_is_);
    auto trace_alone = traces(question, alone);
    for (const auto& cell : fault.cells) {
      const auto version = cell.segment->at;
      const auto otherwise = without.on(version);
      if (is_loss(cell.outcome, otherwise, cell.wants_mtls)) {
        add_break(effect, question.connection, *cell.segment, trace.on(version), otherwise);
      } else if (cell.is_bad && !is_cured(cell) &&
                 is_loss_alone(cell, by_itself.on(version), best.on(version))) {
        add_break(effect, question.connection, *cell.segment, trace_alone.on(version),
                  best.on(version));
      }
    }
  }
  put_worst_first(effect);
  return effect;
}

Effect Known::effect(const k8s::Object& object) {
  if (faults_.empty()) return {.ring = full_.ring};
  const auto done = of_objects_.find(&object);
  if (done != of_objects_.end()) return done->second;
  auto less = full_;
  remove(less, object);
  auto alone = core_;
  add(alone, full_, object);
  return of_objects_.emplace(&object, compare({less, alone, core_})).first->second;
}

/// What clients' sidecars speak is a fact of neither model: the ideal ring leaves it to them.
Effect Known::compare_speaking(bool mtls) {
  auto less = full_;
  auto best = core_;
  less.speaks_mtls = mtls;
  best.speaks_mtls = mtls;
  return compare({less, core_, best});
}

Effect Known::compare(Aspect aspect) {
  if (aspect == Aspect::mtls_of_clients) return compare_speaking(true);
  if (aspect == Aspect::plaintext_of_clients) return compare_speaking(false);
  auto best = core_;
  // What pods are called shows only where somebody calls them.
  if (aspect == Aspect::naming) take(best, full_, Aspect::seeds);
  auto less = full_;
  take(less, core_, aspect);
  auto alone = best;
  take(alone, full_, aspect);
  return compare({less, alone, best});
}

Effect Known::effect(Aspect aspect) {
  if (faults_.empty()) return {.ring = full_.ring};
  const auto done = of_aspects_.find(aspect);
  if (done != of_aspects_.end()) return done->second;
  return of_aspects_.emplace(aspect, compare(aspect)).first->second;
}

bool Known::matters(const k8s::Object& object) const {
  auto less = full_;
  remove(less, object);
  const Variants models(less);
  return std::ranges::any_of(asked_, [&](const Question& question) {
    auto with = outcomes(question, as_is_);
    auto without = outcomes(question, models);
    return std::ranges::any_of(segments_, [&](const Segment& segment) {
      return with.on(segment.at) != without.on(segment.at);
    });
  });
}

}  // namespace cassmesh::engine
