#include <algorithm>

#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// Where the Service is not in the files, but none of its neighbours is either, it is elsewhere.
Severity severity_in(const mesh::Ring& ring, const Scope& scope) {
  if (scope.settings.closed_world) return Severity::error;
  if (scope.is_anywhere("Service", ring.name_space, ring.governing_name())) return Severity::info;
  const auto services = scope.objects.of("Service");
  const bool neighbours = std::ranges::any_of(services, [&](const k8s::Object* service) {
    return service->name_space() == ring.name_space;
  });
  return neighbours ? Severity::error : Severity::info;
}

const k8s::Object* headless_of(const mesh::Ring& ring) {
  const auto found = std::ranges::find_if(
      ring.services, [](const k8s::Object* service) { return mesh::is_headless(*service); });
  return found == ring.services.end() ? nullptr : *found;
}

/// Whether a pod is called by a name of its own, which it has only from a governing Service.
bool calls_pods(const k8s::Object& set) {
  const auto container = mesh::cassandra_container(set);
  if (!container) return false;
  const auto pod = std::string(set.name()) + "-0.";
  return std::ranges::any_of(container->node["env"], [&](const yaml::Node& variable) {
    return variable["value"].text().find(pod) != std::string_view::npos;
  });
}

void check_set(const mesh::Ring& ring, const k8s::Object& set, Report& report) {
  const auto named = set["spec"]["serviceName"];
  const auto* headless = headless_of(ring);
  if (named.text().empty()) {
    if (headless != nullptr && !calls_pods(set)) return;
    const auto said = report(
        set, named ? named : set["spec"],
        "StatefulSet '{}' names no governing Service, so its pods have no names", set.name());
    said.ring(ring);
    if (headless == nullptr) return;
    said.related(*headless, headless->name_node(), "the headless Service that selects its pods")
        .fix(fmt::format("set 'serviceName: {}'", headless->name()));
    return;
  }
  if (ring.service != nullptr) return;
  const auto said = report(set, named, "serviceName '{}' names no Service of namespace '{}'",
                           named.text(), set.name_space());
  said.ring(ring).severity(severity_in(ring, report.scope()));
  if (headless == nullptr) return;
  said.related(*headless, headless->name_node(), "the headless Service that selects its pods")
      .fix(fmt::format("set 'serviceName: {}'", headless->name()));
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto* set : ring.stateful_sets) check_set(ring, *set, report);
}

}  // namespace

extern const Rule ring_service_missing{
    .name = "ring-service-missing",
    .severity = Severity::error,
    .kinds = {"StatefulSet"},
    .summary = "The StatefulSet of a ring names a Service that exists.",
    .why =
        "A pod of a StatefulSet has a name, `cassandra-0.cassandra.data.svc.cluster.local`, only "
        "where `serviceName` names a Service. Without it no seed is found, and a sidecar knows "
        "no pod of the ring: what its peers send goes out in plaintext.",
    .fix = "define the headless Service that serviceName names",
    .versions = "",
    .source = "kubernetes.io/docs/concepts/workloads/controllers/statefulset (Stable Network ID)",
    .check = check,
};

}  // namespace cassmesh::rules
