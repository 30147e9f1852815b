#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "setup.hpp"

namespace cassmesh::cassandra {

/// A wildcard where Cassandra takes none.
struct Wildcard {
  std::string_view setting;             ///< `listen_address`
  std::string_view address;             ///< `0.0.0.0`
  const k8s::Object* object = nullptr;  ///< the StatefulSet, or the ConfigMap of cassandra.yaml
  Place place;
};

/// Wildcards for the addresses to listen at and to broadcast, by variable, start command or mounted
/// cassandra.yaml, without edits that have no effect. `rpc_address` may be one.
std::vector<Wildcard> wildcards(const Setup& setup);

}  // namespace cassmesh::cassandra
