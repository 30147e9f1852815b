// Which ports go through a sidecar, by the annotations of the pods and the version.

#include "engine/interception.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support.hpp"

using namespace cassmesh;
using engine::Interception;
using Istio = mesh::IstioVersion;

namespace {

constexpr std::string_view ports =
    "{containerPort: 7000}, {containerPort: 7001, protocol: TCP}, {containerPort: 9000, protocol: "
    "UDP}";

/// A StatefulSet whose pods have annotations, each without its prefix, and these ports.
struct Pods {
  explicit Pods(std::string_view annotations, std::string_view container_ports = ports)
      : source(1, "pods.yaml",
               fmt::format(R"(apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: cassandra, namespace: data}}
spec:
  template:
    metadata: {{annotations: {{{}}}}}
    spec:
      initContainers: [{{name: setup, ports: [{{containerPort: 7199}}]}}]
      containers: [{{name: cassandra, ports: [{}]}}]
)",
                           annotations, container_ports)),
        documents(yaml::parse(source)),
        object(documents.front().root(), "default") {}

  Source source;
  std::vector<yaml::Document> documents;
  k8s::Object object;
};

std::string shown(const Interception::Decision& decision) {
  return fmt::format("{}{}", decision.is_captured ? "in" : "out", decision.is_known ? "" : "?");
}

struct Row {
  std::string_view annotations;
  int port;
  std::string_view on_1_0;
  std::string_view on_1_2;
  std::string_view on_1_4;
  std::string_view on_1_24;
};

std::string key(std::string_view name, std::string_view value) {
  return fmt::format("traffic.sidecar.istio.io/{}: {}", name, value);
}

}  // namespace

TEST_CASE("annotations say which incoming ports the sidecar takes") {
  const auto include = [](std::string_view list) { return key("includeInboundPorts", list); };
  const auto exclude = [](std::string_view list) { return key("excludeInboundPorts", list); };
  const std::string exclude_7000 = exclude("'7000'");
  const std::string all_but_7000 = include("'*'") + ", " + exclude_7000;
  const std::string list_and_exclude = include("'7000,9042'") + ", " + exclude_7000;
  const std::string nothing = include("''");
  const std::string all = include("'*'");
  const std::string list = include("'7000, 9042'");
  const std::string words = include("'cql,9042'");
  const std::string only_words = include("'cql'");
  const std::string huge = exclude("'99999999999999999999,-7000,7000x,65536'");
  const std::string spaced = exclude("' 7001 , 7000 '");
  const std::string number = exclude("7000");
  const std::string odd_list = exclude("[7000]");
  const std::string without_value = include("");
  const std::string off = "sidecar.istio.io/interceptionMode: NONE";
  const std::string tproxy = "sidecar.istio.io/interceptionMode: TPROXY";
  const Row rows[] = {
      // Up to 1.2 the ports that containers declare for TCP; from 1.3 on all.
      {"", 7000, "in", "in", "in", "in"},
      {"", 7001, "in", "in", "in", "in"},
      {"", 9042, "out", "out", "in", "in"},
      {"", 9000, "out", "out", "in", "in"},
      {"", 7199, "out", "out", "in", "in"},
      // The sidecar's own.
      {"", 15020, "out", "out", "out", "out"},
      {"", 15090, "out", "out", "out", "out"},
      {all, 15021, "out", "out", "out", "out"},
      {"", 15010, "out", "out", "in", "in"},
      // What is excluded counts only where all is included, which it is not by default up to 1.2.
      {exclude_7000, 7000, "in", "in", "out", "out"},
      {exclude_7000, 7001, "in", "in", "in", "in"},
      {all_but_7000, 7000, "out", "out", "out", "out"},
      {all_but_7000, 9042, "in", "in", "in", "in"},
      {list_and_exclude, 7000, "in", "in", "in", "in"},
      {all, 9042, "in", "in", "in", "in"},
      {list, 9042, "in", "in", "in", "in"},
      {list, 7001, "out", "out", "out", "out"},
      {nothing, 7000, "out", "out", "out", "out"},
      {spaced, 7000, "in", "in", "out", "out"},
      {number, 7000, "in", "in", "out", "out"},
      // What is no port is passed over.
      {words, 9042, "in", "in", "in", "in"},
      {words, 7000, "out", "out", "out", "out"},
      {only_words, 7000, "in", "in", "in", "in"},
      {huge, 7000, "in", "in", "in", "in"},
      {odd_list, 7000, "in", "in", "in", "in"},
      {without_value, 7000, "in", "in", "in", "in"},
      {off, 7000, "in", "out", "out", "out"},
      {tproxy, 7000, "in", "in", "in", "in"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.annotations, row.port);
    const Pods pods(row.annotations);
    const Interception interception(pods.object);
    CHECK(shown(interception.inbound(row.port, Istio{0, 0})) == row.on_1_0);
    CHECK(shown(interception.inbound(row.port, Istio{2, 0})) == row.on_1_2);
    CHECK(shown(interception.inbound(row.port, Istio{4, 0})) == row.on_1_4);
    CHECK(shown(interception.inbound(row.port, Istio{24, 0})) == row.on_1_24);
  }
}

TEST_CASE("annotations say which outgoing ports the sidecar takes") {
  const auto ports_out = [](std::string_view list) { return key("excludeOutboundPorts", list); };
  const auto ports_in = [](std::string_view list) { return key("includeOutboundPorts", list); };
  const auto to = [](std::string_view list) { return key("includeOutboundIPRanges", list); };
  const auto not_to = [](std::string_view list) { return key("excludeOutboundIPRanges", list); };
  const std::string gossip = ports_out("'7000,7001'");
  const std::string nowhere = to("''");
  const std::string everywhere = to("'*'");
  const std::string all_v4 = to("'0.0.0.0/0'");
  const std::string ten = to("'10.0.0.0/8'");
  const std::string bad = to("'10.0.0.0,ten/8,10.0.0/8,10.0.0.0.0/8,10.0.0.0/33,300.0.0.0/8'");
  const std::string not_all = not_to("'0.0.0.0/0'");
  const std::string not_ten = not_to("'10.0.0.0/8'");
  const std::string metadata =
      not_to("'169.254.169.254/32,127.0.0.0/8,169.254.0.0/16,10.1.2.3/32'");
  const std::string not_v6 = not_to("'fd00::/8'");
  const std::string one_v6 = not_to("'fd00::1/128'");
  const std::string cql_only = nowhere + ", " + ports_in("'9042'");
  const std::string cql_but_excluded = cql_only + ", " + not_all;
  const std::string cql_but_not_ten = cql_only + ", " + not_ten;
  const std::string both_ports = ports_out("'9042'") + ", " + ports_in("'9042'");
  const std::string off = "sidecar.istio.io/interceptionMode: NONE";
  const Row rows[] = {
      {"", 7000, "in", "in", "in", "in"},
      {"", 9042, "in", "in", "in", "in"},
      // From 1.2 on.
      {gossip, 7000, "in", "out", "out", "out"},
      {gossip, 9042, "in", "in", "in", "in"},
      {nowhere, 7000, "out", "out", "out", "out"},
      {everywhere, 7000, "in", "in", "in", "in"},
      {all_v4, 7000, "in", "in", "in", "in"},
      // Nobody knows which addresses pods have.
      {ten, 7000, "in?", "in?", "in?", "in?"},
      {bad, 7000, "in", "in", "in", "in"},
      {not_all, 7000, "out", "out", "out", "out"},
      {not_ten, 7000, "in?", "in?", "in?", "in?"},
      {not_v6, 7000, "in?", "in?", "in?", "in?"},
      // Single addresses, the link-local ones and the loopback are never those of a ring's pods.
      {metadata, 7000, "in", "in", "in", "in"},
      {one_v6, 7000, "in", "in", "in", "in"},
      // From 1.7 on a port may be included wherever it goes, unless the address is excluded.
      {cql_only, 9042, "out", "out", "out", "in"},
      {cql_only, 7000, "out", "out", "out", "out"},
      {cql_but_excluded, 9042, "out", "out", "out", "out"},
      {cql_but_not_ten, 9042, "out", "out", "out", "in?"},
      {both_ports, 9042, "in", "out", "out", "out"},
      {off, 7000, "in", "out", "out", "out"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.annotations, row.port);
    const Pods pods(row.annotations);
    const Interception interception(pods.object);
    CHECK(shown(interception.outbound(row.port, Istio{0, 0})) == row.on_1_0);
    CHECK(shown(interception.outbound(row.port, Istio{2, 0})) == row.on_1_2);
    CHECK(shown(interception.outbound(row.port, Istio{4, 0})) == row.on_1_4);
    CHECK(shown(interception.outbound(row.port, Istio{24, 0})) == row.on_1_24);
  }
}

TEST_CASE("a decision names the annotation that it rests on, and nothing for a default") {
  const Pods pods(key("excludeInboundPorts", "'7000'"));
  const Interception interception(pods.object);
  CHECK(interception.has_annotations());
  const auto left_out = interception.inbound(7000, Istio{24, 0});
  CHECK(left_out.by.object == &pods.object);
  CHECK(left_out.by.at.key() == "traffic.sidecar.istio.io/excludeInboundPorts");
  CHECK(left_out.why == "excludeInboundPorts lists the port");
  CHECK(interception.inbound(9042, Istio{24, 0}).by.object == nullptr);
  const auto undeclared = interception.inbound(9042, Istio{2, 0});
  CHECK(undeclared.by.at.key() == "containers");
  CHECK(undeclared.why == "no container declares the port");
  CHECK_FALSE(Interception(Pods("team: data").object).has_annotations());
}

TEST_CASE("no annotation and no port is not the same as every port") {
  CHECK_FALSE(Interception().inbound(7000, Istio{2, 0}).is_captured);
  CHECK(Interception().inbound(7000, Istio{3, 0}).is_captured);
  CHECK(Interception().outbound(7000, Istio{0, 0}).is_captured);
  CHECK(Interception::of_all_ports().inbound(7000, Istio{2, 0}).is_captured);
  CHECK_FALSE(Interception::of_all_ports().has_annotations());
}
