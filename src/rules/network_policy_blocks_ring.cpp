#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/model.hpp"
#include "engine/network_policy.hpp"

namespace cassmesh::rules {
namespace {

using engine::Step;

/// `7000, 15008 from data/cassandra`, for each that is kept out.
std::string openings(const engine::Effect& effect, const engine::Model& model) {
  std::set<std::string> all;
  for (const auto& each : effect.breaks) {
    const bool by_hbone = model.nodes.front().injection.ambient.overlaps(each.istio);
    const auto hbone = by_hbone ? fmt::format(" and {}", engine::hbone_port) : std::string();
    const auto client = each.connection.client;
    all.insert(fmt::format("{}{} for {}", each.connection.port, hbone,
                           client ? model.clients[*client].described : "the ring's own pods"));
  }
  std::string text;
  for (const auto& each : all) text += (text.empty() ? "" : ", ") + each;
  return text;
}

/// The namespace at the other end of the first connection that a rule keeps out; empty if that is
/// the policy's own.
std::string other_namespace(const engine::Effect& effect, const yaml::Node& rule,
                            const k8s::Object& policy, const engine::Model& model) {
  std::string name = model.ring->name_space;
  const auto& client = effect.worst().connection.client;
  if (rule["from"] && client) name = model.clients[*client].name_space;
  return name == policy.name_space() ? std::string() : name;
}

std::string remedy(const engine::Blame& blame, const engine::Model& model) {
  const auto& rule = blame.by.at;
  const bool is_for_one_port = std::ranges::all_of(blame.effect.breaks, [&](const auto& each) {
    return each.connection.port == blame.effect.worst().connection.port;
  });
  // The port is open already, to others.
  if (rule["ports"].size() > 0 && is_for_one_port) {
    const auto other = other_namespace(blame.effect, rule, *blame.by.object, model);
    if (!other.empty())
      return fmt::format(
          "add to the rule's '{}': '- namespaceSelector: {{matchLabels: "
          "{{kubernetes.io/metadata.name: {}}}}}'",
          rule["from"] ? "from" : "to", other);
  }
  return fmt::format("open port {}", openings(blame.effect, model));
}

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  const auto refuses = [](const engine::Hop& hop) {
    return hop.step == Step::network_policy && hop.fails() && hop.by.object != nullptr;
  };
  const auto all = engine.effect(engine::Aspect::network_policies, ring);
  for (const auto& blame : engine::blame(all, refuses, true)) {
    const auto& [by, hop, effect] = blame;
    const auto said =
        report(*by.object, engine::place(by), "{}: {}", hop.in_words(), engine::fate(effect));
    engine::tell_conflict(said, effect, *by.object).fix(remedy(blame, engine.model(ring)));
  }
}

}  // namespace

extern const Rule network_policy_blocks_ring{
    .name = "network-policy-blocks-ring",
    .severity = Severity::error,
    .kinds = {"NetworkPolicy"},
    .summary = "NetworkPolicies let a ring's nodes and clients connect.",
    .why =
        "Once a NetworkPolicy selects a pod, nothing comes in (or, with Egress, goes out) that no "
        "policy allows. The nodes of a ring are peers like any others: one that opens 9042 to "
        "applications shuts them out of 7000. In ambient mode all traffic of the mesh arrives at "
        "15008, whatever port is dialled.",
    .fix = "open the port to those who are kept out",
    .versions = "",
    .source =
        "kubernetes.io/docs/concepts/services-networking/network-policies; "
        "istio.io/latest/docs/ambient/usage/networkpolicy",
    .check = check,
};

}  // namespace cassmesh::rules
