// What AuthorizationPolicies do to TCP connections.

#include "engine/authorization.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "engine/callers.hpp"
#include "policy_scene.hpp"
#include "support.hpp"

using namespace cassmesh;
using engine::Proxy;

namespace {

std::string policy(std::string_view spec, std::string_view name = "ring",
                   std::string_view name_space = "data", std::string_view annotations = "") {
  return object("security.istio.io/v1beta1", "AuthorizationPolicy", name_space, name, spec,
                annotations);
}

std::string allow(std::string_view rules, std::string_view name = "ring") {
  return policy(fmt::format("{{rules: {}}}", rules), name);
}

std::string deny(std::string_view rules, std::string_view name = "ring") {
  return policy(fmt::format("{{action: DENY, rules: {}}}", rules), name);
}

enum class Who { node, web, account_of_shop, somebody, plaintext };

/// What becomes of a connection of somebody to a port.
Result check(const PolicyScene& scene, Who who, int port, std::string_view version = "1.24",
             Proxy server = Proxy::sidecar) {
  auto client = scene.client;
  if (who == Who::account_of_shop || who == Who::somebody) client.service_account.clear();
  if (who == Who::somebody) client.name_space.clear();
  auto route = who == Who::node ? scene.gossip(port) : scene.cql(port);
  if (who != Who::node) route.source = who == Who::plaintext ? nullptr : &client;
  const engine::Moment moment(istio(version));
  engine::Flow flow(scene.model, route, moment, true);
  flow.client = flow.server = server;
  flow.has_identity = who != Who::plaintext;
  engine::check_authorization(flow);
  return result(flow);
}

}  // namespace

TEST_CASE("ALLOW policies allow whom a rule means, and nobody else") {
  struct Row {
    std::string policies;
    Who who;
    int port;
    std::string_view outcome;
  };
  const std::string ring =
      "[{from: [{source: {principals: [cluster.local/ns/data/sa/cassandra]}}]}]";
  const std::string by_port =
      "[{from: [{source: {principals: [cluster.local/ns/data/sa/cassandra]}}], "
      "to: [{operation: {ports: ['7000', '7199']}}]}, "
      "{from: [{source: {namespaces: [shop]}}], to: [{operation: {ports: ['9042']}}]}]";
  const auto from = [](std::string_view source) {
    return allow(fmt::format("[{{from: [{{source: {}}}]}}]", source));
  };
  const auto to = [](std::string_view operation) {
    return allow(fmt::format("[{{to: [{{operation: {}}}]}}]", operation));
  };
  const auto when = [](std::string_view condition) {
    return allow(fmt::format("[{{when: [{}]}}]", condition));
  };
  const Row rows[] = {
      {"", Who::plaintext, 9042, "passes"},
      // Without rules nobody, with an empty rule everybody.
      {policy("{}"), Who::node, 7000, "denied"},
      {policy("{selector: {matchLabels: {app: cassandra}}}"), Who::node, 7000, "denied"},
      {allow("[]"), Who::node, 7000, "denied"},
      {allow("[{}]"), Who::plaintext, 9042, "passes"},
      {allow(ring), Who::node, 7000, "passes"},
      {allow(ring), Who::web, 9042, "denied"},
      {allow(ring), Who::plaintext, 9042, "denied"},
      {allow(by_port), Who::node, 7000, "passes"},
      {allow(by_port), Who::node, 9042, "denied"},
      {allow(by_port), Who::web, 9042, "passes"},
      {allow(by_port), Who::web, 7000, "denied"},
      {allow(by_port), Who::plaintext, 9042, "denied"},
      // Any policy is enough.
      {policy("{}", "nobody") + allow(ring), Who::node, 7000, "passes"},
      {from("{principals: ['*']}"), Who::web, 9042, "passes"},
      {from("{principals: ['*']}"), Who::somebody, 9042, "passes"},
      {from("{principals: ['*']}"), Who::plaintext, 9042, "denied"},
      {from("{principals: ['*/ns/shop/sa/web']}"), Who::web, 9042, "passes"},
      {from("{principals: ['*/sa/web']}"), Who::web, 9042, "passes"},
      {from("{principals: ['*/sa/web']}"), Who::node, 7000, "denied"},
      {from("{principals: ['cluster.local/ns/shop/*']}"), Who::web, 9042, "passes"},
      {from("{principals: ['cluster.local/ns/shop/*']}"), Who::account_of_shop, 9042, "passes"},
      {from("{principals: ['cluster.local/ns/shop/sa/*']}"), Who::account_of_shop, 9042, "passes"},
      {from("{principals: ['cluster.local/ns/shop/sa/w*']}"), Who::web, 9042, "passes"},
      {from("{principals: ['cluster.local/ns/*']}"), Who::somebody, 9042, "passes"},
      // A second `*` is a letter like any other.
      {from("{principals: ['*/ns/*/sa/web']}"), Who::web, 9042, "denied"},
      {from("{principals: ['cluster.local/ns/*/sa/web']}"), Who::web, 9042, "denied"},
      {from("{principals: [cluster.local/ns/shop/sa/web]}"), Who::account_of_shop, 9042, "denied"},
      {from("{principals: [Cluster.local/ns/shop/sa/web]}"), Who::web, 9042, "denied"},
      {from("{principals: [web]}"), Who::web, 9042, "denied"},
      {from("{notPrincipals: [cluster.local/ns/shop/sa/web]}"), Who::web, 9042, "denied"},
      {from("{notPrincipals: [cluster.local/ns/shop/sa/web]}"), Who::node, 7000, "passes"},
      {from("{notPrincipals: [cluster.local/ns/shop/sa/web]}"), Who::plaintext, 9042, "passes"},
      {from("{namespaces: [shop]}"), Who::web, 9042, "passes"},
      {from("{namespaces: ['sh*']}"), Who::web, 9042, "passes"},
      {from("{namespaces: ['s*p']}"), Who::web, 9042, "passes"},
      {from("{namespaces: ['*']}"), Who::somebody, 9042, "passes"},
      {from("{namespaces: [shop]}"), Who::somebody, 9042, "denied"},
      {from("{namespaces: [sho]}"), Who::web, 9042, "denied"},
      {from("{notNamespaces: [shop]}"), Who::web, 9042, "denied"},
      {from("{notNamespaces: [shop]}"), Who::plaintext, 9042, "passes"},
      {from("{serviceAccounts: [cassandra]}"), Who::node, 7000, "passes"},
      {from("{serviceAccounts: [web]}"), Who::web, 9042, "denied"},
      {from("{serviceAccounts: [shop/web]}"), Who::web, 9042, "passes"},
      {from("{notServiceAccounts: [shop/web]}"), Who::web, 9042, "denied"},
      {from("{trustDomains: [cluster.local]}"), Who::web, 9042, "passes"},
      {from("{trustDomains: [other.example]}"), Who::web, 9042, "denied"},
      // All fields of a source, any of the sources.
      {from("{namespaces: [shop], principals: [cluster.local/ns/data/sa/cassandra]}"), Who::web,
       9042, "denied"},
      {allow("[{from: [{source: {namespaces: [ops]}}, {source: {namespaces: [shop]}}]}]"), Who::web,
       9042, "passes"},
      // Nobody's address is in the files.
      {from("{ipBlocks: [10.0.0.0/8]}"), Who::web, 9042, "unknown"},
      {from("{ipBlocks: [0.0.0.0/0]}"), Who::plaintext, 9042, "passes"},
      {from("{notIpBlocks: [10.0.0.0/8]}"), Who::web, 9042, "unknown"},
      {from("{notIpBlocks: [0.0.0.0/0]}"), Who::web, 9042, "denied"},
      {from("{remoteIpBlocks: [10.0.0.0/8]}"), Who::web, 9042, "unknown"},
      {from("{ipBlocks: [10.0.0.0/8], namespaces: [ops]}"), Who::web, 9042, "denied"},
      {to("{ports: ['9042']}"), Who::plaintext, 9042, "passes"},
      {to("{ports: ['9042']}"), Who::node, 7000, "denied"},
      {to("{ports: [9042]}"), Who::plaintext, 9042, "passes"},
      {to("{notPorts: ['7000']}"), Who::node, 7000, "denied"},
      {to("{notPorts: ['7000']}"), Who::web, 9042, "passes"},
      {to("{ports: [tcp-cql]}"), Who::web, 9042, "denied"},
      {when("{key: source.namespace, values: [shop]}"), Who::web, 9042, "passes"},
      {when("{key: source.namespace, notValues: [shop]}"), Who::web, 9042, "denied"},
      {when("{key: source.principal, values: ['*']}"), Who::plaintext, 9042, "denied"},
      {when("{key: destination.port, values: ['9042']}"), Who::web, 9042, "passes"},
      {when("{key: destination.port, values: ['9042']}"), Who::node, 7000, "denied"},
      {when("{key: source.ip, values: [10.1.2.3]}"), Who::web, 9042, "unknown"},
      {when("{key: remote.ip, values: [10.1.2.3]}"), Who::web, 9042, "unknown"},
      {when("{key: destination.ip, values: [10.1.2.3]}"), Who::web, 9042, "unknown"},
      {when("{key: connection.sni, values: [a.example]}"), Who::plaintext, 9042, "denied"},
      {when("{key: connection.sni, values: [a.example]}"), Who::web, 9042, "unknown"},
      {when("{key: source.user, values: [a]}"), Who::web, 9042, "unknown"},
      {when("{key: source.namespace, values: [shop]}, "
            "{key: destination.port, values: ['7000']}"),
       Who::web, 9042, "denied"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, static_cast<int>(row.who), row.port);
    const PolicyScene scene(row.policies);
    CHECK(check(scene, row.who, row.port).outcome == row.outcome);
  }
}

TEST_CASE("DENY policies come first") {
  struct Row {
    std::string policies;
    Who who;
    int port;
    std::string_view outcome;
  };
  const Row rows[] = {
      {deny("[{to: [{operation: {ports: ['7199']}}]}]"), Who::node, 7199, "denied"},
      {deny("[{to: [{operation: {ports: ['7199']}}]}]"), Who::node, 7000, "passes"},
      {deny("[{}]"), Who::node, 7000, "denied"},
      {deny("[]"), Who::node, 7000, "passes"},
      {policy("{action: DENY}"), Who::node, 7000, "passes"},
      {allow("[{}]") + deny("[{from: [{source: {namespaces: [shop]}}]}]", "no"), Who::web, 9042,
       "denied"},
      {allow("[{}]") + deny("[{from: [{source: {namespaces: [shop]}}]}]", "no"), Who::node, 7000,
       "passes"},
      // Everybody without an identity.
      {deny("[{from: [{source: {notPrincipals: ['*']}}]}]"), Who::plaintext, 9042, "denied"},
      {deny("[{from: [{source: {notPrincipals: ['*']}}]}]"), Who::web, 9042, "passes"},
      {deny("[{from: [{source: {notNamespaces: [data]}}]}]"), Who::web, 9042, "denied"},
      {deny("[{from: [{source: {notNamespaces: [data]}}]}]"), Who::node, 7000, "passes"},
      {deny("[{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]"), Who::web, 9042, "unknown"},
      {deny("[{from: [{source: {notIpBlocks: [0.0.0.0/0]}}]}]"), Who::web, 9042, "passes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, static_cast<int>(row.who), row.port);
    const PolicyScene scene(row.policies);
    CHECK(check(scene, row.who, row.port).outcome == row.outcome);
  }
}

TEST_CASE("fields for HTTP never match in ALLOW and do not count in DENY") {
  struct Row {
    std::string policies;
    std::string_view version;
    std::string_view outcome;
  };
  const auto both =
      std::string("[{to: [{operation: {methods: [GET]}}, {operation: {ports: ['9042']}}]}]");
  const Row rows[] = {
      {allow("[{to: [{operation: {methods: [GET]}}]}]"), "1.24", "denied"},
      {allow("[{to: [{operation: {paths: [/x], ports: ['9042']}}]}]"), "1.24", "denied"},
      {allow("[{to: [{operation: {notPaths: [/x]}}]}]"), "1.24", "denied"},
      {allow("[{to: [{operation: {hosts: ['*']}}]}]"), "1.24", "denied"},
      {allow("[{from: [{source: {requestPrincipals: ['*']}}]}]"), "1.24", "denied"},
      {allow("[{from: [{source: {notRequestPrincipals: ['*']}}]}]"), "1.24", "denied"},
      {allow("[{when: [{key: 'request.headers[a]', values: [b]}]}]"), "1.24", "denied"},
      {allow("[{when: [{key: request.auth.claims, notValues: [b]}]}]"), "1.24", "denied"},
      {allow("[{to: [{operation: {methods: [GET]}}]}, {}]"), "1.24", "passes"},
      // One entry spoils the rule; before 1.6 only itself.
      {allow(both), "1.24", "denied"},
      {allow(both), "1.6", "denied"},
      {allow(both), "1.5", "passes"},
      {allow(both), "1.4", "passes"},
      {allow("[{to: [{operation: {methods: [GET]}}]}]"), "1.4", "denied"},
      {deny("[{to: [{operation: {methods: [GET]}}]}]"), "1.24", "denied"},
      {deny("[{to: [{operation: {methods: [GET], ports: ['7000']}}]}]"), "1.24", "passes"},
      {deny("[{from: [{source: {requestPrincipals: ['*']}}]}]"), "1.24", "denied"},
      {deny("[{when: [{key: 'request.headers[a]', values: [b]}]}]"), "1.24", "denied"},
      {deny("[{from: [{source: {namespaces: [ops]}}], to: [{operation: {paths: [/x]}}]}]"), "1.24",
       "passes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, row.version);
    const PolicyScene scene(row.policies);
    CHECK(check(scene, Who::web, 9042, row.version).outcome == row.outcome);
  }
}

TEST_CASE("a policy is in force where it stands, for whom it selects, and from when it is known") {
  struct Row {
    std::string policies;
    std::string_view version;
    std::string_view outcome;
  };
  const std::string_view dry = "istio.io/dry-run: 'true'";
  const Row rows[] = {
      {policy("{}", "it", "data"), "1.3.8", "passes"},
      {policy("{}", "it", "data"), "1.4", "denied"},
      {policy("{}", "it", "shop"), "1.24", "passes"},
      {policy("{}", "it", "istio-system"), "1.24", "denied"},
      {policy("{selector: {matchLabels: {app: cassandra}}}", "it", "istio-system"), "1.24",
       "denied"},
      {policy("{selector: {matchLabels: {app: web}}}", "it", "istio-system"), "1.24", "passes"},
      {policy("{selector: {matchLabels: {app: web}}}"), "1.24", "passes"},
      {policy("{selector: {matchLabels: {}}}"), "1.24", "denied"},
      // For waypoints and gateways.
      {policy("{targetRefs: [{kind: Service, name: cassandra}]}"), "1.24", "passes"},
      {policy("{targetRef: {kind: Gateway, name: waypoint}}"), "1.24", "passes"},
      {policy("{targetRefs: []}"), "1.24", "denied"},
      {policy("{}", "it", "data", dry), "1.24", "passes"},
      {policy("{}", "it", "data", dry), "1.10", "passes"},
      {policy("{}", "it", "data", dry), "1.9", "denied"},
      {policy("{}", "it", "data", "istio.io/dry-run: 'false'"), "1.24", "denied"},
      {policy("{action: AUDIT, rules: [{}]}"), "1.24", "passes"},
      {policy("{action: CUSTOM, provider: {name: a}, rules: [{}]}"), "1.24", "unknown"},
      {policy("{action: CUSTOM, provider: {name: a}, rules: [{}]}"), "1.8", "passes"},
      {policy("{action: CUSTOM, provider: {name: a}, rules: [{to: [{operation: {ports: "
              "['8080']}}]}]}"),
       "1.24", "passes"},
      {deny("[{}]"), "1.5", "denied"},
      {deny("[{}]"), "1.4", "passes"},
      // Until 1.6.7 a leading `*` could not match on TCP.
      {allow("[{from: [{source: {principals: ['*/ns/shop/sa/web']}}]}]"), "1.6.7", "denied"},
      {allow("[{from: [{source: {principals: ['*/ns/shop/sa/web']}}]}]"), "1.6.8", "passes"},
      {allow("[{from: [{source: {principals: ['*']}}]}]"), "1.4", "passes"},
      {allow("[{from: [{source: {principals: ['cluster.local/ns/shop/*']}}]}]"), "1.4", "passes"},
      {allow("[{from: [{source: {namespaces: ['sh*']}}]}]"), "1.6.7", "denied"},
      {allow("[{from: [{source: {namespaces: ['sh*']}}]}]"), "1.6.8", "passes"},
      {allow("[{from: [{source: {namespaces: ['*']}}]}]"), "1.5", "passes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, row.version);
    const PolicyScene scene(row.policies);
    CHECK(check(scene, Who::web, 9042, row.version).outcome == row.outcome);
  }
}

TEST_CASE("ztunnel reads policies in its own way") {
  struct Row {
    std::string policies;
    std::string_view outcome;
    std::string_view version = "1.24";
  };
  const Row rows[] = {
      {policy("{}"), "denied"},
      {allow("[{}]"), "passes"},
      {allow("[{from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]}]"), "passes"},
      {allow("[{from: [{source: {principals: ['*/sa/web']}}]}]"), "passes"},
      {allow("[{from: [{source: {namespaces: ['sh*']}}]}]"), "passes"},
      {allow("[{from: [{source: {namespaces: ['s*p']}}]}]"), "denied"},
      {allow("[{to: [{operation: {ports: ['9042']}}]}]"), "passes"},
      {allow("[{to: [{operation: {methods: [GET]}}]}]"), "denied"},
      // Without its fields for HTTP nothing is left, and that matches nothing.
      {deny("[{to: [{operation: {methods: [GET]}}]}]"), "passes"},
      {deny("[{to: [{operation: {methods: [GET], ports: ['9042']}}]}]"), "denied"},
      {deny("[{when: [{key: 'request.headers[a]', values: [b]}]}]"), "passes"},
      {allow("[{from: [{source: {remoteIpBlocks: [0.0.0.0/0]}}]}]"), "denied"},
      {allow("[{when: [{key: connection.sni, values: ['*']}]}]"), "denied"},
      {policy("{action: CUSTOM, provider: {name: a}, rules: [{}]}"), "passes"},
      {policy("{targetRefs: [{kind: Service, name: cassandra}]}"), "passes"},
      {policy("{}", "it", "data", "istio.io/dry-run: 'true'"), "denied"},
      {policy("{}", "it", "data", "istio.io/dry-run: 'true'"), "passes", "1.29"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies, row.version);
    const PolicyScene scene(row.policies);
    CHECK(check(scene, Who::web, 9042, row.version, Proxy::ambient).outcome == row.outcome);
  }
}

TEST_CASE("to sidecars cluster.local is the mesh's own trust domain") {
  struct Row {
    std::string_view principal;
    bool is_ztunnel;
    bool is_meant;
  };
  const engine::Caller caller{.has_identity = true,
                              .trust_domain = "prod.example",
                              .name_space = "shop",
                              .service_account = "web"};
  const Row rows[] = {
      {"prod.example/ns/shop/sa/web", false, true},
      {"cluster.local/ns/shop/sa/web", false, true},
      {"*/ns/shop/sa/web", false, true},
      {"*.example/ns/shop/sa/web", false, true},
      {"prod*/ns/shop/sa/web", false, true},
      {"other.example/ns/shop/sa/web", false, false},
      // Not of the form that is looked into.
      {"cluster.local/ns/shop/*", false, false},
      {"prod.example/ns/shop/sa/web", true, true},
      {"cluster.local/ns/shop/sa/web", true, false},
  };
  const engine::Moment version(istio("1.24"));
  for (const auto& row : rows) {
    CAPTURE(row.principal, row.is_ztunnel);
    CHECK(engine::means_principal(row.principal, caller, engine::Reader(version, row.is_ztunnel)) ==
          row.is_meant);
  }
}

TEST_CASE("a refusal says why no rule matched, and points there") {
  struct Row {
    std::string policies;
    Who who;
    int port;
    std::string_view said;
    std::string_view at;  ///< the key of the place
  };
  const Row rows[] = {
      {allow("[{from: [{source: {namespaces: [shop]}}]}]"), Who::node, 7000,
       "AuthorizationPolicy 'data/ring' has no rule that allows "
       "cluster.local/ns/data/sa/cassandra at port 7000",
       "from"},
      {allow("[{from: [{source: {namespaces: [shop]}}]}]"), Who::plaintext, 9042,
       "AuthorizationPolicy 'data/ring' has no rule that allows a caller without identity at port "
       "9042: it names identities, which only come by mTLS",
       "from"},
      {allow("[{to: [{operation: {methods: [GET]}}]}]"), Who::web, 9042,
       "AuthorizationPolicy 'data/ring' has no rule that allows cluster.local/ns/shop/sa/web at "
       "port 9042: 'methods' is for HTTP, and a rule with it never matches on TCP",
       "methods"},
      {allow("[{when: [{key: 'request.headers[a]', values: [b]}]}]"), Who::web, 9042,
       "AuthorizationPolicy 'data/ring' has no rule that allows cluster.local/ns/shop/sa/web at "
       "port 9042: 'request.headers[a]' is for HTTP, and a rule with it never matches on TCP",
       "key"},
      {policy("{}"), Who::web, 9042,
       "AuthorizationPolicy 'data/ring' has no rules, and so allows nobody", "spec"},
      {allow("[{to: [{operation: {ports: ['1']}}]}]", "a") +
           allow("[{from: [{source: {namespaces: [ops]}}]}]", "b"),
       Who::web, 9042,
       "AuthorizationPolicy 'data/b' and 1 other have no rule that allows "
       "cluster.local/ns/shop/sa/web at port 9042",
       "from"},
      {deny("[{to: [{operation: {paths: [/x]}}]}]"), Who::web, 9042,
       "AuthorizationPolicy 'data/ring' denies cluster.local/ns/shop/sa/web at port 9042; 'paths' "
       "is for HTTP and does not count on TCP",
       ""},
      {allow("[{}]"), Who::account_of_shop, 9042,
       "AuthorizationPolicy 'data/ring' allows somebody of namespace 'shop' at port 9042", ""},
      {deny("[{to: [{operation: {ports: ['1']}}]}]"), Who::somebody, 9042,
       "AuthorizationPolicy 'data/ring' does not deny somebody in the mesh at port 9042", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.policies);
    const PolicyScene scene(row.policies);
    const auto made = check(scene, row.who, row.port);
    CHECK(made.said == row.said);
    CHECK(made.by.at.key() == row.at);
    CHECK(made.by.object != nullptr);
  }
}

TEST_CASE("where there is no proxy, no AuthorizationPolicy decides") {
  const PolicyScene scene(policy("{}"));
  CHECK(check(scene, Who::plaintext, 9042, "1.24", Proxy::none).outcome == "passes");
}
