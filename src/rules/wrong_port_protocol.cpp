#include <algorithm>
#include <array>

#include "cassmesh/rule.hpp"
#include "mesh/protocols.hpp"

namespace cassmesh::rules {
namespace {

constexpr std::array<std::string_view, 5> cassandra_ports{"7000", "7001", "7199", "9042", "9142"};

void check(const mesh::Ring& ring, Report& report) {
  for (const auto* service : ring.services) {
    for (const auto& port : (*service)["spec"]["ports"]) {
      const auto name = port["name"];
      const bool ours =
          std::ranges::find(cassandra_ports, port["port"].text()) != cassandra_ports.end();
      // What appProtocol says instead is the matter of `app-protocol-overrides-name`.
      if (!ours || port["appProtocol"] || !mesh::is_http(mesh::protocol_of_name(name.text())))
        continue;
      report(*service, name, "port name '{}' makes Istio read what Cassandra sends as HTTP",
             name.text())
          .fix(fmt::format("name it 'tcp-{}'", name.text().substr(name.text().find('-') + 1)))
          .ring(ring);
    }
  }
}

}  // namespace

extern const Rule wrong_port_protocol{
    .name = "wrong-port-protocol",
    .severity = Severity::warning,
    .kinds = {"Service"},
    .summary = "No port of a ring is called HTTP.",
    .why =
        "Sidecars parse what comes through a port whose name begins with http or grpc. "
        "Cassandra's own protocols, CQL among them, are none of these: the proxy answers with "
        "an HTTP error, and the connection ends.",
    .fix = "begin the name with 'tcp-'",
    .versions = "",
    .source = "istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
    .check = check,
};

}  // namespace cassmesh::rules
