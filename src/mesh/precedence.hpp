#pragma once

#include <span>
#include <string>
#include <vector>

#include "cassmesh/k8s.hpp"

/// Which of several objects counts where the control plane takes the first.
namespace cassmesh::mesh {

using Objects = std::vector<const k8s::Object*>;

/// Objects in the order in which the control plane takes them: by age; of the same second by name,
/// then by namespace. The files tell the age only of what was read from a cluster
/// (`creationTimestamp`): what has none stands where its name puts it.
Objects by_precedence(std::span<const k8s::Object* const> objects);

/// Those that may be the first of them, as far as the files tell; each once, the first of
/// `by_precedence` at the head.
Objects possible_firsts(std::span<const k8s::Object* const> objects);

/// Two objects in that order.
struct Precedence {
  const k8s::Object* first;
  const k8s::Object* second;
  bool known = false;  ///< whether the files tell the age of both
};

/// Whether they are one in the cluster: the same object twice is another rule's business.
bool are_one(const k8s::Object& left, const k8s::Object& right);

Precedence precedence(const k8s::Object& left, const k8s::Object& right);

/// For messages that have named the first: which of the two counts, as far as the files tell.
std::string only_the_first_counts(const Precedence& order);

}  // namespace cassmesh::mesh
