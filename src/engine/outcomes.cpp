#include "outcomes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "peer_authentication.hpp"

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

/// The first one is that in which nobody of whom it is not known has a sidecar.
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
  return all;
}

}  // namespace

Variants::Variants(const Model& model) : only_(&model) {
  if (std::ranges::any_of(model.nodes, is_open) || std::ranges::any_of(model.clients, is_open))
    all_ = variants(model);
}

Outcome outcome_of(const Question& question, const Variants& models, const Moment& version) {
  std::optional<Outcome> all;
  for (const auto& each : models) {
    const auto trace = answer(question, each, version, false);
    const auto outcome = trace ? trace->outcome : Outcome::unknown;
    all = !all || *all == outcome ? outcome : Outcome::unknown;
  }
  return all.value_or(Outcome::unknown);
}

Trace trace_of(const Question& question, const Variants& models, const Moment& version) {
  std::vector<Trace> traces;
  for (const auto& each : models) {
    if (auto trace = answer(question, each, version, true)) traces.push_back(std::move(*trace));
  }
  if (traces.empty()) return {.outcome = Outcome::unknown};
  auto found = traces.front();
  for (const auto& trace : traces) {
    if (trace.outcome == traces.front().outcome) continue;
    found.outcome = Outcome::unknown;
    found.assumption = fmt::format(
        "whether the pods have a sidecar, of which the files do not tell: without one "
        "it is {}, with one {}",
        to_string(traces.front().outcome), to_string(traces.back().outcome));
  }
  return found;
}

bool wants_mtls(const Question& question, const Model& model, const Moment& version) {
  return std::ranges::any_of(question.ways, [&](const Way& way) {
    return peer_policy(model, way.target, way.port, version).mode == MtlsMode::strict;
  });
}

bool is_loss(Outcome outcome, Outcome otherwise, bool wants_mtls) {
  if (!works(otherwise) || outcome == Outcome::unknown) return false;
  if (!works(outcome)) return true;
  return wants_mtls && outcome == Outcome::plaintext && otherwise == Outcome::mtls;
}

}  // namespace cassmesh::engine
