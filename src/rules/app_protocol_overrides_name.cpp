#include "cassmesh/rule.hpp"
#include "engine/port_effects.hpp"
#include "engine/telling.hpp"
#include "mesh/protocols.hpp"

namespace cassmesh::rules {
namespace {

using mesh::Protocol;

/// What proxies take for HTTP breaks everything else; the other protocols pass as TCP.
Severity severity_of(Protocol taken, const mesh::Ring* ring) {
  const bool breaks = mesh::is_http(taken) || taken == Protocol::unknown;
  return ring != nullptr && breaks ? Severity::warning : Severity::info;
}

void look_at(const k8s::Object& service, const yaml::Node& port, Report& report) {
  const auto name = port["name"];
  const auto app = port["appProtocol"];
  const auto by_name = mesh::protocol_of_name(name.text());
  const auto by_app = mesh::protocol_of_app(app.text());
  if (!mesh::names_two_protocols(port)) return;
  const auto* ring = report.scope().ring_of(service);
  const auto& newer = mesh::versions_with_app_protocol();
  const auto said =
      by_app == Protocol::unknown
          ? report(service, app, "appProtocol '{}' is no protocol that Istio knows, and hides '{}'",
                   app.text(), name.text())
          : report(service, app, "appProtocol '{}' counts here, not the name '{}'", app.text(),
                   name.text());
  said.related(service, name, "the name").severity(severity_of(by_app, ring)).on(newer).ring(ring);
  const auto effect =
      ring == nullptr ? engine::Effect() : effect_of_protocol(report.scope().engine, *ring, port);
  if (const auto of_app = within(effect, newer)) tell(said, of_app);
  if (ring == nullptr) return;
  if (engine::is_of_cassandra(report.scope().engine.model(*ring), port))
    said.fix("let both say the same: 'tcp'");
  const auto older = mesh::VersionRange::any() - newer;
  const auto of_name = within(effect, older);
  if (!mesh::is_http(by_name) && !of_name) return;
  const auto also =
      report(service, name, "name '{}' counts here, not appProtocol '{}'", name.text(), app.text());
  also.related(service, app, "the appProtocol").on(older).ring(ring);
  if (of_name) tell(also, of_name);
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const mesh::Meshed meshed(objects, report.scope().settings);
  for (const auto* service : objects.of("Service")) {
    for (const auto& port : mesh::ports_to_name(*service)) {
      if (!port["appProtocol"]) continue;
      const bool is_ring = report.scope().ring_of(*service) != nullptr;
      if (meshed.routes_by_protocol(*service, is_ring)) look_at(*service, port, report);
    }
  }
}

}  // namespace

extern const Rule app_protocol_overrides_name{
    .name = "app-protocol-overrides-name",
    .severity = Severity::warning,
    .kinds = {"Service"},
    .summary = "The name of a Service's port and its appProtocol say the same.",
    .why =
        "Istio takes appProtocol from 1.6 on and does not look at the name then; older ones take "
        "the name. Where the two differ, one of them misleads the reader, and on a port of "
        "Cassandra 'http' breaks every connection, whatever the name says.",
    .fix = "let both say the same",
    .versions = "",
    .source =
        "istio/istio 1.6.0 pkg/config/kube/conversion.go:47, the same in 1.24.0; 1.5.0 knows no "
        "appProtocol",
    .check = check,
};

}  // namespace cassmesh::rules
