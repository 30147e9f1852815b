#pragma once

#include <string_view>
#include <vector>

#include "flow.hpp"
#include "match.hpp"

/// What NetworkPolicies of Kubernetes say of a connection between pods.
/// Source: kubernetes.io docs concepts/services-networking/network-policies; kubernetes/kubernetes
/// pkg/apis/networking/v1/defaults.go (policyTypes); istio.io docs ambient/usage/networkpolicy.
namespace cassmesh::engine {

enum class Direction { ingress, egress };

/// The port at which HBONE arrives.
inline constexpr int hbone_port = 15008;

/// The policies that isolate a workload's pods in a direction; without any, everything passes.
std::vector<const k8s::Object*> network_policies_of(const Model& model, const Workload& workload,
                                                    Direction direction);

/// Whether one policy lets a connection pass.
struct Passage {
  Match match = Match::no;
  /// Whether a rule opens the port to others: 1 with all ports, 2 by its number.
  int opens_port = 0;
  yaml::Node rule{};  ///< the one that lets it pass, or may, or at least opens the port
};

/// `other`: the source of ingress, the target of egress; null if nothing is known of it. `pod`:
/// that with the port.
Passage passage(const k8s::Object& policy, Direction direction, const Workload* other,
                const Workload& pod, int port, const Model& model);

}  // namespace cassmesh::engine
