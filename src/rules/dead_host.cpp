#include "cassmesh/rule.hpp"
#include "mesh/dead_hosts.hpp"

namespace cassmesh::rules {
namespace {

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto& scope = report.scope();
  for (const auto& dead : mesh::dead_hosts(objects, scope.settings, scope.everywhere)) {
    const auto said =
        report(*dead.object, dead.at, "host '{}' matches nothing: {}", dead.host, dead.reason);
    const bool to_write = dead.remedy.empty();
    said.ring(scope.ring_of(dead.meant))
        .fix(to_write ? fmt::format("write '{}'", dead.meant) : std::string(dead.remedy));
    if (dead.service != nullptr)
      said.related(*dead.service, dead.service->name_node(),
                   to_write ? "the Service that seems to be meant" : "the pod's Service");
  }
}

}  // namespace

extern const Rule dead_host{
    .name = "dead-host",
    .severity = Severity::warning,
    .kinds = {"DestinationRule", "Sidecar", "VirtualService"},
    .summary = "A host that means a Service is written so that Istio finds it.",
    .why =
        "Istio completes a host only if it has no dot, with the namespace of the object that names "
        "it. 'cassandra.data' and 'cassandra.data.svc' work in DNS, but stay as they are here, and "
        "no service is called so: the object is accepted, and does nothing. So it is for capitals, "
        "for a dot at the end, for names of single pods, and in the egress of a Sidecar for every "
        "name that is not full. Only on port 80 a VirtualService serves such a name as written.",
    .fix =
        "write the full host, NAME.NAMESPACE.svc.cluster.local; delete a VirtualService for a pod",
    .versions = "",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/config.go (ResolveShortnameToFQDN), sidecar.go "
        "(convertIstioListenerToWrapper), pkg/config/host/name.go; "
        "istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule",
    .check = check,
};

}  // namespace cassmesh::rules
