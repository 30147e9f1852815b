#include <fmt/core.h>

#include <array>
#include <string>

#include "cassmesh/rule.hpp"
#include "engine/port_effects.hpp"
#include "mesh/protocols.hpp"

namespace cassmesh::rules {
namespace {

constexpr std::array<std::array<std::string_view, 2>, 6> cassandra_ports{{
    {"7000", "tcp-intra-node"},
    {"7001", "tcp-tls-intra-node"},
    {"7199", "tcp-jmx"},
    {"9042", "tcp-cql"},
    {"9142", "tcp-tls-cql"},
    {"9160", "tcp-thrift"},
}};

std::string remedy(const yaml::Node& port) {
  const auto name = port["name"].text();
  const auto number = port["port"].text();
  for (const auto& [known, new_name] : cassandra_ports) {
    if (number != known) continue;
    return fmt::format("name it '{}'",
                       name.empty() ? std::string(new_name) : fmt::format("tcp-{}", name));
  }
  const auto rest = name.empty() ? number : name;
  return fmt::format("name it 'tcp-{}', or after what it carries, as 'http-{}'", rest, rest);
}

bool has_unknown_app_protocol(const yaml::Node& port) {
  const auto app = port["appProtocol"].text();
  return !app.empty() && mesh::protocol_of_app(app) == mesh::Protocol::unknown;
}

/// It matters where it keeps a ring from being understood; what runs beside Cassandra is guessed
/// like anything else.
Severity severity_of(const yaml::Node& port, const mesh::Ring* ring, const Scope& scope) {
  if (ring == nullptr) return Severity::info;
  const auto& model = scope.engine.model(*ring);
  const bool matters = engine::is_of_cassandra(model, port) && engine::speak_of_mesh(model);
  return matters ? Severity::warning : Severity::info;
}

/// Istio looks at the name no more where there is an appProtocol, known to it or not.
void unknown_app_protocol(const k8s::Object& service, const yaml::Node& port,
                          const mesh::Ring* ring, Report& report) {
  const auto app = port["appProtocol"];
  if (mesh::protocol_of_name(port["name"].text()) != mesh::Protocol::unknown) return;
  report(service, app, "Istio does not know the appProtocol '{}'", app.text())
      .severity(severity_of(port, ring, report.scope()))
      .ring(ring)
      .on(mesh::versions_that_guess(port))
      .fix("set 'appProtocol: tcp'");
}

void look_at(const k8s::Object& service, const yaml::Node& port, const mesh::Ring* ring,
             Report& report) {
  const auto name = port["name"];
  const auto number = port["port"];
  if (has_unknown_app_protocol(port)) {
    unknown_app_protocol(service, port, ring, report);
    return;
  }
  // One that says it is the matter of `app-protocol-overrides-name`.
  if (mesh::protocol_of_name(name.text()) != mesh::Protocol::unknown) return;
  const auto said =
      name.text().empty()
          ? report(service, number ? number : port,
                   "port {} has no name that says which protocol it carries", number.text())
          : report(service, name, "port name '{}' does not say which protocol it carries",
                   name.text());
  said.severity(severity_of(port, ring, report.scope()))
      .ring(ring)
      .on(mesh::versions_that_guess(port))
      .fix(remedy(port));
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const mesh::Meshed meshed(objects, report.scope().settings);
  for (const auto* service : objects.of("Service")) {
    const auto* ring = report.scope().ring_of(*service);
    if (!meshed.routes_by_protocol(*service, ring != nullptr)) continue;
    for (const auto& port : mesh::ports_to_name(*service)) look_at(*service, port, ring, report);
  }
}

}  // namespace

extern const Rule port_name_without_protocol{
    .name = "port-name-without-protocol",
    .severity = Severity::warning,
    .kinds = {"Service"},
    .summary = "A Service's port says in its name or in appProtocol which protocol it carries.",
    .why =
        "Where it does not, proxies look into each connection and guess between HTTP and TCP. For "
        "a headless Service Istio 1.3 to 1.7 then open one listener for all addresses of the "
        "port, which every other Service with that port shares; up to 1.7 each connection on "
        "which the client is silent waits until the guess times out.",
    .fix = "begin the name with the protocol, as in 'tcp-cql', or set appProtocol",
    .versions = "1.3 and newer",
    .source =
        "istio/istio 1.24.0 pkg/config/kube/conversion.go (ConvertProtocol), istio/istio#27018; "
        "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
    .check = check,
};

}  // namespace cassmesh::rules
