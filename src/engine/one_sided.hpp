#pragma once

#include <string>
#include <vector>

#include "model.hpp"

namespace cassmesh::engine {

/// What keeps a port of some pods out of their sidecar, though the other side has it.
struct OneSided {
  const Workload* who = nullptr;
  yaml::Node at{};          ///< the annotation, or the containers that do not declare the port
  int port = 0;             ///< the first one that is broken by it
  bool is_inbound = false;  ///< it is kept out of what comes in
  std::string_view why{};   ///< a clause: `excludeInboundPorts lists the port`
  Effect effect{};          ///< what of the whole effect comes from it
};

/// For each annotation that breaks something, once.
std::vector<OneSided> one_sided(const Model& model, const Effect& of_interception);

}  // namespace cassmesh::engine
