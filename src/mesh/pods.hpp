#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/k8s.hpp"

/// What selectors select: the pods of workloads, and the WorkloadEntries and WorkloadGroups that
/// Istio selects like pods.
namespace cassmesh::mesh {

/// Whether controllers, webhooks or Istio's injector put this label on pods, so that no template
/// has to hold it: `pod-template-hash`, `service.istio.io/canonical-name`.
bool is_set_at_run_time(std::string_view key);

/// Whether applications and operators mark pods with it while they run: `role`, `vault-active`.
bool may_mark_a_role(std::string_view key);

/// Whether a container of a workload's pods says that it listens at a port.
bool declares_port(const k8s::Object& workload, std::string_view number);

struct Ring;

/// Whether single pods of a ring have Services of their own, as operators make them: pods are then
/// found whatever governs them.
bool has_service_for_a_pod(const Ring& ring);

/// A pod that the files describe.
struct Pod {
  const k8s::Object* object = nullptr;
  yaml::Node labels{};  ///< or one of them
};

/// All pods of some sets of objects, found by their labels.
class Pods {
 public:
  explicit Pods(std::span<const k8s::ObjectSet* const> sets);

  /// Those that have each of the labels (a mapping), in one namespace or, if that is empty, in all.
  /// Labels that are set at run time are taken for granted.
  std::vector<const Pod*> with(const yaml::Node& labels, std::string_view name_space) const;
  /// Whether a pod there has this one label, whatever its key.
  bool has(const yaml::Node& label, std::string_view name_space) const;
  /// Whether a pod there has a label of that key.
  bool has_key(std::string_view key, std::string_view name_space) const;
  /// The pod there whose label was probably meant by one that no pod has, with that label alone: by
  /// its value, or else by its key. No object if none is near.
  Pod closest_to(const yaml::Node& label, std::string_view name_space) const;

 private:
  void add(const k8s::Object& object, const yaml::Node& labels);
  /// Those that have the rarest of the labels; all if none of them counts.
  std::vector<std::size_t> candidates(const yaml::Node& labels) const;

  std::vector<Pod> pods_;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> by_label_;
};

}  // namespace cassmesh::mesh
