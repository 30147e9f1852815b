#include "outcomes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "peer_authentication.hpp"
#include "undated.hpp"

namespace cassmesh::engine {
namespace {

bool is_open(const Workload& workload) {
  return !workload.injection.is_known && !workload.is_meant;
}

Workload with_sidecar(Workload workload) {
  workload.injection.sidecar = mesh::VersionRange::any();
  workload.injection.ambient = {};
  return workload;
}

Workload without_proxy(Workload workload) {
  workload.injection.sidecar = {};
  workload.injection.ambient = {};
  return workload;
}

/// All of them alike: what stands in one namespace mostly is.
void set_all(std::vector<Workload>& workloads, Workload (*as)(Workload),
             const std::vector<bool>& open) {
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    if (open[i]) workloads[i] = as(std::move(workloads[i]));
  }
}

/// More are not told apart: no mesh leaves so much open, but a small hostile file can.
constexpr std::size_t most_variants = 8;

/// Adds what holds if another object is the oldest one.
void branch_by_age(std::vector<Model>& all, const Objects::List& undated) {
  const auto known = all.size();
  for (auto oldest = undated.begin() + 1; oldest != undated.end(); ++oldest) {
    if (all.size() + known > most_variants) return;
    for (std::size_t i = 0; i < known; ++i) {
      auto other = all[i];
      take_for_oldest(other, undated, *oldest);
      all.push_back(std::move(other));
    }
  }
}

/// The first one is that in which nobody of whom it is not known has a sidecar, and objects without
/// a date go by their names.
std::vector<Model> variants(const Model& model) {
  std::vector<bool> nodes;
  std::vector<bool> clients;
  for (const auto& node : model.nodes) nodes.push_back(is_open(node));
  for (const auto& client : model.clients) clients.push_back(is_open(client));
  std::vector<Model> all{model};
  const auto branch = [&](std::vector<Workload> Model::*member, const std::vector<bool>& open) {
    if (std::ranges::find(open, true) == open.end()) return;
    std::vector<Model> more;
    for (auto& each : all) {
      auto other = each;
      set_all(each.*member, without_proxy, open);
      set_all(other.*member, with_sidecar, open);
      more.push_back(std::move(each));
      more.push_back(std::move(other));
    }
    all = std::move(more);
  };
  branch(&Model::nodes, nodes);
  branch(&Model::clients, clients);
  for (const auto& each : undated_left(model)) branch_by_age(all, each);
  return all;
}

/// What holds in both of two variants. One that is broken either way is broken: of what, the first
/// one tells.
Outcome agreed(Outcome one, Outcome other) {
  const auto is_broken = [](Outcome outcome) {
    return !works(outcome) && outcome != Outcome::unknown;
  };
  return one == other || (is_broken(one) && is_broken(other)) ? one : Outcome::unknown;
}

/// An answer with what it was assumed in.
struct Assumed {
  Trace trace;
  const Model* model;
};

/// On what it hangs that two answers differ.
std::string difference(const Assumed& one, const Assumed& other) {
  if (other.model->assumed.empty()) {
    return fmt::format(
        "whether the pods have a sidecar, of which the files do not tell: without one "
        "it is {}, with one {}",
        to_string(one.trace.outcome), to_string(other.trace.outcome));
  }
  const auto& [older, younger] = other.model->assumed.back();
  return fmt::format(
      "whether {} is older than {}, which the files do not tell: if not, it is {}, "
      "if so {}",
      k8s::described(*older), k8s::described(*younger), to_string(one.trace.outcome),
      to_string(other.trace.outcome));
}

}  // namespace

Variants::Variants(const Model& model) : only_(&model) {
  if (std::ranges::any_of(model.nodes, is_open) || std::ranges::any_of(model.clients, is_open) ||
      !undated_left(model).empty())
    all_ = variants(model);
}

Outcome outcome_of(const Question& question, const Variants& models, const Moment& version) {
  std::optional<Outcome> all;
  for (const auto& each : models) {
    const auto trace = answer(question, each, version, false);
    const auto outcome = trace ? trace->outcome : Outcome::unknown;
    all = all ? agreed(*all, outcome) : outcome;
    if (all == Outcome::unknown) break;  // whatever the others say
  }
  return all.value_or(Outcome::unknown);
}

Trace trace_of(const Question& question, const Variants& models, const Moment& version) {
  std::vector<Assumed> answers;
  for (const auto& each : models) {
    if (auto trace = answer(question, each, version, true))
      answers.push_back({.trace = std::move(*trace), .model = &each});
  }
  if (answers.empty()) return {.outcome = Outcome::unknown};
  const auto& first = answers.front();
  const auto other = std::ranges::find_if(answers, [&](const Assumed& each) {
    return agreed(first.trace.outcome, each.trace.outcome) != first.trace.outcome;
  });
  auto found = first.trace;
  if (other == answers.end()) return found;
  found.outcome = Outcome::unknown;
  found.assumption = difference(first, *other);
  return found;
}

bool wants_mtls(const Question& question, const Variants& models, const Moment& version) {
  return std::ranges::all_of(models, [&](const Model& model) {
    return std::ranges::any_of(question.ways, [&](const Way& way) {
      return peer_policy(model, way.target, way.port, version).mode == MtlsMode::strict;
    });
  });
}

bool is_loss(Outcome outcome, Outcome otherwise, bool wants_mtls) {
  if (!works(otherwise) || outcome == Outcome::unknown) return false;
  if (!works(outcome)) return true;
  return wants_mtls && outcome == Outcome::plaintext && otherwise == Outcome::mtls;
}

}  // namespace cassmesh::engine
