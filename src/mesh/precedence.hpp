#pragma once

#include <string>

#include "cassmesh/k8s.hpp"

/// Which of several objects counts where the control plane takes the first.
namespace cassmesh::mesh {

/// Two objects of one kind in the order in which the control plane takes them: by age; of the same
/// second by name, then by namespace.
struct Precedence {
  const k8s::Object* first;
  const k8s::Object* second;
  /// Whether the files tell the age of both (`creationTimestamp`: only what was read from a cluster
  /// has it). If not, they are in the order that they would have if they were of the same second.
  bool known = false;
};

/// Whether they are one in the cluster: the same object twice is another rule's business.
bool are_one(const k8s::Object& left, const k8s::Object& right);

Precedence precedence(const k8s::Object& left, const k8s::Object& right);

/// For messages that have named the first: which of the two counts, as far as the files tell.
std::string only_the_first_counts(const Precedence& order);

}  // namespace cassmesh::mesh
