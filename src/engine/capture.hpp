#pragma once

#include "flow.hpp"

/// What both ends of a connection have to do with proxies.
namespace cassmesh::engine {

/// Whether a pod dials its own address.
bool dials_own_ip(const Route& route);

/// Whether what a pod sends to its own address meets its own sidecar, in plaintext: up to 1.4.
/// Source: istio/istio 1.4.0 tools/packaging/common/istio-iptables.sh:398-409, where
/// excludeOutboundPorts stands before that rule and nothing else does; istio/istio#12551.
bool meets_own_sidecar(const Flow& flow);

/// `data/cassandra has no sidecar: namespace 'data' has no label for injection`, with what says so.
/// It says if that is only assumed.
Grounds proxy_grounds(const Workload& workload, const Moment& version);

/// Whether a server's side dials 127.0.0.1 for what it took in for a declared port.
/// Sources: istio/istio#30226, #31121, #48718, #49035.
bool delivers_to_loopback(const Flow& flow);

}  // namespace cassmesh::engine
