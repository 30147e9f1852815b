#include "authorization.hpp"

#include <fmt/core.h>

#include <string>
#include <utility>

namespace cassmesh::render {

using yaml::Value;

namespace {

/// `cluster.local` stands for the mesh's own trust domain, whatever its name.
/// Source: istio/istio pilot/pkg/security/trustdomain/bundle.go, 1.4.0 to 1.30.0.
std::string principal(std::string_view name_space, std::string_view account) {
  return fmt::format("cluster.local/ns/{}/sa/{}", name_space, account);
}

Value rule(std::string_view by, const std::string& who, const std::vector<std::string>& ports) {
  auto source =
      Value::mapping({{"source", Value::mapping({{std::string(by), Value::strings({who})}})}});
  auto operation =
      Value::mapping({{"operation", Value::mapping({{"ports", Value::strings(ports)}})}});
  return Value::mapping({{"from", Value::sequence({std::move(source)})},
                         {"to", Value::sequence({std::move(operation)})}});
}

}  // namespace

Value authorization_rules(const spec::ClusterSpec& spec, const Plan& plan) {
  if (!plan.authorization_policy) return {};
  auto rules = Value::sequence();
  std::vector<std::string> ring_port_numbers;
  for (const auto* key : {"ports.internode", "ports.internodeTls"}) {
    if (spec.integer(key) != 0) ring_port_numbers.push_back(spec.text(key));
  }
  const auto& own_namespace = spec.text("namespace");
  rules.add(rule("principals", principal(own_namespace, plan.service_account), ring_port_numbers),
            {"The ring's own nodes."});
  const std::vector<std::string> cql{spec.text("ports.cql")};
  for (const auto& [none, client, comment] : spec.value("mesh.clients").entries) {
    auto ports = cql;
    if (client["ports"]) {
      ports.clear();
      for (const auto& [key, port, note] : client["ports"].entries) ports.push_back(port.text);
    }
    const auto& name_space = client["namespace"].text;
    const auto& account = client["serviceAccount"];
    rules.add(account ? rule("principals", principal(name_space, account.text), ports)
                      : rule("namespaces", name_space, ports));
  }
  if (spec.flag("testClient")) {
    rules.add(rule("principals", principal(own_namespace, "default"), cql), {"The test client."});
  }
  return rules;
}

}  // namespace cassmesh::render
