#include "subsets.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cassmesh/hosts.hpp"
#include "destinations.hpp"
#include "gateway_pods.hpp"

namespace cassmesh::mesh {
namespace {

std::string pods_of(const GatewayHomes& gateways) {
  return fmt::format("the gateway's pods in '{}'", fmt::join(gateways.namespaces, "', '"));
}

std::string hidden_from(const GatewayHomes& gateways) {
  return gateways.are_known ? fmt::format("which {} do not see", pods_of(gateways))
                            : "which nobody sees who sees this VirtualService";
}

std::string only_for_clients_in(std::string_view name_space, const GatewayHomes& gateways) {
  return fmt::format("which counts only for clients in namespace '{}'{}", name_space,
                     gateways.are_known ? fmt::format(", not for {}", pods_of(gateways)) : "");
}

}  // namespace

DestinationRules::DestinationRules(const k8s::ObjectSet& here,
                                   std::span<const k8s::ObjectSet* const> everywhere,
                                   const Settings& settings)
    : here_(here), everywhere_(everywhere), settings_(settings) {
  for (const auto* rule : here.all_of("DestinationRule")) {
    const auto host = (*rule)["spec"]["host"].text();
    by_host_[full_host(host, rule->name_space(), settings.cluster_domain)].push_back(rule);
  }
}

std::vector<DestinationRules::Match> DestinationRules::for_host(std::string_view host) const {
  std::vector<Match> matches;
  const auto add = [&](const auto& entry) {
    for (const auto* rule : entry.second) matches.push_back({.rule = rule, .host = entry.first});
  };
  const auto exact = by_host_.find(host);
  if (exact != by_host_.end()) add(*exact);
  // `*` sorts before all letters and digits, and only punctuation before it.
  for (auto entry = by_host_.lower_bound("*"); entry != by_host_.end(); ++entry) {
    if (!is_wildcard(entry->first)) break;
    if (entry->first != host && covers(entry->first, host)) add(*entry);
  }
  std::ranges::stable_sort(matches, more_specific, &Match::host);
  return matches;
}

DestinationRules::Definition DestinationRules::definition(
    std::string_view host, std::string_view subset, const k8s::Object& virtual_service,
    std::string_view service_namespace) const {
  Definition found;
  const auto matches = for_host(host);
  for (const auto& match : matches) {
    if (!subset_of(*match.rule, subset)) continue;
    found = reached(match, matches, virtual_service, service_namespace);
    if (found.why_not.empty()) return found;
  }
  const auto* elsewhere = find_elsewhere(host, subset);
  return elsewhere == nullptr ? found : Definition{.rule = elsewhere};
}

const k8s::Object* DestinationRules::find_elsewhere(std::string_view host,
                                                    std::string_view subset) const {
  for (const auto* set : everywhere_) {
    if (set == &here_) continue;
    for (const auto* rule : set->all_of("DestinationRule")) {
      const auto own =
          full_host((*rule)["spec"]["host"].text(), rule->name_space(), settings_.cluster_domain);
      if (covers(own, host) && subset_of(*rule, subset)) return rule;
    }
  }
  return nullptr;
}

// The look-up is PushContext.destinationRule of istio/istio 1.24.0 pilot/pkg/model/push_context.go:
// the client's own namespace, the Service's, the root namespace; in each only the most specific
// host, for which all rules are merged.
DestinationRules::Definition DestinationRules::reached(const Match& match,
                                                       std::span<const Match> all,
                                                       const k8s::Object& virtual_service,
                                                       std::string_view service_namespace) const {
  Definition found{.rule = match.rule};
  const auto home = match.rule->name_space();
  const bool for_all = home == service_namespace || home == settings_.root_namespace;
  const auto exported_to = audience(*match.rule, settings_);
  // Where it does not matter who the clients are, nobody looks for them.
  const auto gateways = for_all && exported_to.is_everybody()
                            ? GatewayHomes()
                            : gateway_homes(virtual_service, everywhere_);
  const auto clients = gateways.are_known ? Audience(gateways.namespaces)
                                          : audience_of_routes(virtual_service, settings_);
  if (for_all ? !exported_to.overlaps(clients) : !clients.includes(home)) {
    found.why_not = for_all ? hidden_from(gateways) : only_for_clients_in(home, gateways);
    return found;
  }
  found.is_sure = for_all || !gateways.are_all_clients || gateways.namespaces.contains(home);
  found.why_not = found.is_sure
                      ? why_overruled(match, all)
                      : fmt::format("which counts only for gateways whose pods run in '{}'", home);
  return found;
}

std::string DestinationRules::why_overruled(const Match& match, std::span<const Match> all) const {
  for (const auto& other : all) {
    if (other.host == match.host) break;  // the more specific ones stand before
    const bool counts = other.rule->name_space() == match.rule->name_space() &&
                        !(*other.rule)["spec"]["workloadSelector"];
    if (counts && audience(*other.rule, settings_).is_everybody())
      return fmt::format("instead of which '{}' counts, as its host is more specific",
                         other.rule->name());
  }
  return {};
}

yaml::Node subset_of(const k8s::Object& rule, std::string_view name) {
  for (const auto& subset : rule["spec"]["subsets"]) {
    if (subset["name"].text() == name) return subset;
  }
  return {};
}

}  // namespace cassmesh::mesh
