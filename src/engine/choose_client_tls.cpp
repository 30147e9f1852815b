// What the client's side speaks: as a DestinationRule says, else as that version of Istio does by
// itself.
// Sources: istio/istio pilot/pkg/model/push_context.go (BestEffortInferServiceMTLSMode) at 1.5.0,
// 1.6.6, 1.7.5, 1.24.0; istio/istio#20231, #24319, #27105.

#include <algorithm>

#include "client_tls.hpp"
#include "peer_authentication.hpp"
#include "service_entries.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

template <typename Why>
requires std::is_invocable_r_v<Grounds, const Why&>
void speak(Flow& flow, Wire wire, const Why& why) {
  flow.wire = wire;
  flow.hop(Step::client_tls, [&] {
    auto grounds = why();
    grounds.why += wire == Wire::mtls ? ": the client's side speaks mTLS"
                                      : ": the client's side speaks plaintext";
    return grounds;
  });
}

void speak(Flow& flow, Wire wire, std::string_view why) {
  speak(flow, wire, [&] { return Grounds{.why = std::string(why)}; });
}

void speak_by_rule(Flow& flow, const TlsSetting& setting) {
  const auto mode = setting.tls["mode"].text();
  const auto says = [&](std::string_view what) {
    return Grounds{.why = fmt::format("{} says {}", k8s::described(*setting.rule), what),
                   .by = {.object = setting.rule, .at = setting.at}};
  };
  if (mode == "ISTIO_MUTUAL") {
    speak(flow, Wire::mtls, [&] { return says(mode); });
  } else if (mode == "SIMPLE" || mode == "MUTUAL") {
    flow.wire = Wire::other_tls;
    flow.hop(Step::client_tls, [&] {
      return says(fmt::format("{}: the client's sidecar speaks TLS that is not mTLS", mode));
    });
  } else {
    speak(flow, Wire::plaintext,
          [&] { return says(mode.empty() ? "tls without a mode, which is DISABLE" : "DISABLE"); });
  }
}

/// The workload behind a headless Service's port for which clients may not speak mTLS; null if
/// every one has a sidecar.
const Workload* without_sidecar(const Flow& flow) {
  const auto lacks = [&](const Workload& workload) {
    return proxy_on(workload.injection, flow.version) != Proxy::sidecar;
  };
  for (std::size_t i = 0; i < flow.model.nodes.size(); ++i) {
    if (flow.owner->selects.at(i) && lacks(flow.model.nodes[i])) return &flow.model.nodes[i];
  }
  const auto found = std::ranges::find_if(flow.owner->others, lacks);
  return found == flow.owner->others.end() ? nullptr : &*found;
}

void speak_if_every_endpoint_has_a_sidecar(Flow& flow) {
  if (const auto* bare = without_sidecar(flow)) {
    return speak(flow, Wire::plaintext, [&] {
      auto grounds = grounds_on(bare->injection, flow.version);
      grounds.why =
          fmt::format("auto-mTLS gives up, as {} has no sidecar: {}", bare->described, grounds.why);
      return grounds;
    });
  }
  const auto foreign = endpoints_without_mtls(flow, *flow.owner, flow.owner_port->number);
  if (foreign.object != nullptr) {
    return speak(flow, Wire::plaintext, [&] {
      return Grounds{.why = fmt::format("auto-mTLS gives up, as {} adds endpoints without mTLS to "
                                        "'{}'",
                                        k8s::described(*foreign.object), flow.owner->host),
                     .by = foreign};
    });
  }
  speak(flow, Wire::mtls, "auto-mTLS, as every endpoint of the port has a sidecar");
}

bool has_auto_mtls(const Flow& flow) {
  const auto& set = flow.model.settings->auto_mtls;
  return set ? *set : flow.has(Capability::auto_mtls);
}

void speak_without_auto_mtls(Flow& flow, const TlsSetting& setting) {
  if (setting.rule != nullptr)
    return speak(flow, Wire::plaintext, [&] {
      return Grounds{.why = fmt::format("{} says nothing of TLS", k8s::described(*setting.rule)),
                     .by = {.object = setting.rule, .at = setting.at}};
    });
  speak(flow, Wire::plaintext,
        flow.model.settings->auto_mtls
            ? "auto-mTLS is switched off, and no DestinationRule says ISTIO_MUTUAL"
            : "no DestinationRule says ISTIO_MUTUAL, and this Istio has no auto-mTLS of its own");
}

bool is_disabled_by(Flow& flow, const PeerPolicy& policy) {
  if (policy.mode != MtlsMode::disable || !flow.has(Capability::auto_mtls_sees_namespace_policy))
    return false;
  speak(flow, Wire::plaintext, [&] {
    return Grounds{.why = fmt::format("auto-mTLS, but {}", policy.why), .by = policy.by};
  });
  return true;
}

void speak_to_headless(Flow& flow) {
  if (flow.has(Capability::auto_mtls_headless_never)) {
    return speak(flow, Wire::plaintext,
                 "this Istio has no auto-mTLS for headless Services, and no DestinationRule says "
                 "ISTIO_MUTUAL");
  }
  if (is_disabled_by(
          flow, peer_policy_for_headless(flow.model, flow.version, flow.owner, flow.owner_port)))
    return;
  if (flow.has(Capability::auto_mtls_headless_always)) {
    return speak(
        flow, Wire::mtls,
        "auto-mTLS, on this Istio to headless Services whether pods have a sidecar or not");
  }
  speak_if_every_endpoint_has_a_sidecar(flow);
}

void doubt_hbone(Flow& flow, std::string_view what) {
  flow.is_wire_known = false;
  flow.doubt(Step::client_tls, {}, "whether {}", what);
}

/// As the pod that is dialled cannot do better.
void speak_plaintext(Flow& flow, std::string_view why) {
  speak(flow, Wire::plaintext, [&] {
    auto grounds = grounds_on(flow.route.target->injection, flow.version);
    grounds.why = fmt::format("{}: {}", why, grounds.why);
    return grounds;
  });
}

void speak_to_endpoint(Flow& flow) {
  const bool exact = flow.has(Capability::auto_mtls_sees_workload_policy);
  const auto policy = exact
                          ? peer_policy(flow.model, flow.route.node, flow.route.port, flow.version)
                          : peer_policy_for_headless(flow.model, flow.version);
  if (is_disabled_by(flow, policy)) return;
  const auto& injection = flow.route.target->injection;
  switch (proxy_on(injection, flow.version)) {
    case Proxy::sidecar:
      return speak(flow, Wire::mtls, "auto-mTLS, as the pod has a sidecar");
    case Proxy::none:
      return speak_plaintext(flow, "auto-mTLS, but the pod has no sidecar");
    case Proxy::ambient:
      return doubt_hbone(flow, "the client's sidecar speaks HBONE to pods in ambient mode");
  }
}

/// ztunnel looks at the pod that is dialled, and at nothing else.
void speak_from_ambient(Flow& flow) {
  const auto& injection = flow.route.target->injection;
  switch (proxy_on(injection, flow.version)) {
    case Proxy::ambient:
      return speak(flow, Wire::mtls, "ztunnel speaks HBONE to a pod in ambient mode");
    case Proxy::none:
      return speak_plaintext(flow, "the pod is not in the mesh");
    case Proxy::sidecar:
      return doubt_hbone(flow, "the pod's sidecar takes HBONE");
  }
}

}  // namespace

void choose_client_tls(Flow& flow) {
  flow.keeps_own_tls = flow.route.port == flow.route.target->sockets.internode_port &&
                       flow.route.target->sockets.has_internode_tls;
  if (flow.client == Proxy::none) return;
  if (flow.client == Proxy::ambient) return speak_from_ambient(flow);
  if (flow.owner == nullptr) return;  // passed through in plaintext
  if (const auto set = flow.model.speaks_mtls)
    return speak(flow, *set ? Wire::mtls : Wire::plaintext, "as it should be");
  const auto setting = tls_setting(flow.model, flow.route.source, *flow.owner,
                                   flow.owner_port->number, flow.subset, flow.version);
  if (setting.tls) return speak_by_rule(flow, setting);
  if (!has_auto_mtls(flow)) return speak_without_auto_mtls(flow, setting);
  if (flow.owner->is_headless) return speak_to_headless(flow);
  speak_to_endpoint(flow);
}

}  // namespace cassmesh::engine
