#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

using mesh::VersionRange;

/// In one namespace the two share their endpoints, whoever wins.
std::string_view in_one_namespace(const k8s::Object& entry) {
  const auto spec = entry["spec"];
  return spec["endpoints"].size() > 0 || spec["workloadSelector"].is_mapping()
             ? "its endpoints are added to those of the Service"
             : "the Service wins from Istio 1.22 on, before that the older of the two";
}

/// From 1.24 clients take what their own namespace has; up to 1.21 the older one counts.
std::string across_namespaces(const k8s::Object& entry, const VersionRange& istio) {
  auto own = fmt::format("clients in namespace '{}' get this entry in the Service's place",
                         entry.name_space());
  if (!istio.overlaps(VersionRange::parse("..1.21"))) return own;
  if (!istio.overlaps(VersionRange::parse("1.24.."))) return "the older of the two counts";
  return own + " from Istio 1.24 on, and up to 1.21 the older of the two counts";
}

/// On which versions the Service does not simply win. `own`: whether clients of the entry's own
/// namespace see it; where they do not, the Service wins from 1.22 on.
VersionRange versions(bool together, bool own) {
  if (together) return VersionRange::any();
  return VersionRange::parse(own ? "..1.21, 1.24.." : "..1.21");
}

/// The Service whose host it is, if somebody sees both and it is no ring's.
const k8s::Object* shadowed(std::string_view host, const mesh::Audience& seen_by,
                            const Scope& scope) {
  const auto name = mesh::service_of(host, scope.settings.cluster_domain);
  if (!name || scope.ring_of(host) != nullptr) return nullptr;
  const auto* service = scope.objects.find("Service", name->name_space, name->name);
  if (service == nullptr) return nullptr;
  return seen_by.overlaps(mesh::audience(*service, scope.settings)) ? service : nullptr;
}

void check(const k8s::Object& entry, Report& report) {
  const auto& scope = report.scope();
  const auto seen_by = mesh::audience(entry, scope.settings);
  for (const auto& host : entry["spec"]["hosts"]) {
    const auto* service = shadowed(host.text(), seen_by, scope);
    if (service == nullptr) continue;
    const bool together = entry.name_space() == service->name_space();
    const auto istio = versions(together, seen_by.includes(entry.name_space()));
    report(entry, host, "host '{}' is that of {}: {}", host.text(), k8s::described(*service),
           together ? in_one_namespace(entry) : across_namespaces(entry, scope.istio & istio))
        .related(*service, service->name_node(), "the Service")
        .on(istio);
  }
}

}  // namespace

extern const Rule service_entry_shadows_service{
    .name = "service-entry-shadows-service",
    .severity = Severity::warning,
    .kinds = {"ServiceEntry"},
    .summary = "A ServiceEntry leaves the hosts of Kubernetes Services alone.",
    .why =
        "Istio knows the host of a Service by itself. A ServiceEntry for it competes with the "
        "Service: for some clients it takes its place, with its own ports, addresses and "
        "resolution, and in the Service's namespace it mixes its endpoints, which speak no mTLS, "
        "with those of the Service. Which of them counts has changed with nearly every release.",
    .fix = "delete the ServiceEntry, or give it a host of its own",
    .versions =
        "up to 1.21 the older of the two owns the host; from 1.22 the Service does, but from 1.24 "
        "clients take the ServiceEntry of their own namespace before a Service of another one",
    .source =
        "istio/istio pilot/pkg/model/sidecar.go (appendSidecarServices, selectServices) at 1.22.0 "
        "and 1.24.0, push_context.go (initServiceRegistry)",
    .check = check,
};

}  // namespace cassmesh::rules
