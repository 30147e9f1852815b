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

/// The models that may be true where nobody knows whether somebody has a sidecar: in the first one
/// nobody of whom it is not known has one.
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

/// The variants of a model, which mostly is the only one and then not copied.
class Variants {
 public:
  explicit Variants(const Model& model) : only_(&model) {
    if (std::ranges::any_of(model.nodes, is_open) || std::ranges::any_of(model.clients, is_open))
      all_ = variants(model);
  }

  const Model* begin() const { return all_.empty() ? only_ : all_.data(); }
  const Model* end() const { return all_.empty() ? only_ + 1 : all_.data() + all_.size(); }

 private:
  const Model* only_;
  std::vector<Model> all_;
};

/// The outcome on which all variants agree.
Outcome joint(const Question& question, const Variants& models, mesh::IstioVersion version) {
  std::optional<Outcome> all;
  for (const auto& each : models) {
    const auto trace = answer(question, each, version, false);
    const auto outcome = trace ? trace->outcome : Outcome::unknown;
    all = !all || *all == outcome ? outcome : Outcome::unknown;
  }
  return all.value_or(Outcome::unknown);
}

}  // namespace

Table table(const std::vector<Question>& questions, const Model& model,
            std::span<const Segment> segments) {
  const Variants models(model);
  Table rows;
  for (const auto& question : questions) {
    auto& row = rows.emplace_back();
    for (const auto& segment : segments) row.push_back(joint(question, models, segment.at));
  }
  return rows;
}

Outcome outcome_of(const Question& question, const Model& model, mesh::IstioVersion version) {
  return joint(question, Variants(model), version);
}

Trace trace_of(const Question& question, const Model& model, mesh::IstioVersion version) {
  const Variants models(model);
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

std::vector<std::vector<bool>> wants_mtls(const std::vector<Question>& questions,
                                          const Model& model, std::span<const Segment> segments) {
  std::vector<std::vector<bool>> rows;
  for (const auto& question : questions) {
    auto& row = rows.emplace_back();
    for (const auto& segment : segments) {
      row.push_back(std::ranges::any_of(question.ways, [&](const Way& way) {
        return peer_policy(model, way.target, way.port, segment.at).mode == MtlsMode::strict;
      }));
    }
  }
  return rows;
}

bool is_loss(Outcome outcome, Outcome otherwise, bool wants_mtls) {
  if (!works(otherwise) || outcome == Outcome::unknown) return false;
  if (!works(outcome)) return true;
  return wants_mtls && outcome == Outcome::plaintext && otherwise == Outcome::mtls;
}

}  // namespace cassmesh::engine
