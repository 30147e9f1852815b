#include <fmt/core.h>
#include <fmt/ranges.h>

#include <utility>

#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"
#include "mesh/destinations.hpp"
#include "mesh/registry.hpp"
#include "mesh/subsets.hpp"
#include "text.hpp"

namespace cassmesh::rules {
namespace {

/// `v1` is as near to `v3` as `v2`: only one that is nearer than all others was surely meant.
std::string remedy(std::string_view subset, std::vector<std::string_view> names) {
  const std::string near(closest(subset, names));
  const auto all = fmt::format("'{}'", fmt::join(names, "', '"));
  std::erase(names, near);
  if (!near.empty() && closest(subset, names).empty()) return fmt::format("write '{}'", near);
  return fmt::format("add the subset to the DestinationRule, or write one that it has: {}", all);
}

/// Names the rules for exactly this host, where one would look for the subset.
void point_at_rules(const Report::Said& said,
                    const std::vector<mesh::DestinationRules::Match>& matches,
                    std::string_view host, std::string_view subset) {
  std::vector<std::string_view> names;
  for (const auto& [rule, own_host] : matches) {
    if (own_host != host) continue;
    const auto subsets = (*rule)["spec"]["subsets"];
    said.related(*rule, subsets ? subsets : rule->name_node(), "what is for the host");
    for (const auto& each : subsets) names.push_back(each["name"].text());
  }
  if (!names.empty()) said.fix(remedy(subset, std::move(names)));
}

void look_at(const k8s::Object& service, const yaml::Node& destination,
             const mesh::Registry& registry, const mesh::DestinationRules& rules, Report& report) {
  const auto& scope = report.scope();
  const auto subset = destination["subset"];
  const auto name = destination["host"].text();
  const auto host = mesh::full_host(name, service.name_space(), scope.settings.cluster_domain);
  const auto owners = registry.find(host);
  if (subset.text().empty() || owners.empty()) return;  // see virtual-service-destination-missing
  const auto home = owners.front()->name_space();
  const auto [rule, why_not, is_sure] = rules.definition(host, subset.text(), service, home);
  if (rule == nullptr) {
    const auto said = report(service, subset, "no DestinationRule has a subset '{}' of host '{}'",
                             subset.text(), name);
    said.severity(scope.severity_of_missing(home)).ring(scope.ring_of(host));
    point_at_rules(said, rules.for_host(host), host, subset.text());
  } else if (!why_not.empty()) {
    const auto said = report(service, subset, "subset '{}' is only in {}, {}", subset.text(),
                             k8s::described(*rule), why_not);
    said.related(*rule, mesh::subset_of(*rule, subset.text()), "the subset")
        .ring(scope.ring_of(host));
    if (!is_sure) said.severity(Severity::info);
    if (rule->name_space() != home)
      said.fix(fmt::format("define it in namespace '{}', where all see it", home));
  }
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const mesh::Registry registry(objects, report.scope().everywhere, report.scope().settings);
  const mesh::DestinationRules rules(objects, report.scope().everywhere, report.scope().settings);
  for (const auto* service : objects.of("VirtualService")) {
    for (const auto& destination : mesh::destinations(*service))
      look_at(*service, destination.node, registry, rules, report);
  }
}

}  // namespace

extern const Rule subset_missing{
    .name = "subset-missing",
    .severity = Severity::warning,
    .kinds = {"VirtualService", "DestinationRule"},
    .summary = "The subset of a route's destination is defined by a DestinationRule that counts.",
    .why =
        "Envoy has a cluster for a subset only where a DestinationRule defines it; a route to "
        "another one ends in 503. Istio looks in the client's namespace, then in the Service's, "
        "then in the root namespace, and takes there only the rules with the most specific host: "
        "the subsets of a wildcard are not added to those of the host itself. The client of a "
        "gateway's route is the gateway's pod, wherever the VirtualService stands.",
    .fix = "add the subset to the DestinationRule of the host, or correct its name",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/push_context.go (destinationRule, "
        "setDestinationRules, mergeDestinationRule)",
    .check = check,
};

}  // namespace cassmesh::rules
