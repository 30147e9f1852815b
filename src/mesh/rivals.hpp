#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"
#include "pods.hpp"
#include "precedence.hpp"

/// Objects of one kind of which only one can count for a pod.
namespace cassmesh::mesh {

/// The pods that an object is for.
struct Reach {
  bool whole_namespace = false;
  yaml::Node labels{};  ///< that the pods must have, if not
};

/// Two that reach the same pods, of which only the first counts there.
struct Rivals {
  Precedence order;
  const k8s::Object* pod = nullptr;  ///< the first workload that both select; null: the namespace
};

/// Each that does not count with each one that counts in its place, once. What names no namespace
/// is often applied folder by folder, to several: such objects are rivals only within a folder.
std::vector<Rivals> find_rivals(std::span<const k8s::Object* const> objects, const Pods& pods,
                                Reach (*reach_of)(const k8s::Object&));

/// What two rivals are both for: `Deployment 'shop/web'`, `namespace 'shop'`, `the whole mesh`.
std::string described(const Rivals& rivals, const Settings& settings);

/// The ring whose pods are among them; null if there is none.
const Ring* ring_of(const Rivals& rivals, std::span<const Ring> rings, const Settings& settings);

}  // namespace cassmesh::mesh
