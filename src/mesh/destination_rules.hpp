#pragma once

#include <string>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "precedence.hpp"

namespace cassmesh::mesh {

/// Two DestinationRules of one namespace for one host, of which one loses something.
struct Overlap {
  enum class Kind {
    policy,      ///< both have a trafficPolicy
    subset,      ///< both have a subset of this name
    visibility,  ///< they lose nothing but that they are not merged at all, from 1.24 on
  };
  Kind kind;
  Precedence order;
  std::string host{};      ///< in full
  yaml::Node first_at{};   ///< what both have
  yaml::Node second_at{};  ///< what is lost
  bool merged = true;      ///< on every version; not if they say otherwise who sees them
};

/// In the order of namespaces and hosts. What two rules say in the same words is no loss.
std::vector<Overlap> overlaps(const k8s::ObjectSet& objects, const Settings& settings);

}  // namespace cassmesh::mesh
