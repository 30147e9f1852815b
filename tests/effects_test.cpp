// What the engine compares: not only what each object does, but also what several do together, and
// what nobody says.

#include <fmt/core.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "cassmesh/engine.hpp"
#include "cassmesh/mesh.hpp"
#include "engine/blame.hpp"
#include "linted.hpp"
#include "policy_scene.hpp"
#include "support.hpp"

using namespace cassmesh;
using engine::Aspect;

namespace {

constexpr std::string_view ring_and_client = R"(
apiVersion: v1
kind: Namespace
metadata: {name: data, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: cassandra, namespace: data, creationTimestamp: 2020-01-01T00:00:00Z}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {app: cassandra}
  ports: [{name: tcp-cql, port: 9042}, {name: tcp-internode, port: 7000}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: cassandra, namespace: data}
spec:
  serviceName: cassandra
  selector: {matchLabels: {app: cassandra}}
  template:
    metadata: {labels: {app: cassandra}}
    spec:
      serviceAccountName: cassandra
      containers: [{name: cassandra, image: 'cassandra:4.1.11'}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers:
        - {name: web, image: web, env: [{name: DB, value: cassandra.data.svc.cluster.local}]}
---
)";

std::string strict() {
  return object("security.istio.io/v1beta1", "PeerAuthentication", "data", "default",
                "{mtls: {mode: STRICT}}");
}

std::string rule(std::string_view name_space, std::string_view host, std::string_view policy) {
  return object("networking.istio.io/v1alpha3", "DestinationRule", name_space, "rule",
                fmt::format("{{host: {}, trafficPolicy: {}}}", host, policy));
}

std::string allow(std::string_view name, std::string_view principal, int port) {
  return object("security.istio.io/v1beta1", "AuthorizationPolicy", "data", name,
                fmt::format("{{rules: [{{from: [{{source: {{principals: ['{}']}}}}], to: "
                            "[{{operation: {{ports: ['{}']}}}}]}}]}}",
                            principal, port));
}

/// The ring of a text, with its engine.
class Asked {
 public:
  Asked(const std::string& more, std::string_view istio)
      : documents_(yaml::parse(sources_.add("a.yaml", std::string(ring_and_client) + more))) {
    std::vector<k8s::Object> found;
    for (const auto& document : documents_) {
      if (document.root()) found.emplace_back(document.root(), "data");
    }
    objects_ = k8s::ObjectSet(std::move(found));
    rings_ = mesh::find_rings(objects_, settings_);
    REQUIRE(rings_.size() == 1);
    engine_ = std::make_unique<engine::Engine>(objects_, settings_, rings_,
                                               mesh::VersionRange::parse(istio));
  }

  /// `gossip, cql on 1.6.6..1.7.4: gossip is reset`; empty if nothing breaks.
  std::string effect(Aspect aspect) { return told(engine_->effect(aspect, rings_.front())); }
  std::string effect(std::string_view kind, std::string_view name) {
    for (const auto* each : objects_.of(kind)) {
      if (each->name() == name || name.empty()) return told(engine_->effect(*each, rings_.front()));
    }
    return "no such object";
  }

 private:
  static std::string told(const engine::Effect& effect) {
    if (!effect) return {};
    return fmt::format("on {}: {}", mesh::to_string(effect.istio()), engine::fate(effect));
  }

  Sources sources_;
  std::vector<yaml::Document> documents_;
  k8s::ObjectSet objects_;
  mesh::Settings settings_;
  std::vector<mesh::Ring> rings_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace

TEST_CASE("that nobody says ISTIO_MUTUAL is a fault where Istio does not say it by itself") {
  const auto mutual = rule("data", "cassandra", "{tls: {mode: ISTIO_MUTUAL}}");
  CHECK(Asked(strict(), "1.10..").effect(Aspect::mtls_of_clients).empty());
  CHECK(Asked(strict() + mutual, "1.7").effect(Aspect::mtls_of_clients).empty());
  CHECK(Asked("", "1.7").effect(Aspect::mtls_of_clients).empty());
  // The ring has another fault there, as it listens only at the pod IP: neither excuses the other.
  CHECK(Asked(strict(), "1.6..1.8").effect(Aspect::mtls_of_clients) ==
        "on 1.6.6..1.7.4: gossip and bootstrap go without mTLS, cql is reset");
}

TEST_CASE("ISTIO_MUTUAL to a ring that takes no mTLS is a fault, whoever says it") {
  const auto disable = object("security.istio.io/v1beta1", "PeerAuthentication", "data", "default",
                              "{mtls: {mode: DISABLE}}");
  const auto selected =
      object("security.istio.io/v1beta1", "PeerAuthentication", "data", "ring",
             "{selector: {matchLabels: {app: cassandra}}, mtls: {mode: DISABLE}}");
  const auto mutual = rule("data", "cassandra", "{tls: {mode: ISTIO_MUTUAL}}");
  CHECK(Asked(disable, "1.24").effect(Aspect::plaintext_of_clients).empty());
  CHECK(Asked(selected, "1.24").effect(Aspect::plaintext_of_clients) ==
        "on 1.24: gossip, bootstrap and cql are reset");
  CHECK(Asked(disable + mutual, "1.24").effect(Aspect::plaintext_of_clients) ==
        "on 1.24: gossip, bootstrap and cql are reset");
}

TEST_CASE("policies that allow are compared together") {
  const auto two = allow("a", "cluster.local/ns/shop/sa/web", 9042) +
                   allow("b", "cluster.local/ns/ops/sa/backup", 9042);
  Asked asked(strict() + two, "1.24");
  CHECK(asked.effect(Aspect::authorization) == "on 1.24: gossip and bootstrap are denied");
  const auto own = allow("c", "cluster.local/ns/data/sa/cassandra", 7000);
  CHECK(Asked(strict() + two + own, "1.24").effect(Aspect::authorization).empty());
}

TEST_CASE("plaintext is no loss at a port that its policy leaves out") {
  const auto policy = object("security.istio.io/v1beta1", "PeerAuthentication", "data", "ring",
                             "{selector: {matchLabels: {app: cassandra}}, mtls: {mode: STRICT}, "
                             "portLevelMtls: {9042: {mode: DISABLE}}}");
  const auto told = rule("data", "cassandra",
                         "{portLevelSettings: [{port: {number: 9042}, tls: {mode: DISABLE}}]}");
  Asked asked(policy + told, "1.24");
  CHECK(asked.effect("DestinationRule", "").empty());
  CHECK(asked.effect("PeerAuthentication", "").empty());
  const auto all = rule("data", "cassandra", "{tls: {mode: DISABLE}}");
  CHECK(Asked(policy + all, "1.24").effect("DestinationRule", "") ==
        "on 1.24: gossip and bootstrap are reset");
}

TEST_CASE("what stands equally far in two files of a kustomization is not the same") {
  const std::string policy =
      object("security.istio.io/v1beta1", "AuthorizationPolicy", "data", "no",
             "{action: DENY, rules: [{to: [{operation: {ports: ['7000'], "
             "methods: [GET]}}]}]}");
  const std::string patch =
      "- {op: add, path: /spec/rules/-, value: {to: [{operation: {ports: "
      "['9042'], paths: [/x]}}]}}\n";
  const auto gap = policy.find("[GET]") - patch.find("[/x]");
  const Linted linted(
      {{"kustomization.yaml",
        "resources: [ring.yaml, no.yaml]\n"
        "patches: [{path: patch.yaml, target: {kind: AuthorizationPolicy}}]\n"},
       {"ring.yaml", std::string(ring_and_client) + strict()},
       {"no.yaml", policy},
       {"patch.yaml", '#' + std::string(gap - 2, ' ') + '\n' + patch}},
      {.istio = mesh::GivenRange::parse("1.24"), .select = {"http-rule-on-tcp-port"}});
  const std::string denies =
      " is for HTTP and does not count on TCP, so that the rule denies without it: ";
  CHECK(linted.lines() == "no.yaml:4:75: error[http-rule-on-tcp-port]: 'methods'" + denies +
                              "gossip and bootstrap are denied\n"
                              "patch.yaml:2:84: error[http-rule-on-tcp-port]: 'paths'" +
                              denies + "cql is denied\n");
}

TEST_CASE("who has no identity is only told of it by a policy that asks for one") {
  const auto denied = [](std::string_view spec) {
    const auto plain = rule("data", "cassandra", "{tls: {mode: DISABLE}}");
    const auto policy =
        object("security.istio.io/v1beta1", "AuthorizationPolicy", "data", "few", spec);
    return Linted({{"a.yaml", std::string(ring_and_client) + plain + policy}},
                  {.istio = mesh::GivenRange::parse("1.24"),
                   .select = {"authorization-denies-ring", "identity-rule-without-mtls"}})
        .lines();
  };
  const std::string told = ": gossip, bootstrap and cql are denied\n";
  CHECK(denied("{rules: [{from: [{source: {notIpBlocks: [0.0.0.0/0]}}]}]}") ==
        "a.yaml:51:23: error[authorization-denies-ring]: no rule lets callers without identity in "
        "to ring 'data/cassandra'" +
            told);
  CHECK(denied("{}") ==
        "a.yaml:51:7: error[authorization-denies-ring]: without rules it lets nobody in to ring "
        "'data/cassandra'" +
            told);
}

TEST_CASE("one and several are told alike what becomes of them") {
  auto entry = object("networking.istio.io/v1alpha3", "ServiceEntry", "data", "all",
                      "{hosts: [x.example.com], resolution: DNS, "
                      "ports: [{number: 7000, name: tcp, protocol: TCP}]}");
  const std::string name = "name: all";
  entry.replace(entry.find(name), name.size(), name + ", creationTimestamp: 2019-01-01T00:00:00Z");
  CHECK(Asked(entry, "1.2").effect("ServiceEntry", "all") ==
        "on 1.2: gossip and bootstrap end elsewhere");
  CHECK(
      Linted({{"a.yaml", std::string(ring_and_client) + entry}},
             {.istio = mesh::GivenRange::parse("1.2"), .select = {"service-entry-takes-ring-port"}})
          .lines()
          .ends_with(": gossip ends elsewhere\n"));
}
