#pragma once

#include <string>
#include <vector>

#include "model.hpp"

namespace cassmesh::engine {

/// An init container that dials before the pod's sidecar is there.
struct EarlyDialling {
  const Workload* who = nullptr;
  yaml::Node at{};          ///< the word of its command that dials
  std::string_view tool{};  ///< `cqlsh`
  mesh::VersionRange istio{};
  bool needs_mtls = false;  ///< it asks the ring, which takes nothing else; else it is redirected
  Evidence by{};            ///< the policy, or what says that the CNI plugin redirects
};

/// Those of the ring's pods and of its known clients, as far as it is sure that they fail: with
/// Istio's own init container, which runs last, they still have the network, in plaintext.
std::vector<EarlyDialling> early_diallings(Engine& engine, const mesh::Ring& ring);

}  // namespace cassmesh::engine
