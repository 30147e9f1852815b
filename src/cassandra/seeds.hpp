#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "setup.hpp"

namespace cassmesh::cassandra {

/// A seed that is nobody, as far as the files tell.
struct LostSeed {
  std::string seed{};
  yaml::Node variable{};    ///< whose value it stands in
  std::string why;          ///< the end of a sentence: `which names no Service of 'data'`
  std::string meant{};      ///< the seed that was probably meant; may be empty
  bool is_certain = false;  ///< false: it may be somewhere that the files do not show
};

/// The first seed of a node if none of its seeds may be a node of a ring: neither one of this ring,
/// nor one of which the files say nothing (an address, a name outside of the cluster, a Service of
/// another namespace).
std::optional<LostSeed> lost_seed(const Setup& setup, const mesh::Ring& ring,
                                  const k8s::ObjectSet& objects, const mesh::Settings& settings);

}  // namespace cassmesh::cassandra
