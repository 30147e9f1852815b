#pragma once

#include <vector>

#include "model.hpp"

namespace cassmesh::engine {

/// All who take every connection to one of the ring's ports: TCP ServiceEntries without addresses,
/// ExternalName Services up to 1.20, and headless Services of others where those have no listener
/// for each pod. The oldest first, of each port a few; only those that
/// count on some of the judged versions.
/// Sources: istio/istio#9784, #16233, #27018, #35242; 1.24.0 pilot/pkg/networking/core/listener.go.
std::vector<Taker> takers_of(const Model& model, const mesh::VersionRange& judged);

}  // namespace cassmesh::engine
