#include <fmt/core.h>

#include <algorithm>

#include "cassmesh/rule.hpp"
#include "mesh/selection.hpp"

namespace cassmesh::rules {
namespace {

/// A ring's own Service is the matter of `selector-matches-no-pod`, which knows the ring.
bool governs_a_ring(const k8s::Object& object, const Scope& scope) {
  return std::ranges::find(scope.rings, &object, &mesh::Ring::service) != scope.rings.end();
}

std::string pods_there(std::string_view where) {
  return where.empty() ? "no pod" : fmt::format("no pod in namespace '{}'", where);
}

/// Pods that are only here at times, or with another value of a chart, are allowed for beforehand:
/// what only allows for pods changes nothing where there are none.
Severity severity_of(const k8s::Object& object, const mesh::Selection::Nothing& nothing,
                     const Scope& scope) {
  const bool allows = object.is("NetworkPolicy") || object.is("PodDisruptionBudget");
  const bool unknown = scope.lacks_objects && !scope.settings.closed_world;
  return nothing.certain && !allows && !unknown ? Severity::warning : Severity::info;
}

void say(const k8s::Object& object, const mesh::Selection::Nothing& nothing, Report& report) {
  const auto& label = nothing.label;
  const auto there = pods_there(nothing.where);
  const auto said =
      label ? report(object, label, "{} has the label '{}: {}'", there, label.key(), label.text())
            : report(object, mesh::selector_of(object).node,
                     "{} has all that this selector asks for", there);
  said.severity(severity_of(object, nothing, report.scope()));
  const auto& [pod, near] = nothing.near;
  if (pod == nullptr) return;
  said.related(*pod, near, "a label of pods that was probably meant")
      .fix(fmt::format("write '{}: {}'", near.key(), near.text()));
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto& scope = report.scope();
  mesh::Selection selection(objects, scope.everywhere, scope.settings);
  for (const auto kind : mesh::kinds_with_selector()) {
    for (const auto* object : objects.of(kind)) {
      if (governs_a_ring(*object, scope)) continue;
      const auto selector = mesh::selector_of(*object);
      if (object->is("PeerAuthentication") && selector.labels.size() > 0 &&
          object->name_space() == scope.settings.root_namespace) {
        report(*object, selector.node,
               "a PeerAuthentication with a selector has no effect in the root namespace '{}'",
               object->name_space())
            .fix("move it into the namespace of its pods, or delete the selector");
      } else if (const auto nothing = selection.nothing_for(*object)) {
        say(*object, *nothing, report);
      }
    }
  }
}

}  // namespace

extern const Rule selector_matches_nothing{
    .name = "selector-matches-nothing",
    .severity = Severity::warning,
    .kinds = {"AuthorizationPolicy", "DestinationRule", "EnvoyFilter", "NetworkPolicy",
              "PeerAuthentication", "PodDisruptionBudget", "ProxyConfig", "RequestAuthentication",
              "Service", "ServiceEntry", "Sidecar", "Telemetry", "WasmPlugin"},
    .summary = "A selector selects at least one pod.",
    .why =
        "Nobody complains about a selector that no pod matches: the policy protects nothing, the "
        "Service has no endpoints. Istio looks for the pods in the object's own namespace, and for "
        "some kinds in all of them if the object stands in the root namespace.",
    .fix = "write the labels that the pods have in their template",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/authentication.go (getConfigsForWorkload), "
        "pilot/pkg/security/authn/policy_applier.go:388 (root namespace), "
        "pilot/pkg/model/telemetry.go (applicableTelemetries)",
    .check = check,
};

}  // namespace cassmesh::rules
