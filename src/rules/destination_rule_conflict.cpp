#include "cassmesh/rule.hpp"
#include "mesh/destination_rules.hpp"

namespace cassmesh::rules {
namespace {

std::string what_counts(const mesh::Overlap& overlap) {
  return overlap.merged ? mesh::only_the_first_counts(overlap.order)
                        : "which one counts depends on their age and on the version of Istio";
}

void check(const k8s::ObjectSet& objects, Report& report) {
  for (const auto& overlap : mesh::overlaps(objects, report.scope().settings)) {
    const auto& order = overlap.order;
    const auto other = k8s::described(*order.first);
    const auto say = [&] {
      if (overlap.kind == mesh::Overlap::Kind::policy)
        return report(*order.second, overlap.second_at,
                      "host '{}' has a trafficPolicy in {} too: {}", overlap.host, other,
                      what_counts(overlap));
      if (overlap.kind == mesh::Overlap::Kind::subset)
        return report(*order.second, overlap.second_at, "subset '{}' of host '{}' is in {} too: {}",
                      overlap.second_at.text(), overlap.host, other, what_counts(overlap));
      return report(*order.second, overlap.second_at,
                    "host '{}' has {} too, with another exportTo: the two are not merged, and only "
                    "one of them counts",
                    overlap.host, other);
    };
    const auto said = say();
    said.related(*order.first, overlap.first_at, "the other DestinationRule")
        .ring(report.scope().ring_of(overlap.host))
        .fix(fmt::format("merge this one into {}", other));
    if (overlap.kind == mesh::Overlap::Kind::visibility)
      said.on(mesh::VersionRange::from({.minor = 24, .patch = 0}));
  }
}

}  // namespace

extern const Rule destination_rule_conflict{
    .name = "destination-rule-conflict",
    .severity = Severity::warning,
    .kinds = {"DestinationRule"},
    .summary = "What a DestinationRule says for a host is not said otherwise beside it.",
    .why =
        "Of the DestinationRules that one namespace has for a host, the one created first gives "
        "the "
        "trafficPolicy; another's is used only if the first has none. Subsets are collected from "
        "all, but of two with the same name only the first stays. What loses is dropped without a "
        "word, be it the TLS mode. A more specific host and a wildcard are not merged, and neither "
        "are rules of different namespaces: there the client's namespace comes first, then the "
        "Service's, then the root namespace.",
    .fix = "merge the DestinationRules into one",
    .versions =
        "in 1.0 nothing is merged and the newest wins; from 1.14 rules with a workloadSelector are "
        "merged only with those that have the same; from 1.24 only rules with the same exportTo",
    .source =
        "istio/istio pilot/pkg/model/destination_rule.go (mergeDestinationRule) and "
        "push_context.go at 1.1.0, 1.14.0, 1.24.0, pilot/pkg/model/config.go at 1.0.0",
    .check = check,
};

}  // namespace cassmesh::rules
