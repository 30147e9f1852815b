// What NetworkPolicies do to connections between pods.

#include "engine/network_policy.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "policy_scene.hpp"
#include "support.hpp"

using namespace cassmesh;
using engine::Proxy;
using engine::Wire;

namespace {

std::string network(std::string_view spec, std::string_view name = "ring",
                    std::string_view name_space = "data") {
  return object("networking.k8s.io/v1", "NetworkPolicy", name_space, name, spec);
}

std::string name_space(std::string_view name, std::string_view labels) {
  return fmt::format("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {}, labels: {}}}\n---\n",
                     name, labels);
}

std::string ingress(std::string_view rules) {
  return network(
      fmt::format("{{podSelector: {{matchLabels: {{app: cassandra}}}}, ingress: {}}}", rules));
}

Result pass(const PolicyScene& scene, const engine::Route& route) {
  const engine::Moment moment(istio("1.24"));
  engine::Flow flow(scene.model, route, moment, true);
  engine::pass_network_policy(flow);
  return result(flow);
}

}  // namespace

TEST_CASE("a pod that a NetworkPolicy selects is open to what some rule lets in") {
  struct Row {
    std::string policies;
    std::string_view gossip;  ///< from the ring, to 7000
    std::string_view cql;     ///< from `shop/web`, to 9042
  };
  const auto from = [](std::string_view peer) {
    return ingress(fmt::format("[{{from: [{}]}}]", peer));
  };
  const auto ports = [](std::string_view entries) {
    return ingress(fmt::format("[{{ports: [{}]}}]", entries));
  };
  const Row rows[] = {
      {"", "passes", "passes"},
      // Who is selected, and in which direction.
      {network("{podSelector: {}}"), "denied", "denied"},
      {network("{podSelector: {}}", "it", "shop"), "passes", "passes"},
      {network("{podSelector: {matchLabels: {app: web}}}"), "passes", "passes"},
      {network(
           "{podSelector: {matchExpressions: [{key: app, operator: In, values: [cassandra]}]}}"),
       "denied", "denied"},
      {network("{podSelector: {}, policyTypes: [Ingress]}"), "denied", "denied"},
      {network("{podSelector: {}, policyTypes: [Egress], egress: [{}]}"), "passes", "passes"},
      {ingress("[]"), "denied", "denied"},
      {ingress("[{}]"), "passes", "passes"},
      {ingress("[{from: [], ports: []}]"), "passes", "passes"},
      // Ports.
      {ports("{port: 9042}"), "denied", "passes"},
      {ports("{port: 9042}, {port: 7000}"), "passes", "passes"},
      {ports("{port: 7000, endPort: 9042}"), "passes", "passes"},
      {ports("{port: 7001, endPort: 9042}"), "denied", "passes"},
      {ports("{port: cql}"), "denied", "passes"},
      {ports("{port: tcp-cql}"), "denied", "denied"},
      {ports("{protocol: TCP}"), "passes", "passes"},
      {ports("{protocol: UDP}"), "denied", "denied"},
      {ports("{protocol: UDP, port: 7000}, {port: 9042, protocol: TCP}"), "denied", "passes"},
      // Peers.
      {from("{podSelector: {}}"), "passes", "denied"},
      {from("{podSelector: {matchLabels: {app: cassandra}}}"), "passes", "denied"},
      {from("{podSelector: {matchLabels: {app: web}}}"), "denied", "denied"},
      {from("{namespaceSelector: {}}"), "passes", "passes"},
      {from("{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}"), "denied", "passes"},
      {from("{namespaceSelector: {}}, {podSelector: {}}"), "passes", "passes"},
      {from("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}"), "denied",
       "passes"},
      {from("{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: "
            "In, values: [shop, data]}]}}"),
       "passes", "passes"},
      {from("{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: "
            "NotIn, values: [shop]}]}}"),
       "passes", "denied"},
      // The labels of a Namespace that is in the files, and of one that is not.
      {name_space("shop", "{team: a}") + name_space("data", "{team: b}") +
           from("{namespaceSelector: {matchLabels: {team: a}}}"),
       "denied", "passes"},
      {from("{namespaceSelector: {matchLabels: {team: a}}}"), "unknown", "unknown"},
      {name_space("shop", "{team: a}") + name_space("data", "{}") +
           from("{namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}}"),
       "denied", "passes"},
      {name_space("shop", "{team: a}") + name_space("data", "{}") +
           from("{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}"),
       "passes", "denied"},
      {name_space("shop", "{team: a}") + name_space("data", "{}") +
           from("{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: "
                "[a]}]}}"),
       "passes", "denied"},
      {from("{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: no}}}"),
       "denied", "denied"},
      // Addresses.
      {from("{ipBlock: {cidr: 0.0.0.0/0}}"), "passes", "passes"},
      {from("{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}"), "unknown", "unknown"},
      {from("{ipBlock: {cidr: 10.0.0.0/8}}"), "unknown", "unknown"},
      {from("{ipBlock: {cidr: 10.0.0.0/8}}, {podSelector: {}}"), "passes", "unknown"},
      // The union of all rules and policies.
      {ingress("[{from: [{podSelector: {}}], ports: [{port: 7000}]}, {ports: [{port: 9042}]}]"),
       "passes", "passes"},
      {ingress("[{from: [{podSelector: {}}], ports: [{port: 9042}]}, {ports: [{port: 7199}]}]"),
       "denied", "denied"},
      {network("{podSelector: {}}", "nothing") + ports("{port: 7000}"), "passes", "denied"},
      // What controllers and the injector put on pods.
      {from("{podSelector: {matchLabels: {security.istio.io/tlsMode: istio}}}"), "unknown",
       "denied"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies);
    const PolicyScene scene(row.policies);
    CHECK(pass(scene, scene.gossip()).outcome == row.gossip);
    CHECK(pass(scene, scene.cql()).outcome == row.cql);
  }
}

TEST_CASE("a client that a NetworkPolicy keeps in reaches what some rule lets it out to") {
  struct Row {
    std::string_view spec;
    std::string_view outcome;
  };
  const Row rows[] = {
      {"{podSelector: {}, egress: []}", "passes"},  // that is Ingress alone
      {"{podSelector: {}, egress: [{}]}", "passes"},
      {"{podSelector: {}, policyTypes: [Egress]}", "denied"},
      {"{podSelector: {}, policyTypes: [Ingress], egress: [{ports: [{port: 53}]}]}", "passes"},
      {"{podSelector: {}, egress: [{ports: [{port: 53}]}]}", "denied"},
      {"{podSelector: {}, egress: [{ports: [{port: 53}, {port: 9042}]}]}", "passes"},
      {"{podSelector: {}, egress: [{ports: [{port: cql}]}]}", "passes"},
      {"{podSelector: {}, egress: [{to: [{podSelector: {}}]}]}", "denied"},
      {"{podSelector: {}, egress: [{to: [{namespaceSelector: {matchLabels: "
       "{kubernetes.io/metadata.name: data}}}]}]}",
       "passes"},
      {"{podSelector: {}, egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: "
       "cassandra}}}]}]}",
       "passes"},
      {"{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}", "unknown"},
      {"{podSelector: {matchLabels: {app: other}}, policyTypes: [Egress]}", "passes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.spec);
    const PolicyScene scene(network(row.spec, "web", "shop"));
    CHECK(pass(scene, scene.cql()).outcome == row.outcome);
  }
}

TEST_CASE("HBONE arrives at port 15008") {
  struct Row {
    std::string_view ports;
    Proxy client;
    Wire wire;
    bool is_ambient;
    std::string_view outcome;
  };
  const Row rows[] = {
      {"{port: 7000}", Proxy::ambient, Wire::mtls, true, "denied"},
      {"{port: 7000}, {port: 15008}", Proxy::ambient, Wire::mtls, true, "passes"},
      {"{port: 15008}", Proxy::ambient, Wire::mtls, true, "passes"},
      {"{port: 7000}", Proxy::none, Wire::plaintext, true, "passes"},
      {"{port: 15008}", Proxy::none, Wire::plaintext, true, "denied"},
      {"{port: 7000}", Proxy::ambient, Wire::plaintext, true, "passes"},
      {"{port: 7000}", Proxy::ambient, Wire::plaintext, false, "passes"},
      {"{port: 7000}", Proxy::sidecar, Wire::mtls, false, "passes"},
      {"{port: 15008}", Proxy::sidecar, Wire::mtls, false, "denied"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.ports, static_cast<int>(row.client), static_cast<int>(row.wire), row.is_ambient);
    PolicyScene scene(ingress(fmt::format("[{{ports: [{}]}}]", row.ports)));
    if (row.is_ambient)
      scene.model.nodes.front().injection = {.ambient = mesh::VersionRange::any()};
    const auto route = scene.gossip();
    const engine::Moment moment(istio("1.24"));
    engine::Flow flow(scene.model, route, moment, true);
    flow.client = row.client;
    flow.wire = row.wire;
    engine::pass_network_policy(flow);
    CHECK(result(flow).outcome == row.outcome);
  }
}

TEST_CASE("a pod reaches itself, and its kubelet reaches it, whatever policies say") {
  const PolicyScene scene(network("{podSelector: {}, policyTypes: [Ingress, Egress]}"));
  CHECK(pass(scene, scene.gossip()).outcome == "denied");
  auto self = scene.gossip();
  self.is_self = true;
  CHECK(pass(scene, self).outcome == "passes");
  auto loopback = scene.gossip(7199);
  loopback.dialled = engine::Route::Dialled::loopback;
  CHECK(pass(scene, loopback).outcome == "passes");
  auto probe = scene.outside();
  probe.is_probe = true;
  CHECK(pass(scene, probe).outcome == "passes");
}

TEST_CASE("of somebody whom no file shows only addresses and whole namespaces may be known") {
  struct Row {
    std::string_view peers;
    bool has_namespace;
    std::string_view outcome;
  };
  const Row rows[] = {
      {"{podSelector: {}}", true, "denied"},
      {"{namespaceSelector: {}}", true, "passes"},
      {"{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}", true, "passes"},
      {"{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}", true, "unknown"},
      {"{namespaceSelector: {}}", false, "unknown"},
      {"{ipBlock: {cidr: 0.0.0.0/0}}", false, "passes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.peers, row.has_namespace);
    const PolicyScene scene(ingress(fmt::format("[{{from: [{}]}}]", row.peers)));
    auto client = scene.client;
    client.object = nullptr;
    auto route = scene.cql();
    route.source = row.has_namespace ? &client : nullptr;
    CHECK(pass(scene, route).outcome == row.outcome);
  }
}

TEST_CASE("a refusal names the policy that comes nearest") {
  const PolicyScene scene(
      network("{podSelector: {}}", "nothing") +
      ingress("[{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 7000}]}]"));
  const auto made = pass(scene, scene.gossip());
  CHECK(made.said ==
        "NetworkPolicy 'data/ring' does not let StatefulSet 'data/cassandra' in at port 7000 (nor "
        "does 1 other)");
  REQUIRE(made.by.object != nullptr);
  CHECK(made.by.object->name() == "ring");
  CHECK(made.by.at["ports"]);
}
