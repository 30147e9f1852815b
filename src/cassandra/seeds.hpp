#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "setup.hpp"

namespace cassmesh::cassandra {

/// One of the seeds that a node is given.
struct Seed {
  std::string name;       ///< `${}` where only the cluster knows
  yaml::Node variable{};  ///< whose value it stands in
};

/// What the variables of all images call seeds.
std::vector<Seed> seeds_of(const Setup& setup);

/// A seed that is nobody, as far as the files tell.
struct LostSeed {
  std::string seed{};
  yaml::Node variable{};    ///< whose value it stands in
  std::string why;          ///< the end of a sentence: `which names no Service of 'data'`
  std::string meant{};      ///< the seed that was probably meant; may be empty
  bool is_certain = false;  ///< false: it may be somewhere that the files do not show
};

/// What is known around a ring, where a seed may be somebody.
struct Surroundings {
  const k8s::ObjectSet& objects;
  const mesh::Settings& settings;
  std::span<const k8s::ObjectSet* const> everywhere;  ///< the objects of all scopes
  bool lacks_objects = false;                         ///< whether some could not be read
};

/// The first seed of a node if none of its seeds may be a node of a ring: neither one of this ring,
/// nor one of which the files say nothing (an address, a name outside of the cluster, a Service of
/// another namespace).
std::optional<LostSeed> lost_seed(const Setup& setup, const mesh::Ring& ring,
                                  const Surroundings& around);

/// The name of a ring's first pod, whole where the files say its namespace; empty if its pods have
/// no names.
std::string first_pod(const mesh::Ring& ring, const mesh::Settings& settings);

/// Whether a variable calls a pod of a StatefulSet by its own name.
bool calls_pods(const k8s::Object& set);

}  // namespace cassmesh::cassandra
