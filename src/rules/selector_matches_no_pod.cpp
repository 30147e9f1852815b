#include <algorithm>
#include <vector>

#include "../text.hpp"
#include "cassmesh/rule.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

/// A ring that another headless Service selects has the wrong name in serviceName.
bool is_answered(const mesh::Ring& ring) {
  return std::ranges::any_of(ring.services, [&](const k8s::Object* each) {
    return each == ring.service || mesh::is_headless(*each);
  });
}

/// Somebody may fill in the addresses of a Service without a selector.
bool has_hand_made_endpoints(const k8s::Object& service, const Scope& scope) {
  constexpr std::string_view key = "kubernetes.io/service-name";
  return std::ranges::any_of(scope.objects, [&](const k8s::Object& object) {
    const auto of = object.kind() == "Endpoints" ? object.name() : object.labels()[key].text();
    return object.kind().starts_with("Endpoint") && of == service.name() &&
           object.name_space() == service.name_space();
  });
}

void tell_effect(const mesh::Ring& ring, Report& report, const Report::Said& said) {
  said.ring(ring);
  if (const auto effect = report.scope().engine.effect(engine::Aspect::naming, ring))
    tell(said, effect).on(mesh::VersionRange::any());
}

void report_label(const mesh::Ring& ring, const yaml::Node& wanted, Report& report) {
  const auto& set = *ring.stateful_sets.front();
  const auto labels = set.pod_labels();
  if (const auto has = labels[wanted.key()]) {
    const auto said = report(*ring.service, wanted,
                             "selector '{}: {}' matches no pod of the ring, whose label is '{}'",
                             wanted.key(), wanted.text(), has.text());
    said.related(set, has, "the label of its pods")
        .fix(fmt::format("select '{}: {}'", wanted.key(), has.text()));
    return tell_effect(ring, report, said);
  }
  std::vector<std::string_view> keys;
  for (const auto& label : labels) keys.push_back(label.key());
  const auto near = closest(wanted.key(), keys);
  const auto said =
      report(*ring.service, wanted.key_where(), "no pod of the ring has a label '{}'{}",
             wanted.key(), near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
  said.related(set, labels ? labels : set.name_node(), "its pods");
  tell_effect(ring, report, said);
}

void check(const mesh::Ring& ring, Report& report) {
  if (ring.service == nullptr || is_answered(ring)) return;
  const auto* service = ring.service;
  const auto selector = (*service)["spec"]["selector"];
  if (selector.size() == 0) {
    if (has_hand_made_endpoints(*service, report.scope())) return;
    const auto at = selector ? selector : service->name_node();
    return tell_effect(
        ring, report,
        report(*service, at, "Service '{}' governs a ring and selects no pods", service->name()));
  }
  const auto labels = ring.stateful_sets.front()->pod_labels();
  const auto wrong = std::ranges::find_if(selector, [&](const yaml::Node& label) {
    return labels[label.key()].text() != label.text();
  });
  if (wrong != selector.end()) report_label(ring, *wrong, report);
}

}  // namespace

extern const Rule selector_matches_no_pod{
    .name = "selector-matches-no-pod",
    .severity = Severity::error,
    .kinds = {"Service", "StatefulSet"},
    .summary = "The Service that governs a ring selects its pods.",
    .why =
        "A Service whose selector matches no pod of the ring has no addresses: the pods' names "
        "do not resolve, no seed is found, and sidecars know no pod of the ring.",
    .fix = "select a label that the pods have",
    .versions = "",
    .source = "kubernetes.io/docs/concepts/services-networking/service",
    .check = check,
};

}  // namespace cassmesh::rules
