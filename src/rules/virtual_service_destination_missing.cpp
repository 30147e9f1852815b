#include "cassmesh/hosts.hpp"
#include "cassmesh/rule.hpp"
#include "mesh/destinations.hpp"
#include "mesh/missing_host.hpp"
#include "mesh/registry.hpp"
#include "mesh/unseen.hpp"

namespace cassmesh::rules {
namespace {

Severity severity_of(const mesh::MissingHost& missing, mesh::Unseen& unseen, const Scope& scope) {
  if (missing.certain) return Severity::warning;
  // An operator may make the Service.
  if (unseen.in(missing.name_space)) return Severity::info;
  return scope.severity_of_missing(missing.name_space);
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto& scope = report.scope();
  mesh::Registry registry(objects, report.scope().everywhere, report.scope().settings);
  mesh::Unseen unseen(scope.everywhere);
  for (const auto* service : objects.of("VirtualService")) {
    for (const auto& destination : mesh::destinations(*service)) {
      const auto host = destination.node["host"];
      const auto missing = mesh::missing_host(host.text(), *service, registry);
      if (!missing) continue;
      const auto full =
          mesh::full_host(host.text(), service->name_space(), scope.settings.cluster_domain);
      const auto said = report(*service, host, "{}", missing->message);
      said.severity(severity_of(*missing, unseen, scope)).ring(scope.ring_of(full));
      if (!missing->fix.empty()) said.fix(missing->fix);
      if (missing->other != nullptr)
        said.related(*missing->other, missing->other->name_node(), missing->role);
    }
  }
}

}  // namespace

extern const Rule virtual_service_destination_missing{
    .name = "virtual-service-destination-missing",
    .severity = Severity::warning,
    .kinds = {"VirtualService"},
    .summary = "The destination of a route is the host of a Service or of a ServiceEntry.",
    .why =
        "A route leads to the cluster that Envoy has for exactly this host. Where nobody makes "
        "the host there is none: HTTP requests end in 503, TCP connections are closed, whatever "
        "outboundTrafficPolicy allows. A wildcard of a ServiceEntry is a cluster of its own name "
        "and catches no route, and the names of single pods are no hosts to Istio.",
    .fix = "write the host of a Service or ServiceEntry that is there, or add it to the manifests",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/networking/core/route/route.go:334 (GetDestinationCluster), "
        "pilot/pkg/model/virtualservice.go:116 (resolveVirtualServiceShortnames); the same in "
        "1.0.0",
    .check = check,
};

}  // namespace cassmesh::rules
