#pragma once

#include <functional>
#include <set>
#include <span>
#include <string_view>

#include "cassmesh/k8s.hpp"

/// Pods and Services that no file shows: operators make them from objects of their own kinds (a
/// CassandraDatacenter, a Rollout, a HelmRelease).
namespace cassmesh::mesh {

class Unseen {
 public:
  explicit Unseen(std::span<const k8s::ObjectSet* const> sets) : sets_(sets) {}

  /// Whether there may be some in a namespace.
  bool in(std::string_view name_space);
  bool anywhere();

 private:
  /// Looks at all objects, the first time that somebody asks.
  void look();
  /// Takes each namespace that a field of an object names.
  void add_named(const yaml::Node& node);

  std::span<const k8s::ObjectSet* const> sets_;
  bool looked_ = false;
  bool everywhere_ = false;
  std::set<std::string_view, std::less<>> namespaces_{};
};

}  // namespace cassmesh::mesh
