#pragma once

#include "setup.hpp"

namespace cassmesh::cassandra {

/// Where a node's data go, as far as the files say.
struct Storage {
  enum class Kind {
    kept,       ///< on a volume that outlives the pod, or nobody knows
    elsewhere,  ///< volumes there are, but none where the image writes
    ephemeral,  ///< on a volume that goes with the pod
    none,       ///< in the container
  };
  Kind kind = Kind::kept;
  yaml::Node mount{};   ///< the volumeMount in question
  yaml::Node volume{};  ///< the volume that goes with the pod
};

Storage storage_of(const Setup& setup);

}  // namespace cassmesh::cassandra
