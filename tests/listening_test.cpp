// Where nodes listen, and what is found of it: every setup of the addresses under every mesh and
// release of Cassandra that makes a difference.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "linted.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

constexpr std::string_view service_text =
    "---\n{apiVersion: v1, kind: Service, metadata: {name: c, namespace: data}, spec: {clusterIP: "
    "None, publishNotReadyAddresses: true, selector: {app: c}, ports: [{name: tcp-a, port: 7000}, "
    "{name: tcp-b, port: 9042}]}}\n";
constexpr std::string_view strict =
    "---\n{apiVersion: security.istio.io/v1beta1, kind: PeerAuthentication, metadata: {name: p, "
    "namespace: data}, spec: {mtls: {mode: STRICT}}}\n";
constexpr std::string_view old_strict =
    "---\n{apiVersion: authentication.istio.io/v1alpha1, kind: Policy, metadata: {name: default, "
    "namespace: data}, spec: {peers: [{mtls: {}}]}}\n";
constexpr std::string_view mutual =
    "---\n{apiVersion: networking.istio.io/v1alpha3, kind: DestinationRule, metadata: {name: c, "
    "namespace: data}, spec: {host: c.data.svc.cluster.local, trafficPolicy: {tls: {mode: "
    "ISTIO_MUTUAL}}}}\n";
constexpr std::string_view second_listener =
    "command: [bash, -c, \"sed -i 's/^# listen_on_broadcast_address:.*/"
    "listen_on_broadcast_address: true/' /etc/cassandra/cassandra.yaml && exec "
    "docker-entrypoint.sh cassandra -f\"], ";

std::string name_space(std::string_view label) {
  return fmt::format(
      "{{apiVersion: v1, kind: Namespace, metadata: {{name: data, labels: {{{}}}}}}}\n", label);
}

std::string mesh(std::string_view name) {
  const auto sidecar = name_space("istio-injection: enabled");
  if (name == "sidecar") return sidecar;
  if (name == "strict") return fmt::format("{}{}{}", sidecar, strict, mutual);
  if (name == "old strict") return fmt::format("{}{}{}", sidecar, old_strict, mutual);
  if (name == "ambient") return name_space("istio.io/dataplane-mode: ambient");
  if (name == "none") return name_space("istio-injection: disabled");
  REQUIRE(name == "unknown");
  return {};
}

std::string stateful_set(std::string_view listen, std::string_view version) {
  return fmt::format(
      "---\n{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: c, namespace: data}}, "
      "spec: {{serviceName: c, replicas: 3, selector: {{matchLabels: {{app: c}}}}, template: "
      "{{metadata: {{labels: {{app: c}}}}, spec: {{containers: [{{name: c, image: "
      "'cassandra:{}', {}ports: [{{containerPort: 7000}}, {{containerPort: 9042}}], env: [{{name: "
      "POD_IP, valueFrom: {{fieldRef: {{fieldPath: status.podIP}}}}}}, {{name: "
      "CASSANDRA_LISTEN_ADDRESS, value: {}}}, {{name: CASSANDRA_BROADCAST_ADDRESS, value: "
      "$(POD_IP)}}]}}]}}}}}}}}\n",
      version, listen == "both" ? second_listener : "",
      listen == "pod IP" ? "$(POD_IP)" : "127.0.0.1");
}

/// `listen-address-loopback-only gossip bootstrap on 1.10..`, of each finding that is about it.
std::string found(std::string_view mesh_name, std::string_view listen, std::string_view version) {
  constexpr std::array<std::string_view, 4> rules{
      "listen-address-loopback-only", "listen-address-pod-ip-only", "outbound-bound-to-loopback",
      "self-connection-broken"};
  lint::Options options;
  options.istio = mesh::GivenRange::parse("any");
  const Linted linted(
      {{"ring.yaml", mesh(mesh_name) + std::string(service_text) + stateful_set(listen, version)}},
      options);
  std::vector<std::string> all;
  for (const auto& finding : linted.result.findings) {
    if (std::ranges::find(rules, finding.rule) == rules.end()) continue;
    all.push_back(fmt::format("{} {} on {}", finding.rule, fmt::join(finding.breaks, " "),
                              finding.istio ? mesh::to_string(*finding.istio) : "any"));
  }
  std::ranges::sort(all);
  return fmt::format("{}", fmt::join(all, "; "));
}

struct Row {
  std::string_view mesh;
  std::string_view listen;
  std::string_view version;
  std::string_view found;
};

// Sources: those of the rules; istio/istio#12551 for what an old sidecar makes of `self`.
constexpr Row rows[] = {
    {"sidecar", "127.0.0.1", "3.11.14", "listen-address-loopback-only gossip bootstrap on 1.10.."},
    {"sidecar", "127.0.0.1", "4.0.8", "listen-address-loopback-only gossip bootstrap on 1.10.."},
    {"sidecar", "127.0.0.1", "4.0.7",
     "listen-address-loopback-only gossip bootstrap self on 1.10..; "
     "self-connection-broken self on 1.5..1.9"},
    {"sidecar", "127.0.0.1", "4.1.0",
     "listen-address-loopback-only gossip bootstrap self on 1.10..; "
     "self-connection-broken self on 1.5..1.9"},
    {"sidecar", "127.0.0.1", "3.0.28",
     "listen-address-loopback-only gossip bootstrap on 1.10..; "
     "outbound-bound-to-loopback gossip bootstrap on 1.0..1.9"},
    {"sidecar", "pod IP", "3.11.14",
     "listen-address-pod-ip-only gossip bootstrap self on 1.0..1.9"},
    {"sidecar", "pod IP", "4.0.7", "listen-address-pod-ip-only gossip bootstrap self on 1.0..1.9"},
    {"sidecar", "both", "3.11.14", ""},
    {"sidecar", "both", "4.0.7", ""},
    {"sidecar", "both", "3.0.28", "outbound-bound-to-loopback gossip bootstrap on any"},
    {"strict", "127.0.0.1", "5.0.1", "listen-address-loopback-only gossip bootstrap on 1.10.."},
    {"strict", "pod IP", "5.0.1", "listen-address-pod-ip-only gossip bootstrap on 1.5..1.9"},
    {"strict", "both", "5.0.1", ""},
    {"old strict", "127.0.0.1", "3.11.14", ""},
    {"old strict", "127.0.0.1", "4.0.7", "self-connection-broken self on any"},
    {"old strict", "both", "4.0.7", "self-connection-broken self on 1.0..1.4"},
    {"old strict", "both", "4.0.8", ""},
    {"ambient", "127.0.0.1", "4.1.8", "listen-address-loopback-only gossip bootstrap on any"},
    {"ambient", "pod IP", "4.1.8", ""},
    {"ambient", "both", "4.1.8", ""},
    {"none", "127.0.0.1", "4.1.8", "listen-address-loopback-only gossip bootstrap on any"},
    {"none", "pod IP", "4.1.8", ""},
    {"none", "both", "4.1.8", ""},
    // A sidecar may stand before the pods or not: only what fails either way is found.
    {"unknown", "127.0.0.1", "4.1.8", "listen-address-loopback-only gossip bootstrap on 1.10.."},
    {"unknown", "pod IP", "4.1.8", ""},
    {"unknown", "both", "4.1.8", ""},
};

}  // namespace

TEST_CASE("what is found of listen addresses, by mesh, setup and release") {
  for (const auto& row : rows) {
    CAPTURE(row.mesh);
    CAPTURE(row.listen);
    CAPTURE(row.version);
    CHECK(found(row.mesh, row.listen, row.version) == row.found);
  }
}
