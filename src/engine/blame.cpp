#include "blame.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "cassmesh/hosts.hpp"
#include "client_tls.hpp"
#include "telling.hpp"

namespace cassmesh::engine {
namespace {

/// The index of the part that a hop belongs to.
std::size_t part_of(std::vector<Blame>& parts, const Hop& hop, const mesh::Ring* ring,
                    bool by_object) {
  const auto known = std::ranges::find_if(parts, [&](const Blame& each) {
    return by_object ? each.by.object == hop.by.object : each.by == hop.by;
  });
  if (known != parts.end()) return static_cast<std::size_t>(known - parts.begin());
  parts.push_back({.by = hop.by, .hop = hop, .effect = {.ring = ring}});
  return parts.size() - 1;
}

/// The connections that end alike.
struct Fate {
  Outcome outcome;
  std::vector<std::string_view> names;
};

/// A connection ends as its first break does.
std::vector<Fate> fates(const Effect& effect) {
  std::vector<Fate> all;
  std::set<Connection::Kind> seen;
  for (const auto& each : effect.breaks) {
    if (!seen.insert(each.connection.kind).second) continue;
    auto known = std::ranges::find(all, each.outcome, &Fate::outcome);
    if (known == all.end()) known = all.insert(all.end(), {each.outcome, {}});
    known->names.push_back(to_string(each.connection.kind));
  }
  return all;
}

/// `gossip, bootstrap and cql`.
std::string listed(const std::vector<std::string_view>& names) {
  std::string text(names.front());
  for (std::size_t i = 1; i < names.size(); ++i)
    text += fmt::format("{}{}", i + 1 == names.size() ? " and " : ", ", names[i]);
  return text;
}

/// What its words on TLS do to a ring.
std::vector<Blame> blame_for_tls(const k8s::Object& destination_rule, const mesh::Ring& ring,
                                 Engine& engine) {
  auto all = engine.effect(destination_rule, ring);
  const auto is_by_rule = [&](const Break& each) {
    return find_hop(each, Step::client_tls, &destination_rule) != nullptr;
  };
  for (const auto aspect : {Aspect::mtls_of_clients, Aspect::plaintext_of_clients}) {
    const auto more = without(part(engine.effect(aspect, ring), is_by_rule), all);
    all.breaks.insert(all.breaks.end(), more.breaks.begin(), more.breaks.end());
  }
  return blame(all, [&](const Hop& hop) {
    return hop.step == Step::client_tls && hop.by.object == &destination_rule;
  });
}

/// What to do about a wrong one.
std::string tls_remedy(const k8s::Object& destination_rule, const mesh::Ring& ring,
                       const mesh::Settings& settings) {
  const auto hosts = ring.hosts(settings);
  if (hosts.empty() || !mesh::is_wildcard(destination_rule["spec"]["host"].text()))
    return "write 'tls: {mode: ISTIO_MUTUAL}' for the ring's ports";
  return fmt::format(
      "put a DestinationRule beside it, in namespace '{}', with 'host: {}' and 'tls: {{mode: "
      "ISTIO_MUTUAL}}'",
      destination_rule.name_space(), hosts.front());
}

}  // namespace

std::vector<Blame> blame(const Effect& effect, const std::function<bool(const Hop&)>& wanted,
                         bool by_object) {
  std::vector<Blame> parts;
  for (const auto& each : effect.breaks) {
    std::set<std::size_t> seen;
    for (const auto& hop : each.hops) {
      if (!wanted(hop)) continue;
      const auto part = part_of(parts, hop, effect.ring, by_object);
      if (seen.insert(part).second) parts[part].effect.breaks.push_back(each);
    }
  }
  return parts;
}

std::string missing_tls_remedy(const mesh::Ring& ring, const mesh::VersionRange& istio,
                               const Scope& scope) {
  const auto& model = scope.engine.model(ring);
  for (const auto& service : model.services) {
    if (!service.governs) continue;
    const auto known = tls_setting(model, &model.nodes.front(), service,
                                   model.nodes.front().sockets.internode_port, {},
                                   istio.intervals().front().first);
    if (known.rule != nullptr)
      return fmt::format("write 'tls: {{mode: ISTIO_MUTUAL}}' into the trafficPolicy of {}",
                         k8s::described(*known.rule));
  }
  const auto hosts = ring.hosts(scope.settings);
  const auto host = hosts.size() == 1 ? hosts.front()
                                      : fmt::format("'*.{}.svc.{}'", ring.name_space,
                                                    scope.settings.cluster_domain);
  return fmt::format(
      "add {{apiVersion: networking.istio.io/v1alpha3, kind: DestinationRule, metadata: {{name: "
      "{}, "
      "namespace: {}}}, spec: {{host: {}, trafficPolicy: {{tls: {{mode: ISTIO_MUTUAL}}}}}}}}",
      ring.name.substr(ring.name.find('/') + 1), ring.name_space, host);
}

const Hop* find_hop(const Break& of, Step step, const k8s::Object* by) {
  const auto found = std::ranges::find_if(
      of.hops, [&](const Hop& hop) { return hop.step == step && hop.by.object == by; });
  return found == of.hops.end() ? nullptr : &*found;
}

std::string fate(const Effect& effect) {
  std::string text;
  for (const auto& [outcome, names] : fates(effect))
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", listed(names),
                        names.size() == 1 ? verb(outcome).one : verb(outcome).several);
  return text;
}

yaml::Node place(const Evidence& by) {
  return by.at ? by.at : by.object->name_node();
}

const Report::Said& tell_conflict(const Report::Said& said, const Effect& effect,
                                  const k8s::Object& object) {
  const auto& hop = effect.worst().hop;
  if (hop.by.object != nullptr && hop.by.object != &object)
    said.related(*hop.by.object, place(hop.by), hop.in_words());
  return tell(said, effect);
}

void tell_tls_conflicts(const k8s::Object& destination_rule,
                        const std::function<std::string(const yaml::Node&)>& makes,
                        Report& report) {
  auto& engine = report.scope().engine;
  for (const auto& each : engine.effects(destination_rule)) {
    for (const auto& [by, hop, effect] : blame_for_tls(destination_rule, *each.ring, engine)) {
      const auto made = makes(by.at);
      if (made.empty()) continue;
      const auto said = report(destination_rule, by.at, "{} to ring '{}': {}", made,
                               each.ring->name, fate(effect));
      tell_conflict(said, effect, destination_rule)
          .fix(tls_remedy(destination_rule, *each.ring, report.scope().settings));
    }
  }
}

}  // namespace cassmesh::engine
