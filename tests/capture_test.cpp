// Where a connection leaves its client and arrives at its server: through which proxy, or past it.

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/flow.hpp"
#include "support.hpp"

using namespace cassmesh;
using engine::Flow;
using engine::Injection;
using engine::Moment;
using engine::Proxy;
using engine::Route;
using engine::Wire;
using mesh::IstioVersion;
using mesh::VersionRange;

namespace {

std::string_view name(Proxy proxy) {
  if (proxy == Proxy::none) return "none";
  return proxy == Proxy::sidecar ? "sidecar" : "ambient";
}

Injection injection(Proxy proxy) {
  return {.sidecar = proxy == Proxy::sidecar ? VersionRange::any() : VersionRange(),
          .ambient = proxy == Proxy::ambient ? VersionRange::any() : VersionRange(),
          .why = "so it is"};
}

/// One ring, one client, and a Service whose port 9142 leads to 9042.
struct Mesh {
  explicit Mesh(Proxy proxy, std::string_view annotations = "",
                std::string_view probe = "tty: false")
      : source(1, "mesh.yaml",
               fmt::format(R"(apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: cassandra, namespace: data}}
spec:
  template:
    metadata: {{annotations: {{{}}}}}
    spec: {{containers: [{{name: cassandra, ports: [{{containerPort: 7000}}], {}}}]}}
)",
                           annotations, probe)),
        documents(yaml::parse(source)),
        object(documents.front().root(), "default") {
    model.settings = &settings;
    model.nodes.push_back({.object = &object,
                           .described = "data/cassandra",
                           .injection = injection(proxy),
                           .interception = engine::Interception(object)});
    model.clients.push_back({.described = "Deployment 'shop/web'", .injection = injection(proxy)});
    service.ports.push_back({.number = 9142, .target = 9042});
    route.source = &model.nodes.front();
    route.target = &model.nodes.front();
    route.port = 7000;
  }
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;

  /// The first probe of the container.
  yaml::Node probe() const {
    for (const auto& field : *object.pod_spec()["containers"].begin()) {
      if (field.key().ends_with("Probe")) return field;
    }
    return {};
  }

  Source source;
  std::vector<yaml::Document> documents;
  k8s::Object object;
  mesh::Settings settings;
  engine::Model model;
  engine::Service service;
  Route route;
};

/// `sidecar > none: outcome | hops`, where the connection stands behind both stages.
std::string follow(const Mesh& mesh, const Moment& version, Wire wire = Wire::plaintext) {
  Flow flow(mesh.model, mesh.route, version, true);
  leave_client(flow);
  flow.wire = wire;
  arrive_at_server(flow);
  const auto ends = fmt::format("{} > {}{}{}", name(flow.client), name(flow.server),
                                flow.to_loopback ? " > 127.0.0.1" : "",
                                flow.is_answered_by_proxy ? ", answered" : "");
  const auto trace = flow.finish();
  return fmt::format("{}: {}", ends, to_string(trace.outcome));
}

std::string first_hop(const Mesh& mesh, const Moment& version) {
  Flow flow(mesh.model, mesh.route, version, true);
  leave_client(flow);
  if (mesh.route.is_probe) arrive_at_server(flow);
  const auto trace = flow.finish();
  REQUIRE_FALSE(trace.hops.empty());
  return trace.hops.front().decision;
}

constexpr IstioVersion old{4, 0};
constexpr IstioVersion recent{24, 0};

}  // namespace

TEST_CASE("between pods a connection goes through the proxies of both") {
  CHECK(follow(Mesh(Proxy::sidecar), recent) == "sidecar > sidecar: plaintext");
  CHECK(follow(Mesh(Proxy::sidecar), recent, Wire::mtls) == "sidecar > sidecar: mtls");
  CHECK(follow(Mesh(Proxy::ambient), recent) == "ambient > ambient: plaintext");
  CHECK(follow(Mesh(Proxy::none), recent) == "none > none: plaintext");
}

TEST_CASE("a client without a sidecar, and a server without one") {
  Mesh mesh(Proxy::sidecar);
  mesh.route.source = &mesh.model.clients.front();
  mesh.model.clients.front().injection = injection(Proxy::none);
  CHECK(follow(mesh, recent) == "none > sidecar: plaintext");
  CHECK(first_hop(mesh, recent) == "Deployment 'shop/web' has no sidecar: so it is");
  mesh.model.clients.front().injection.is_known = false;
  CHECK(first_hop(mesh, recent) == "Deployment 'shop/web' is assumed to have no sidecar: so it is");
  mesh.route.source = nullptr;
  CHECK(follow(mesh, recent) == "none > sidecar: plaintext");

  Mesh bare(Proxy::none);
  bare.route.source = &bare.model.clients.front();
  bare.model.clients.front().injection = injection(Proxy::sidecar);
  CHECK(follow(bare, recent) == "sidecar > none: plaintext");
  CHECK(follow(bare, recent, Wire::mtls) == "sidecar > none: reset");
  CHECK(follow(bare, recent, Wire::other_tls) == "sidecar > none: reset");
}

TEST_CASE("Cassandra reads its own TLS") {
  Mesh bare(Proxy::none);
  const Moment version(recent);
  Flow flow(bare.model, bare.route, version, true);
  flow.wire = Wire::other_tls;
  flow.keeps_own_tls = true;
  arrive_at_server(flow);
  CHECK(flow.finish().outcome == engine::Outcome::plaintext);
}

TEST_CASE("what is left out on one side alone goes past one sidecar") {
  const Mesh out(Proxy::sidecar, "traffic.sidecar.istio.io/excludeOutboundPorts: '7000'");
  CHECK(follow(out, recent) == "none > sidecar: plaintext");
  CHECK(follow(out, IstioVersion{1, 0}) ==
        "sidecar > sidecar: plaintext");  // the annotation is newer
  const Mesh in(Proxy::sidecar, "traffic.sidecar.istio.io/excludeInboundPorts: '7000'");
  CHECK(follow(in, recent, Wire::mtls) == "sidecar > none: reset");
  CHECK(follow(in, recent, Wire::plaintext) == "sidecar > none: plaintext");
  const Mesh ambient(Proxy::ambient,
                     "traffic.sidecar.istio.io/excludeOutboundPorts: '7000', "
                     "traffic.sidecar.istio.io/excludeInboundPorts: '7000'");
  CHECK(follow(ambient, recent) == "ambient > ambient: plaintext");
}

TEST_CASE("addresses that are not known make a connection doubtful") {
  const Mesh mesh(Proxy::sidecar, "traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8");
  CHECK(follow(mesh, recent) == "sidecar > sidecar: unknown");
}

TEST_CASE("a Service's own port is what its clients dial") {
  Mesh mesh(Proxy::sidecar);
  mesh.model.clients.front().interception = engine::Interception();
  const Mesh excluding(Proxy::sidecar, "traffic.sidecar.istio.io/excludeOutboundPorts: '9142'");
  mesh.model.clients.front().interception = excluding.model.nodes.front().interception;
  mesh.route = {.source = &mesh.model.clients.front(),
                .target = &mesh.model.nodes.front(),
                .port = 9042,
                .dialled = Route::Dialled::service,
                .service = &mesh.service};
  CHECK(follow(mesh, recent) == "none > sidecar: plaintext");
  mesh.route.dialled = Route::Dialled::pod_ip;
  CHECK(follow(mesh, recent) == "sidecar > sidecar: plaintext");
}

TEST_CASE("a pod that dials itself goes past its proxy, up to 1.4 into its own sidecar") {
  Mesh mesh(Proxy::sidecar);
  mesh.route.is_self = true;
  CHECK(follow(mesh, recent) == "none > none: plaintext");
  CHECK(follow(mesh, IstioVersion{5, 0}) == "none > none: plaintext");
  CHECK(follow(mesh, old) == "none > sidecar: plaintext");
  CHECK(follow(mesh, IstioVersion{0, 0}) == "none > sidecar: plaintext");
  mesh.route.dialled = Route::Dialled::loopback;
  CHECK(follow(mesh, old) == "none > none: plaintext");
  CHECK(follow(mesh, recent) == "none > none: plaintext");
  // By the address of a Service it is a connection as any other.
  mesh.route.dialled = Route::Dialled::service;
  mesh.route.service = &mesh.service;
  CHECK(follow(mesh, recent, Wire::mtls) == "sidecar > sidecar: mtls");

  Mesh ambient(Proxy::ambient);
  ambient.route.is_self = true;
  CHECK(follow(ambient, recent) == "none > none: plaintext");

  Mesh bare(Proxy::none);
  bare.route.is_self = true;
  CHECK(follow(bare, old) == "none > none: plaintext");
}

TEST_CASE("of the annotations only excludeOutboundPorts counts for a pod that dials itself") {
  Mesh in(Proxy::sidecar, "traffic.sidecar.istio.io/includeInboundPorts: ''");
  in.route.is_self = true;
  CHECK(follow(in, old) == "none > sidecar: plaintext");
  in.route.dialled = Route::Dialled::service;
  in.route.service = &in.service;
  CHECK(follow(in, recent, Wire::mtls) == "sidecar > sidecar: mtls");
  Mesh nowhere(Proxy::sidecar, "traffic.sidecar.istio.io/includeOutboundIPRanges: ''");
  nowhere.route.is_self = true;
  CHECK(follow(nowhere, old) == "none > sidecar: plaintext");
  Mesh out(Proxy::sidecar, "traffic.sidecar.istio.io/excludeOutboundPorts: '7000'");
  out.route.is_self = true;
  CHECK(follow(out, old) == "none > none: plaintext");
  CHECK(follow(out, IstioVersion{1, 0}) == "none > sidecar: plaintext");
}

TEST_CASE("probes arrive at Cassandra, at the sidecar, or at its agent") {
  const std::string_view http = "readinessProbe: {httpGet: {port: 8080}}";
  const std::string_view tcp = "livenessProbe: {tcpSocket: {port: 7000}}";
  const std::string_view grpc = "livenessProbe: {grpc: {port: 7000}}";
  const std::string_view start = "startupProbe: {httpGet: {port: 8080}}";
  const std::string_view exec = "readinessProbe: {exec: {command: [nodetool, status]}}";
  const std::string_view off = "sidecar.istio.io/rewriteAppHTTPProbers: 'false'";
  const std::string_view on = "sidecar.istio.io/rewriteAppHTTPProbers: 'T'";
  const std::string_view neither = "sidecar.istio.io/rewriteAppHTTPProbers: 'yes'";
  const std::string_view excluded = "traffic.sidecar.istio.io/excludeInboundPorts: '7000'";
  struct Row {
    Proxy proxy;
    std::string_view probe;
    std::string_view annotations;
    IstioVersion version;
    std::string_view ends;
  };
  const Row rows[] = {
      {Proxy::sidecar, http, "", {5, 0}, "none > sidecar: plaintext"},
      {Proxy::sidecar, http, "", {6, 0}, "none > none > 127.0.0.1: plaintext"},
      {Proxy::sidecar, http, "", {9, 0}, "none > none > 127.0.0.1: plaintext"},
      {Proxy::sidecar, http, "", {10, 0}, "none > none: plaintext"},
      {Proxy::sidecar, http, off, {24, 0}, "none > sidecar: plaintext"},
      {Proxy::sidecar, http, on, {2, 0}, "none > none > 127.0.0.1: plaintext"},
      {Proxy::sidecar, http, on, {3, 0}, "none > none > 127.0.0.1: plaintext"},
      {Proxy::sidecar, http, neither, {5, 0}, "none > sidecar: plaintext"},
      {Proxy::sidecar, http, neither, {24, 0}, "none > none: plaintext"},
      // On 1.1 there is no annotation, and only declared ports are taken in.
      {Proxy::sidecar,
       "readinessProbe: {httpGet: {port: 7000}}",
       on,
       {1, 0},
       "none > sidecar: plaintext"},
      {Proxy::sidecar, start, "", {6, 0}, "none > sidecar: plaintext"},
      {Proxy::sidecar, start, "", {7, 0}, "none > none > 127.0.0.1: plaintext"},
      {Proxy::sidecar, tcp, "", {0, 0}, "none > sidecar, answered: plaintext"},
      {Proxy::sidecar, tcp, "", {11, 0}, "none > sidecar, answered: plaintext"},
      {Proxy::sidecar, tcp, "", {12, 0}, "none > none: plaintext"},
      {Proxy::sidecar, tcp, off, {24, 0}, "none > sidecar, answered: plaintext"},
      {Proxy::sidecar, tcp, excluded, {11, 0}, "none > none: plaintext"},
      {Proxy::sidecar, tcp, excluded, {24, 0}, "none > none: plaintext"},
      {Proxy::sidecar, grpc, "", {12, 9}, "none > sidecar: plaintext"},
      {Proxy::sidecar, grpc, "", {13, 0}, "none > none: plaintext"},
      {Proxy::sidecar, exec, "", {0, 0}, "none > none > 127.0.0.1: plaintext"},
      {Proxy::sidecar, exec, off, {24, 0}, "none > none > 127.0.0.1: plaintext"},
      {Proxy::ambient, http, off, {24, 0}, "none > none: plaintext"},
      {Proxy::ambient, tcp, "", {24, 0}, "none > none: plaintext"},
      {Proxy::none, http, "", {24, 0}, "none > none: plaintext"},
      {Proxy::none, tcp, "", {4, 0}, "none > none: plaintext"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.probe, row.annotations, to_string(row.version), name(row.proxy));
    Mesh mesh(row.proxy, row.annotations, row.probe);
    mesh.route.source = nullptr;
    mesh.route.is_probe = true;
    mesh.route.probe = mesh.probe();
    REQUIRE(mesh.route.probe);
    if (mesh.route.probe["exec"]) mesh.route.dialled = engine::Route::Dialled::loopback;
    // Of old only declared ports are taken in: 7000 is.
    CHECK(follow(mesh, row.version) == row.ends);
  }
}

TEST_CASE("the agent dials 127.0.0.1 where the mesh hands connections to it") {
  Mesh mesh(Proxy::sidecar, "", "livenessProbe: {tcpSocket: {port: 7000}}");
  mesh.route.source = nullptr;
  mesh.route.is_probe = true;
  mesh.route.probe = mesh.probe();
  mesh.settings.inbound = mesh::InboundPolicy::localhost;
  CHECK(follow(mesh, IstioVersion{20, 0}) == "none > none > 127.0.0.1: plaintext");
  CHECK(follow(mesh, IstioVersion{21, 0}) ==
        "none > none: plaintext");  // no version has a switch there
  CHECK(follow(mesh, IstioVersion{22, 0}) == "none > none > 127.0.0.1: plaintext");
  CHECK(first_hop(mesh, IstioVersion{22, 0}) ==
        "the probe is rewritten: the sidecar's agent dials 127.0.0.1:7000 for the kubelet");
}
