#include <algorithm>

#include "../cassandra/management.hpp"
#include "../engine/model.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// Whether a policy that selects the pods says who may connect: what it says is its own matter.
bool is_guarded(const k8s::Object& set, const engine::Objects& objects) {
  const auto asks = [&](const k8s::Object* policy) {
    return k8s::selects((*policy)["spec"]["selector"]["matchLabels"], set);
  };
  const auto filters = [&](const k8s::Object* policy) {
    return policy->name_space() == set.name_space() &&
           k8s::label_selector_selects((*policy)["spec"]["podSelector"], set);
  };
  return std::ranges::any_of(objects.authorization_policies, asks) ||
         std::ranges::any_of(objects.network_policies, filters);
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  const auto& model = scope.engine.model(ring);
  for (const auto& node : model.nodes) {
    const auto container = mesh::cassandra_container(*node.object);
    const auto& jmx = node.sockets.jmx;
    if (!container || !jmx.is_known || !jmx.on_pod_ip || is_guarded(*node.object, model.objects))
      continue;
    const auto open = cassandra::jmx_without_password({*container, scope.objects});
    if (!open) continue;
    report(*node.object, open,
           "JMX is open at port {} without a password, and no policy says who may connect",
           node.sockets.jmx_port)
        .on((node.injection.sidecar | node.injection.ambient) & scope.istio)
        .ring(ring);
  }
}

}  // namespace

extern const Rule remote_jmx_exposed{
    .name = "remote-jmx-exposed",
    .severity = Severity::info,
    .kinds = {"StatefulSet"},
    .summary = "Who may use JMX from other pods is said by a password or a policy.",
    .why =
        "JMX does all that nodetool does, and runs code. Open to other pods and without a "
        "password it is open to every pod of the cluster; a STRICT policy only leaves those of "
        "the mesh. With LOCAL_JMX, which is the default, nobody uses it from outside, even where a "
        "sidecar up to 1.9 delivers to 127.0.0.1: its answers name a port of their own.",
    .fix = "add an AuthorizationPolicy that lets only those use the port who manage the ring",
    .versions = "",
    .source =
        "apache/cassandra conf/cassandra-env.sh and JMXServerUtils; kubernetes/examples "
        "cassandra/image/files/run.sh (CASSANDRA_OPEN_JMX)",
    .check = check,
};

}  // namespace cassmesh::rules
