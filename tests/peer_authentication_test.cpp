// What servers take: PeerAuthentication, and before it Policy and MeshPolicy.

#include "engine/peer_authentication.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "policy_scene.hpp"
#include "support.hpp"

using namespace cassmesh;
using engine::Proxy;
using engine::Wire;

namespace {

std::string peer(std::string_view name_space, std::string_view spec,
                 std::string_view name = "default") {
  return object("security.istio.io/v1beta1", "PeerAuthentication", name_space, name, spec);
}

std::string old(std::string_view name_space, std::string_view spec,
                std::string_view name = "default") {
  return object("authentication.istio.io/v1alpha1", name_space.empty() ? "MeshPolicy" : "Policy",
                name_space, name, spec);
}

constexpr std::string_view mine = "selector: {matchLabels: {app: cassandra}}";

std::string of_ring(std::string_view rest, std::string_view name = "ring") {
  return peer("data", fmt::format("{{{}, {}}}", mine, rest), name);
}

}  // namespace

TEST_CASE("the narrowest PeerAuthentication decides, the oldest of each level") {
  struct Row {
    std::string policies;
    int port;
    std::string_view mode;
    std::string_view version = "1.24";
  };
  const auto strict = [](std::string_view where) { return peer(where, "{mtls: {mode: STRICT}}"); };
  const Row rows[] = {
      {"", 7000, "PERMISSIVE"},
      {strict("istio-system"), 7000, "STRICT"},
      {strict("data"), 7000, "STRICT"},
      {strict("shop"), 7000, "PERMISSIVE"},
      {strict("istio-system") + peer("data", "{mtls: {mode: DISABLE}}"), 7000, "DISABLE"},
      {strict("data") + peer("istio-system", "{mtls: {mode: DISABLE}}"), 7000, "STRICT"},
      // UNSET inherits, whether it is said or not.
      {strict("istio-system") + peer("data", "{mtls: {mode: UNSET}}"), 7000, "STRICT"},
      {strict("istio-system") + peer("data", "{}"), 7000, "STRICT"},
      {strict("istio-system") + peer("data", "{mtls: {}}"), 7000, "STRICT"},
      {peer("istio-system", "{mtls: {mode: UNSET}}"), 7000, "PERMISSIVE"},
      {strict("data") + of_ring("mtls: {mode: PERMISSIVE}"), 7000, "PERMISSIVE"},
      {strict("data") + of_ring("mtls: {mode: UNSET}"), 7000, "STRICT"},
      {strict("data") +
           peer("data", "{selector: {matchLabels: {app: web}}, mtls: {mode: DISABLE}}", "web"),
       7000, "STRICT"},
      // In the root namespace a selector makes it nobody's.
      {peer("istio-system", fmt::format("{{{}, mtls: {{mode: STRICT}}}}", mine)), 7000,
       "PERMISSIVE"},
      {peer("istio-system", "{selector: {matchLabels: {}}, mtls: {mode: STRICT}}"), 7000, "STRICT"},
      // Of two of one level the oldest: here the first by name, as neither tells its age.
      {peer("data", "{mtls: {mode: STRICT}}", "b") + peer("data", "{mtls: {mode: DISABLE}}", "a"),
       7000, "DISABLE"},
      {of_ring("mtls: {mode: STRICT}", "b") + of_ring("mtls: {mode: DISABLE}", "a"), 7000,
       "DISABLE"},
      // Ports.
      {of_ring("portLevelMtls: {7000: {mode: STRICT}}"), 7000, "STRICT"},
      {of_ring("portLevelMtls: {'7000': {mode: STRICT}}"), 7000, "STRICT"},
      {of_ring("portLevelMtls: {7000: {mode: STRICT}}"), 9042, "PERMISSIVE"},
      {of_ring("mtls: {mode: STRICT}, portLevelMtls: {9042: {mode: DISABLE}}"), 9042, "DISABLE"},
      {of_ring("mtls: {mode: STRICT}, portLevelMtls: {9042: {mode: UNSET}}"), 9042, "STRICT"},
      {of_ring("mtls: {mode: STRICT}, portLevelMtls: {9042: {}}"), 9042, "STRICT"},
      {strict("data") + of_ring("portLevelMtls: {9042: {mode: PERMISSIVE}}"), 7000, "STRICT"},
      // Without a selector nobody reads them.
      {peer("data", "{mtls: {mode: STRICT}, portLevelMtls: {9042: {mode: DISABLE}}}"), 9042,
       "STRICT"},
      // At a port that no Service declares they count from 1.9 on.
      {of_ring("mtls: {mode: STRICT}, portLevelMtls: {7199: {mode: DISABLE}}"), 7199, "STRICT",
       "1.8.6"},
      {of_ring("mtls: {mode: STRICT}, portLevelMtls: {7199: {mode: DISABLE}}"), 7199, "DISABLE",
       "1.9"},
      {of_ring("mtls: {mode: STRICT}, portLevelMtls: {7000: {mode: DISABLE}}"), 7000, "DISABLE",
       "1.5"},
      // Before 1.5 there is no such kind.
      {strict("data"), 7000, "PERMISSIVE", "1.4"},
      {strict("data"), 7000, "STRICT", "1.5"},
      {"", 7000, "DISABLE", "1.0.2"},
      {"", 7000, "PERMISSIVE", "1.0.3"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, row.port, row.version);
    const PolicyScene scene(row.policies);
    const auto policy = engine::peer_policy(scene.model, 0, row.port, istio(row.version));
    CHECK(engine::to_string(policy.mode) == row.mode);
    CHECK_FALSE(policy.why.empty());
  }
}

TEST_CASE("up to 1.5 Policy and MeshPolicy decide, unless a PeerAuthentication does") {
  struct Row {
    std::string policies;
    int port;
    std::string_view version;
    std::string_view mode;
  };
  const std::string_view mtls = "{peers: [{mtls: {}}]}";
  const auto target = [](std::string_view which, std::string_view peers) {
    return old("data", fmt::format("{{targets: [{}], peers: {}}}", which, peers), "ring");
  };
  const Row rows[] = {
      {old("", mtls), 7000, "1.4", "STRICT"},
      {old("", "{peers: [{mtls: null}]}"), 7000, "1.4", "STRICT"},
      {old("", "{peers: [{mtls: {mode: STRICT}}]}"), 7000, "1.4", "STRICT"},
      {old("", "{peers: [{mtls: {mode: PERMISSIVE}}]}"), 7000, "1.4", "PERMISSIVE"},
      {old("", "{}"), 7000, "1.4", "DISABLE"},
      {old("", "{peers: []}"), 7000, "1.4", "DISABLE"},
      {old("", "{peers: [{jwt: {}}]}"), 7000, "1.4", "DISABLE"},
      {old("", "{peers: [{jwt: {}}, {mtls: {}}]}"), 7000, "1.4", "STRICT"},
      {old("", mtls, "other"), 7000, "1.4", "PERMISSIVE"},
      {old("", mtls), 7000, "1.0.2", "STRICT"},
      // The narrowest one decides alone.
      {old("", mtls) + old("data", "{}"), 7000, "1.4", "DISABLE"},
      {old("", mtls) + old("shop", "{}"), 7000, "1.4", "STRICT"},
      {old("data", "{}") + target("{name: cassandra}", "[{mtls: {}}]"), 7000, "1.4", "STRICT"},
      {old("data", "{}") + target("{name: other}", "[{mtls: {}}]"), 7000, "1.4", "DISABLE"},
      {old("data", "{}") + target("{name: cassandra, ports: [{number: 7000}]}", "[{mtls: {}}]"),
       7000, "1.4", "STRICT"},
      {old("data", "{}") + target("{name: cassandra, ports: [{number: 9042}]}", "[{mtls: {}}]"),
       7000, "1.4", "DISABLE"},
      {old("data", "{}") + target("{name: cassandra, ports: [{name: tcp-intra}]}", "[{mtls: {}}]"),
       7000, "1.4", "STRICT"},
      {old("data", "{targets: [{name: cassandra}], peers: []}", "all") +
           target("{name: cassandra, ports: [{number: 7000}]}", "[{mtls: {}}]"),
       7000, "1.4", "STRICT"},
      // Nothing takes mTLS off where no Service declares the port.
      {old("", mtls), 7199, "1.4", "DISABLE"},
      // 1.5 has both kinds: any PeerAuthentication that is for the pods shuts the old ones out.
      {old("", mtls), 7000, "1.5", "STRICT"},
      {old("", mtls), 7199, "1.5", "PERMISSIVE"},
      {old("", mtls) + peer("istio-system", "{mtls: {mode: PERMISSIVE}}"), 7000, "1.5",
       "PERMISSIVE"},
      {old("data", mtls) + peer("data", "{}"), 7000, "1.5", "PERMISSIVE"},
      {old("", mtls) + peer("shop", "{mtls: {mode: DISABLE}}"), 7000, "1.5", "STRICT"},
      {old("", mtls), 7000, "1.6", "PERMISSIVE"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, row.port, row.version);
    const PolicyScene scene(row.policies);
    const auto policy = engine::peer_policy(scene.model, 0, row.port, istio(row.version));
    CHECK(engine::to_string(policy.mode) == row.mode);
  }
}

TEST_CASE("for a headless Service a client looks at the namespace and the mesh alone") {
  struct Row {
    std::string policies;
    std::string_view version;
    std::string_view mode;
  };
  const std::string target =
      old("data", "{targets: [{name: cassandra, ports: [{number: 7000}]}], peers: []}", "ring");
  const Row rows[] = {
      {"", "1.24", "PERMISSIVE"},
      {peer("data", "{mtls: {mode: DISABLE}}"), "1.24", "DISABLE"},
      {peer("istio-system", "{mtls: {mode: DISABLE}}"), "1.24", "DISABLE"},
      {peer("istio-system", "{mtls: {mode: DISABLE}}") + peer("data", "{}"), "1.24", "DISABLE"},
      {of_ring("mtls: {mode: DISABLE}"), "1.24", "PERMISSIVE"},
      {of_ring("portLevelMtls: {7000: {mode: DISABLE}}"), "1.24", "PERMISSIVE"},
      {old("", "{}"), "1.24", "PERMISSIVE"},
      {old("", "{}"), "1.5", "DISABLE"},
      {target, "1.5", "DISABLE"},
      {target + peer("data", "{}"), "1.5", "PERMISSIVE"},
      {target + of_ring("mtls: {mode: STRICT}"), "1.5", "DISABLE"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, row.version);
    const PolicyScene scene(row.policies);
    const auto& service = scene.model.services.front();
    const auto policy = engine::peer_policy_for_headless(scene.model, istio(row.version), &service,
                                                         service.port_to(7000));
    CHECK(engine::to_string(policy.mode) == row.mode);
  }
}

TEST_CASE("a sidecar takes off mTLS, or resets what its policy does not take") {
  struct Row {
    std::string_view mode;  ///< empty: none
    Wire wire;
    std::string_view outcome;
    bool has_identity = false;
    int port = 7000;
    std::string_view version = "1.24";
    bool keeps_own_tls = false;
  };
  const Row rows[] = {
      {"", Wire::plaintext, "passes"},
      {"", Wire::mtls, "passes", true},
      {"PERMISSIVE", Wire::plaintext, "passes"},
      {"PERMISSIVE", Wire::mtls, "passes", true},
      {"STRICT", Wire::plaintext, "reset"},
      {"STRICT", Wire::mtls, "passes", true},
      {"DISABLE", Wire::plaintext, "passes"},
      {"DISABLE", Wire::mtls, "reset"},
      // TLS of a DestinationRule's SIMPLE or MUTUAL reaches Cassandra, or is closed.
      {"PERMISSIVE", Wire::other_tls, "reset"},
      {"STRICT", Wire::other_tls, "reset"},
      {"DISABLE", Wire::other_tls, "reset"},
      {"PERMISSIVE", Wire::other_tls, "reset", false, 7000, "1.24", true},
      // Cassandra's own TLS.
      {"PERMISSIVE", Wire::plaintext, "passes", false, 7000, "1.24", true},
      {"DISABLE", Wire::plaintext, "passes", false, 7000, "1.24", true},
      {"STRICT", Wire::plaintext, "reset", false, 7000, "1.24", true},
      {"STRICT", Wire::mtls, "passes", true, 7000, "1.24", true},
      {"", Wire::plaintext, "passes", false, 7000, "1.4", true},
      {"", Wire::plaintext, "passes", false, 7000, "1.7.8", true},
      {"", Wire::plaintext, "reset", false, 7000, "1.8", true},
      {"", Wire::plaintext, "reset", false, 7000, "1.8.1", true},
      {"", Wire::plaintext, "passes", false, 7000, "1.8.2", true},
      {"", Wire::plaintext, "passes", false, 7199, "1.5.10", true},
      {"", Wire::plaintext, "reset", false, 7199, "1.6", true},
      {"", Wire::plaintext, "reset", false, 7199, "1.9.9", true},
      {"", Wire::plaintext, "passes", false, 7199, "1.10", true},
      // A port that no Service declares.
      {"", Wire::mtls, "reset", false, 7199, "1.4"},
      {"", Wire::plaintext, "passes", false, 7199, "1.4"},
      {"", Wire::mtls, "passes", true, 7199, "1.5"},
      {"STRICT", Wire::plaintext, "reset", false, 7199, "1.5"},
      {"", Wire::mtls, "reset", false, 7000, "1.0.2"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mode, static_cast<int>(row.wire), row.port, row.version, row.keeps_own_tls);
    const PolicyScene scene(
        row.mode.empty() ? "" : peer("data", fmt::format("{{mtls: {{mode: {}}}}}", row.mode)));
    const auto route = scene.gossip(row.port);
    const engine::Moment moment(istio(row.version));
    engine::Flow flow(scene.model, route, moment, true);
    flow.client = flow.server = Proxy::sidecar;
    flow.wire = row.wire;
    flow.keeps_own_tls = row.keeps_own_tls;
    engine::check_peer_authentication(flow);
    CHECK(flow.has_identity == row.has_identity);
    const auto made = result(flow);
    CHECK(made.outcome == row.outcome);
    CHECK_FALSE(made.said.empty());
    CHECK((made.by.object != nullptr) == !row.mode.empty());
  }
}

TEST_CASE("ztunnel denies under STRICT what does not come by HBONE") {
  struct Row {
    std::string_view mode;
    Proxy client;
    Wire wire;
    std::string_view outcome;
    bool has_identity = false;
  };
  const Row rows[] = {
      {"STRICT", Proxy::ambient, Wire::mtls, "passes", true},
      {"PERMISSIVE", Proxy::ambient, Wire::mtls, "passes", true},
      {"DISABLE", Proxy::ambient, Wire::mtls, "passes", true},
      {"STRICT", Proxy::none, Wire::plaintext, "denied"},
      {"PERMISSIVE", Proxy::none, Wire::plaintext, "passes"},
      {"STRICT", Proxy::sidecar, Wire::plaintext, "denied"},
      // istio/istio#53526: ISTIO_MUTUAL of a DestinationRule makes no HBONE.
      {"STRICT", Proxy::sidecar, Wire::mtls, "denied"},
      {"PERMISSIVE", Proxy::sidecar, Wire::mtls, "reset"},
      {"PERMISSIVE", Proxy::sidecar, Wire::other_tls, "reset"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mode, static_cast<int>(row.client), static_cast<int>(row.wire));
    PolicyScene scene(peer("data", fmt::format("{{mtls: {{mode: {}}}}}", row.mode)));
    scene.model.nodes.front().injection = {.ambient = mesh::VersionRange::any()};
    const auto route = scene.gossip();
    const engine::Moment moment(istio("1.24"));
    engine::Flow flow(scene.model, route, moment, true);
    flow.client = row.client;
    flow.server = Proxy::ambient;
    flow.wire = row.wire;
    engine::check_peer_authentication(flow);
    CHECK(flow.has_identity == row.has_identity);
    CHECK(result(flow).outcome == row.outcome);
  }
}

TEST_CASE("without a proxy no PeerAuthentication decides, and over probes it does") {
  const PolicyScene scene(peer("data", "{mtls: {mode: STRICT}}"));
  auto route = scene.outside();
  const engine::Moment recent(istio("1.24"));
  engine::Flow bare(scene.model, route, recent, true);
  engine::check_peer_authentication(bare);
  CHECK(result(bare).said.empty());

  route.is_probe = true;
  const Source http(1, "probe.yaml", "httpGet: {port: 8080}");
  const auto http_documents = yaml::parse(http);
  route.probe = http_documents.front().root();
  const engine::Moment old(istio("1.5"));
  engine::Flow http_probe(scene.model, route, old, true);
  http_probe.server = Proxy::sidecar;
  engine::check_peer_authentication(http_probe);
  CHECK(result(http_probe).outcome == "reset");
}

TEST_CASE("a decision names the policy and points at its word") {
  const PolicyScene scene(peer("data", "{mtls: {mode: STRICT}}"));
  const auto route = scene.cql();
  const engine::Moment moment(istio("1.24"));
  engine::Flow flow(scene.model, route, moment, true);
  flow.server = Proxy::sidecar;
  engine::check_peer_authentication(flow);
  const auto made = result(flow);
  CHECK(made.said ==
        "PeerAuthentication 'data/default' asks for STRICT: the sidecar closes what comes in "
        "plaintext");
  CHECK(made.by.at.text() == "STRICT");
}
