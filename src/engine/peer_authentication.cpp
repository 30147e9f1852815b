#include "peer_authentication.hpp"

#include <algorithm>

#include "old_policies.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

PeerPolicy default_policy(const Moment& version) {
  const auto mode =
      version.has(Capability::mtls_accepted_by_default) ? MtlsMode::permissive : MtlsMode::disable;
  return {
      .mode = mode,
      .why = fmt::format("no policy says otherwise, and Istio's default is {}", to_string(mode))};
}

/// The mode of `mtls`, or of one port of `portLevelMtls`; nothing if it inherits.
std::optional<MtlsMode> mode_of(const yaml::Node& mtls) {
  const auto mode = mtls["mode"].text();
  for (const auto known : {MtlsMode::disable, MtlsMode::permissive, MtlsMode::strict}) {
    if (mode == to_string(known)) return known;
  }
  return std::nullopt;
}

/// The oldest PeerAuthentication of each level that is for a node.
struct Levels {
  const k8s::Object* mesh = nullptr;
  const k8s::Object* name_space = nullptr;
  const k8s::Object* workload = nullptr;

  bool has_general() const { return mesh != nullptr || name_space != nullptr; }
};

/// `workload`: of that namespace; null for what the namespace as a whole is told.
Levels levels_of(const Model& model, std::string_view name_space, const k8s::Object* workload) {
  Levels levels;
  const auto keep_oldest = [](const k8s::Object*& level, const k8s::Object* policy) {
    if (level == nullptr) level = policy;
  };
  for (const auto* policy : model.objects.peer_authentications) {
    const auto labels = (*policy)["spec"]["selector"]["matchLabels"];
    const bool is_in_root = policy->name_space() == model.settings->root_namespace;
    if (!is_in_root && policy->name_space() != name_space) continue;
    if (labels.size() == 0) {
      keep_oldest(is_in_root ? levels.mesh : levels.name_space, policy);
    } else if (!is_in_root && workload != nullptr && k8s::selects(labels, *workload)) {
      keep_oldest(levels.workload, policy);
    }
  }
  return levels;
}

/// What one level says, or what it inherits.
PeerPolicy or_inherited(const k8s::Object* policy, PeerPolicy inherited) {
  if (policy == nullptr) return inherited;
  const auto mtls = (*policy)["spec"]["mtls"];
  const auto mode = mode_of(mtls);
  if (!mode) return inherited;
  return {.mode = *mode,
          .by = {policy, mtls["mode"]},
          .why = fmt::format("{} asks for {}", k8s::described(*policy), to_string(*mode))};
}

PeerPolicy general_policy(const Levels& levels, const Moment& version) {
  return or_inherited(levels.name_space, or_inherited(levels.mesh, default_policy(version)));
}

PeerPolicy at_port(const k8s::Object& policy, int port, PeerPolicy inherited) {
  const auto mtls = policy["spec"]["portLevelMtls"][fmt::format("{}", port)];
  const auto mode = mode_of(mtls);
  if (!mode) return inherited;
  return {.mode = *mode,
          .by = {&policy, mtls["mode"]},
          .why = fmt::format("{} asks for {} at port {}", k8s::described(policy), to_string(*mode),
                             port)};
}

PeerPolicy old_policy(const Model& model, const Service* service, const Port* port,
                      const Moment& version) {
  const auto* policy = find_old_policy(model, service, port);
  return policy == nullptr ? default_policy(version) : read_old_policy(*policy);
}

/// Where no PeerAuthentication counts.
PeerPolicy without_peer_authentication(const Model& model, std::size_t node, int port,
                                       const Moment& version) {
  if (!version.has(Capability::mesh_policy)) return default_policy(version);
  const auto* service = declaring(model, node, port);
  if (service != nullptr) return old_policy(model, service, service->port_to(port), version);
  if (!version.has(Capability::inbound_unbound_port_without_mtls)) return default_policy(version);
  return {.mode = MtlsMode::disable,
          .why = fmt::format("no Service declares port {}, so that nothing takes mTLS off", port)};
}

class PeerCheck {
 public:
  explicit PeerCheck(Flow& flow)
      : flow_(flow),
        policy_(peer_policy(flow.model, flow.route.node, flow.route.port, flow.version)) {}

  void at_sidecar() {
    const bool is_mtls = flow_.wire == Wire::mtls;
    flow_.has_identity = is_mtls && policy_.mode != MtlsMode::disable;
    if (flow_.wire == Wire::other_tls) return refuse_other_tls();
    if (has_own_tls()) return pass_own_tls();
    if (is_mtls && policy_.mode == MtlsMode::disable)
      return reset("Cassandra gets the TLS handshake of the client's sidecar");
    if (!is_mtls && policy_.mode == MtlsMode::strict)
      return reset("the sidecar closes what comes in plaintext");
    say(is_mtls ? "the sidecar takes the mTLS off" : "the sidecar takes plaintext");
  }

  /// STRICT is to ztunnel a policy that denies whoever has no identity. What comes outside of HBONE
  /// has none, and is handed on as it is.
  void at_ztunnel() {
    flow_.has_identity = flow_.wire == Wire::mtls && flow_.client == Proxy::ambient;
    if (flow_.has_identity) return say("ztunnel takes the connection out of HBONE");
    if (policy_.mode == MtlsMode::strict) {
      flow_.fail(Outcome::denied, Step::peer_authentication, policy_.by,
                 "{}: ztunnel denies what does not come by HBONE", policy_.why);
    } else if (flow_.wire != Wire::plaintext) {
      reset("ztunnel hands the TLS of the client's sidecar to Cassandra");
    } else {
      say("ztunnel takes plaintext");
    }
  }

 private:
  bool has_own_tls() const { return flow_.wire == Wire::plaintext && flow_.keeps_own_tls; }

  /// TLS that the client's sidecar puts around what it gets, be that TLS already or not.
  void refuse_other_tls() {
    reset(policy_.mode == MtlsMode::strict
              ? "the sidecar closes TLS without a certificate of the mesh"
              : "Cassandra gets the TLS that the client's sidecar puts around the connection");
  }

  void pass_own_tls() {
    if (policy_.mode == MtlsMode::strict)
      return reset("the sidecar closes Cassandra's own TLS, which has no certificate of the mesh");
    const auto passes = declaring(flow_.model, flow_.route.node, flow_.route.port) != nullptr
                            ? Capability::own_tls_through_permissive
                            : Capability::own_tls_through_permissive_unbound;
    if (policy_.mode == MtlsMode::permissive && !flow_.has(passes))
      return reset("on this version the sidecar closes Cassandra's own TLS");
    say("the sidecar hands Cassandra's own TLS on");
  }

  void say(std::string_view what) {
    flow_.hop(Step::peer_authentication, policy_.by, "{}: {}", policy_.why, what);
  }
  void reset(std::string_view what) {
    flow_.fail(Outcome::reset, Step::peer_authentication, policy_.by, "{}: {}", policy_.why, what);
  }

  Flow& flow_;
  PeerPolicy policy_;
};

}  // namespace

std::string_view to_string(MtlsMode mode) {
  switch (mode) {
    case MtlsMode::disable:
      return "DISABLE";
    case MtlsMode::permissive:
      return "PERMISSIVE";
    case MtlsMode::strict:
      return "STRICT";
  }
  return {};
}

bool is_of_one_port(const Evidence& by) {
  if (by.object == nullptr || !by.at) return false;
  return std::ranges::any_of((*by.object)["spec"]["portLevelMtls"],
                             [&](const yaml::Node& level) { return level["mode"] == by.at; });
}

PeerPolicy peer_policy(const Model& model, std::size_t node, int port, const Moment& version) {
  const auto& workload = model.nodes[node];
  const auto levels = version.has(Capability::peer_authentication)
                          ? levels_of(model, workload.name_space, workload.object)
                          : Levels{};
  if (!levels.has_general() && levels.workload == nullptr)
    return without_peer_authentication(model, node, port, version);
  auto policy = or_inherited(levels.workload, general_policy(levels, version));
  const bool has_ports = declaring(model, node, port) != nullptr ||
                         version.has(Capability::inbound_unbound_port_level_mtls) ||
                         version.is_in(workload.injection.ambient);
  if (levels.workload == nullptr || !has_ports) return policy;
  return at_port(*levels.workload, port, std::move(policy));
}

PeerPolicy peer_policy_for_headless(const Model& model, const Moment& version,
                                    const Service* service, const Port* port) {
  const auto levels = version.has(Capability::peer_authentication)
                          ? levels_of(model, model.ring->name_space, nullptr)
                          : Levels{};
  if (levels.has_general()) return general_policy(levels, version);
  return version.has(Capability::mesh_policy) ? old_policy(model, service, port, version)
                                              : default_policy(version);
}

void check_peer_authentication(Flow& flow) {
  if (flow.server == Proxy::none) return;
  if (!flow.is_wire_known) {
    flow.has_identity = true;  // the doubt has been said; on both sides of it this is the best
    return;
  }
  PeerCheck check(flow);
  if (flow.server == Proxy::ambient) {
    check.at_ztunnel();
  } else {
    check.at_sidecar();
  }
}

}  // namespace cassmesh::engine
