#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "../cassandra/setup.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// Whether the files say that no sidecar stands before the ring's pods.
bool has_no_sidecar(const k8s::Object& set, const Scope& scope) {
  constexpr std::string_view inject = "sidecar.istio.io/inject";
  constexpr std::string_view dataplane = "istio.io/dataplane-mode";
  const auto mode = scope.settings.mode;
  const auto* space = scope.objects.find("Namespace", "", set.name_space());
  const auto of_space = space == nullptr ? yaml::Node() : space->labels();
  return (mode && *mode != mesh::Mode::sidecar) || set.pod_labels()[inject].text() == "false" ||
         set.pod_annotations()[inject].text() == "false" ||
         set.pod_labels()[dataplane].text() == "ambient" ||
         of_space[dataplane].text() == "ambient" ||
         of_space["istio-injection"].text() == "disabled" ||
         set.pod_spec()["hostNetwork"].text() == "true";
}

/// Peers of a headless Service dial a pod's own address, where `targetPort` maps nothing.
bool declares(const k8s::Object& service, std::string_view number) {
  const bool maps = !mesh::is_headless(service);
  return std::ranges::any_of(service["spec"]["ports"], [&](const yaml::Node& port) {
    const auto protocol = port["protocol"].text();
    return (protocol.empty() || protocol == "TCP") &&
           (port["port"].text() == number || (maps && port["targetPort"].text() == number));
  });
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& set = *ring.stateful_sets.front();
  const auto container = mesh::cassandra_container(set);
  if (!container || ring.services.empty() || has_no_sidecar(set, report.scope())) return;
  const cassandra::Setup setup(*container, report.scope().objects);
  std::vector<std::pair<std::string, std::string_view>> ports{
      {setup.setting("storage_port", "7000"), "internode"},
      {setup.setting("native_transport_port", "9042"), "CQL"}};
  // From 4.0 on TLS and plaintext share a port.
  if (setup.has_internode_tls() && setup.version() && setup.version()->major < 4)
    ports.emplace_back(setup.setting("ssl_storage_port", "7001"), "internode with TLS");
  const auto governs = std::ranges::find(ring.services, ring.service) != ring.services.end();
  const auto& service = governs ? *ring.service : *ring.services.front();
  const auto spec = service["spec"];
  for (const auto& [number, name] : ports) {
    const auto& wanted = number;
    if (std::ranges::any_of(ring.services,
                            [&](const k8s::Object* each) { return declares(*each, wanted); }))
      continue;
    report(service, spec["ports"] ? spec["ports"] : spec,
           "port {} of the ring ({}) is declared in no Service that selects its pods", number, name)
        .related(set, set.name_node(), "the ring")
        .fix(fmt::format("declare it: '- {{name: tcp-{}, port: {}}}'",
                         name == "CQL" ? "cql" : "internode", number))
        .ring(ring);
  }
}

}  // namespace

extern const Rule ring_port_not_declared{
    .name = "ring-port-not-declared",
    .severity = Severity::warning,
    .kinds = {"Service", "StatefulSet"},
    .summary = "A Service declares each port at which the ring's nodes are dialled.",
    .why =
        "A sidecar knows only ports that a Service declares. To any other it passes connections "
        "through in plaintext, whatever the policy for mTLS, and a strict peer resets them. "
        "Kubernetes itself does not care, so operators and charts leave out 7000.",
    .fix = "declare the port in the headless Service",
    .versions = "",
    .source =
        "istio.io docs ops/configuration/traffic-management/traffic-routing and "
        "ops/deployment/application-requirements",
    .check = check,
};

}  // namespace cassmesh::rules
