#include "pods.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "cassmesh/mesh.hpp"
#include "text.hpp"

namespace cassmesh::mesh {
namespace {

constexpr std::array<std::string_view, 6> of_controllers{
    "controller-revision-hash", "controller-uid",    "job-name",
    "pod-template-generation",  "pod-template-hash", "rollouts-pod-template-hash"};

bool is_domain_or_below(std::string_view prefix, std::string_view domain) {
  return prefix == domain ||
         (prefix.ends_with(domain) && prefix[prefix.size() - domain.size() - 1] == '.');
}

bool stands_in(const Pod& pod, std::string_view name_space) {
  return name_space.empty() || pod.object->name_space() == name_space;
}

bool has_all(const Pod& pod, const yaml::Node& labels) {
  return std::ranges::all_of(labels, [&](const yaml::Node& label) {
    if (is_set_at_run_time(label.key())) return true;
    const auto own = pod.labels[label.key()];
    return own && own.text() == label.text();
  });
}

/// Of pods with one label each the one whose label's text or key is near a word.
Pod nearest(std::string_view word, const std::vector<Pod>& pods,
            std::string_view (yaml::Node::*part)() const) {
  std::vector<std::string_view> candidates;
  candidates.reserve(pods.size());
  for (const auto& pod : pods) candidates.push_back((pod.labels.*part)());
  const auto best = closest(word, candidates);
  const auto found = std::ranges::find(candidates, best);
  if (best.empty() || found == candidates.end()) return {};
  return pods[static_cast<std::size_t>(found - candidates.begin())];
}

}  // namespace

bool has_service_for_a_pod(const Ring& ring) {
  return std::ranges::any_of(ring.services, [](const k8s::Object* service) {
    return static_cast<bool>((*service)["spec"]["selector"]["statefulset.kubernetes.io/pod-name"]);
  });
}

bool is_set_at_run_time(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) {
    return std::ranges::find(of_controllers, key) != of_controllers.end();
  }
  const auto prefix = key.substr(0, slash);
  // The one domain of Kubernetes that is for people.
  if (prefix == "app.kubernetes.io") return false;
  return is_domain_or_below(prefix, "kubernetes.io") || is_domain_or_below(prefix, "k8s.io") ||
         is_domain_or_below(prefix, "istio.io");
}

bool declares_port(const k8s::Object& workload, std::string_view number) {
  return std::ranges::any_of(k8s::containers(workload), [&](const k8s::Container& container) {
    return std::ranges::any_of(container.node["ports"], [&](const yaml::Node& port) {
      return port["containerPort"].text() == number;
    });
  });
}

bool may_mark_a_role(std::string_view key) {
  constexpr std::array<std::string_view, 7> words{"active",  "elected", "leader", "master",
                                                  "primary", "role",    "seed"};
  const auto small = lower_case(key);
  return std::ranges::any_of(
      words, [&](std::string_view word) { return small.find(word) != std::string::npos; });
}

Pods::Pods(std::span<const k8s::ObjectSet* const> sets) {
  for (const auto* set : sets) {
    for (const auto* workload : set->workloads()) add(*workload, workload->pod_labels());
    for (const auto* entry : set->of("WorkloadEntry")) add(*entry, (*entry)["spec"]["labels"]);
    for (const auto* group : set->of("WorkloadGroup"))
      add(*group, (*group)["spec"]["metadata"]["labels"]);
  }
}

void Pods::add(const k8s::Object& object, const yaml::Node& labels) {
  for (const auto& label : labels) by_label_[{label.key(), label.text()}].push_back(pods_.size());
  pods_.push_back({.object = &object, .labels = labels});
}

std::vector<std::size_t> Pods::candidates(const yaml::Node& labels) const {
  const std::vector<std::size_t>* rarest = nullptr;
  for (const auto& label : labels) {
    if (is_set_at_run_time(label.key())) continue;
    const auto found = by_label_.find({label.key(), label.text()});
    if (found == by_label_.end()) return {};
    if (rarest == nullptr || found->second.size() < rarest->size()) rarest = &found->second;
  }
  if (rarest != nullptr) return *rarest;
  std::vector<std::size_t> all(pods_.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

std::vector<const Pod*> Pods::with(const yaml::Node& labels, std::string_view name_space) const {
  std::vector<const Pod*> selected;
  for (const auto i : candidates(labels)) {
    const auto& pod = pods_[i];
    if (stands_in(pod, name_space) && has_all(pod, labels)) selected.push_back(&pod);
  }
  return selected;
}

bool Pods::has(const yaml::Node& label, std::string_view name_space) const {
  if (is_set_at_run_time(label.key())) return true;
  const auto found = by_label_.find({label.key(), label.text()});
  return found != by_label_.end() && std::ranges::any_of(found->second, [&](std::size_t i) {
           return stands_in(pods_[i], name_space);
         });
}

bool Pods::has_key(std::string_view key, std::string_view name_space) const {
  return std::ranges::any_of(
      pods_, [&](const Pod& pod) { return stands_in(pod, name_space) && pod.labels[key]; });
}

Pod Pods::closest_to(const yaml::Node& label, std::string_view name_space) const {
  std::vector<Pod> with_key;
  std::vector<Pod> with_value;
  for (const auto& pod : pods_) {
    if (!stands_in(pod, name_space)) continue;
    if (const auto same = pod.labels[label.key()]) with_key.push_back({pod.object, same});
    for (const auto& other : pod.labels) {
      if (other.text() == label.text()) with_value.push_back({pod.object, other});
    }
  }
  const auto by_value = nearest(label.text(), with_key, &yaml::Node::text);
  return by_value.object != nullptr ? by_value : nearest(label.key(), with_value, &yaml::Node::key);
}

}  // namespace cassmesh::mesh
