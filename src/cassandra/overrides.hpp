#pragma once

#include <string>
#include <vector>

#include "cassmesh/source.hpp"
#include "setup.hpp"

namespace cassmesh::cassandra {

/// Something in a container that is meant to change how Cassandra runs, and does not.
struct Ineffective {
  Place place;
  std::string message;
  std::string fix;
  const Edit* edit = nullptr;  ///< of the Setup, if it is one
  bool is_harmless = false;    ///< the node starts, with the addresses that it was meant to have
};

/// What has no effect: variables that the image's start script does not read or sets itself, and
/// edits of files that match nothing, that are undone, or that never run. Silent about images whose
/// start scripts we do not know.
std::vector<Ineffective> ineffective_overrides(const Setup& setup);

}  // namespace cassmesh::cassandra
