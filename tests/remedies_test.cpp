// What findings tell people to do, where the general remedy of the rule would be wrong.

#include <algorithm>
#include <string>
#include <vector>

#include "linted.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// The remedies of one rule in a text, one a line.
std::string remedies(const std::string& text, std::string_view rule) {
  const Linted linted({{"a.yaml", text}});
  std::string all;
  for (const auto& finding : linted.result.findings) {
    if (finding.rule == rule) all += finding.fix + "\n";
  }
  return all;
}

/// A ring with the metadata of its Namespace, of its pods, and more of their spec.
std::string ring(const std::string& labels, const std::string& pods, const std::string& spec) {
  return "apiVersion: v1\nkind: Namespace\nmetadata: {name: data" + labels +
         "}\n---\n"
         "apiVersion: v1\nkind: Service\nmetadata: {name: cassandra, namespace: data}\n"
         "spec:\n  clusterIP: None\n  selector: {app: cassandra}\n  ports:\n"
         "    - {name: tcp-intra-node, port: 7000}\n    - {name: tcp-cql, port: 9042}\n---\n"
         "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: cassandra, namespace: data}\n"
         "spec:\n  serviceName: cassandra\n  selector: {matchLabels: {app: cassandra}}\n"
         "  template:\n    metadata: {labels: {app: cassandra" +
         pods + "}}\n    spec:\n" + spec +
         "      containers: [{name: cassandra, image: cassandra:4.1.8}]\n";
}

}  // namespace

TEST_CASE(
    "what keeps a sidecar away is to be taken away, and no more is asked for than is missing") {
  const std::string enabled = ", labels: {istio-injection: enabled}";
  const std::string disabled = ", labels: {istio-injection: disabled}";
  const std::string asks = ", sidecar.istio.io/inject: \"true\"";
  const std::string on_host = "      hostNetwork: true\n";
  const auto remedy = [](const std::string& text) { return remedies(text, "not-injected"); };
  CHECK(remedy(ring(enabled, "", on_host)) == "take 'hostNetwork: true' off the pod template\n");
  CHECK(remedy(ring(disabled, asks, "")) == "take 'istio-injection: disabled' off the Namespace\n");
}

TEST_CASE(
    "a missing subset is corrected where one is meant, else those that are there are listed") {
  const auto remedy = [](const std::string& subset) {
    return remedies(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
        "spec: {ports: [{name: http, port: 80}]}\n---\n"
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"
        "metadata: {name: web, namespace: shop}\n"
        "spec: {host: web, subsets: [{name: v1}, {name: v2}, {name: canary}]}\n---\n"
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
        "metadata: {name: web, namespace: shop}\n"
        "spec: {hosts: [web], http: [{route: [{destination: {host: web, subset: " +
            subset + "}}]}]}\n",
        "subset-missing");
  };
  CHECK(remedy("cannary") == "write 'canary'\n");
  CHECK(remedy("v3") ==
        "add the subset to the DestinationRule, or write one that it has: 'v1', 'v2', 'canary'\n");
}

TEST_CASE("another protocol than the name's is Cassandra's matter on its own ports alone") {
  const auto remedy = [](const std::string& text) {
    return remedies(text, "app-protocol-overrides-name");
  };
  CHECK(remedy("apiVersion: v1\nkind: Namespace\n"
               "metadata: {name: shop, labels: {istio-injection: enabled}}\n---\n"
               "apiVersion: v1\nkind: Service\nmetadata: {name: redis, namespace: shop}\n"
               "spec: {selector: {app: redis}, ports: [{name: tcp-redis, port: 6379, "
               "appProtocol: redis}]}\n") == "let both say the same\n");
}

TEST_CASE("a field in the singular is taken for its plural") {
  CHECK(remedies("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                 "metadata: {name: web, namespace: shop}\n"
                 "spec: {hosts: [web], http: [{retry: {attempts: 3}, route: [{destination: {host: "
                 "web}}]}]}\n",
                 "unknown-field") == "write 'retries'\n");
}

TEST_CASE("a port that is open to others is opened to the namespace that is left out") {
  const auto client =
      "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders, namespace: shop}\n"
      "spec: {selector: {matchLabels: {app: orders}}, template: {metadata: {labels: {app: "
      "orders}}, spec: {containers: [{name: orders, image: orders, env: [{name: CASSANDRA_HOST, "
      "value: cassandra.data.svc.cluster.local}]}]}}}\n---\n"
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
      "metadata: {name: out, namespace: shop}\n"
      "spec: {podSelector: {matchLabels: {app: orders}}, policyTypes: [Egress], egress: [{to: "
      "[{podSelector: {}}]}, {to: [{namespaceSelector: {matchLabels: {name: data}}}], ports: "
      "[{port: 9042}]}]}\n";
  CHECK(remedies(ring(", labels: {istio-injection: enabled}", "", "") + client,
                 "network-policy-blocks-ring") ==
        "add to the rule's 'to': '- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "
        "data}}'\n");
}
