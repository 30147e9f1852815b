#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "cassmesh/engine.hpp"

/// Which ports of a pod with a sidecar go through it.
namespace cassmesh::engine {

/// What the annotations `traffic.sidecar.istio.io/*` of a pod template say.
class Interception {
 public:
  Interception() = default;  ///< no annotation, no port of a container
  explicit Interception(const k8s::Object& workload);

  struct Decision {
    bool is_captured = true;
    bool is_known = true;  ///< false: it hangs on addresses that the files do not tell
    Evidence by{};         ///< the annotation; nothing for the default
    std::string_view why;  ///< a clause, a literal: `includeInboundPorts leaves it out`
  };
  /// Whether what comes in for a port goes through the sidecar. Up to 1.2 only ports that the
  /// containers declare do by default, from 1.3 on all but the sidecar's own.
  Decision inbound(int port, mesh::IstioVersion version) const;
  /// Whether what goes out to a port of another pod does.
  Decision outbound(int port, mesh::IstioVersion version) const;

  bool has_annotations() const { return workload_ != nullptr; }

 private:
  const k8s::Object* workload_ = nullptr;
  std::set<int> container_ports_;
};

}  // namespace cassmesh::engine
