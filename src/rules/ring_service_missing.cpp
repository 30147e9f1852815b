#include <algorithm>

#include "../cassandra/seeds.hpp"
#include "cassmesh/rule.hpp"
#include "engine/telling.hpp"
#include "mesh/pods.hpp"

namespace cassmesh::rules {
namespace {

/// Where the Service is not in the files, but neither is its namespace, a neighbour or a Service of
/// its name (`other`), it is elsewhere.
Severity severity_in(const mesh::Ring& ring, const k8s::Object* other, const Scope& scope) {
  if (scope.settings.closed_world) return Severity::error;
  if (scope.is_anywhere("Service", ring.name_space, ring.governing_name())) return Severity::info;
  const auto services = scope.objects.of("Service");
  const bool neighbours = std::ranges::any_of(services, [&](const k8s::Object* service) {
    return service->name_space() == ring.name_space;
  });
  const bool defined =
      !scope.lacks_objects && scope.objects.find("Namespace", "", ring.name_space) != nullptr;
  return neighbours || defined || other != nullptr ? Severity::error : Severity::info;
}

const k8s::Object* headless_of(const mesh::Ring& ring) {
  const auto found = std::ranges::find_if(
      ring.services, [](const k8s::Object* service) { return mesh::is_headless(*service); });
  return found == ring.services.end() ? nullptr : *found;
}

/// The Service of that name in another namespace, where it governs nothing; null where the
/// StatefulSet itself does not say where it stands.
const k8s::Object* strayed(const mesh::Ring& ring, const Scope& scope) {
  if (!(*ring.stateful_sets.front())["metadata"]["namespace"]) return nullptr;
  const auto services = scope.objects.of("Service");
  const auto found = std::ranges::find_if(services, [&](const k8s::Object* service) {
    return service->name() == ring.governing_name() && scope.ring_of(*service) == nullptr;
  });
  return found == services.end() ? nullptr : *found;
}

void name_headless(const k8s::Object& headless, const Report::Said& said) {
  said.related(headless, headless.name_node(), "the headless Service that selects its pods")
      .fix(fmt::format(
          "set 'serviceName: {}', which Kubernetes does not change in place: delete the "
          "StatefulSet with --cascade=orphan, apply it anew, then restart its pods "
          "one by one",
          headless.name()));
}

/// Says what breaks, if it is sure that there is no such Service. Where nothing does and the pods
/// are found without it, that is legal, and all that they lack are names.
void tell_effect(const mesh::Ring& ring, Severity severity, bool is_found, Report& report,
                 const Report::Said& said) {
  const auto effect = report.scope().engine.effect(engine::Aspect::naming, ring);
  if (effect) tell(said, effect).on(mesh::VersionRange::any());
  said.ring(ring).severity(effect || !is_found ? severity : Severity::info);
}

void check_set(const mesh::Ring& ring, const k8s::Object& set, Report& report) {
  const auto named = set["spec"]["serviceName"];
  const auto* headless = headless_of(ring);
  if (named.text().empty()) {
    // A pod has a name of its own only from a governing Service.
    if (headless != nullptr && !cassandra::calls_pods(set)) return;
    const auto said = report(
        set, named ? named : set["spec"],
        "StatefulSet '{}' names no governing Service, so its pods have no names", set.name());
    tell_effect(ring, Severity::error, false, report, said);
    if (headless != nullptr) name_headless(*headless, said);
    return;
  }
  if (ring.service != nullptr) return;
  const auto* other = headless == nullptr ? strayed(ring, report.scope()) : nullptr;
  const auto said = report(
      set, named, "serviceName '{}' names no Service of namespace '{}'{}", named.text(),
      set.name_space(),
      other == nullptr ? "" : fmt::format(", but one of namespace '{}'", other->name_space()));
  tell_effect(ring, severity_in(ring, other, report.scope()),
              headless != nullptr || mesh::has_service_for_a_pod(ring), report, said);
  if (headless != nullptr) name_headless(*headless, said);
  if (other == nullptr) return;
  said.related(*other, other->name_node(), "the Service of that name")
      .fix(fmt::format("define it in namespace '{}'", set.name_space()));
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
