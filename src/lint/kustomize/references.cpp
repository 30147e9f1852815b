// When all is renamed, at the very end, kustomize looks for each reference among all that the
// object was ever called, in the same namespace; if there are several, names that were extended in
// the same way go first.
// Source: kubernetes-sigs/kustomize api/filters/nameref/nameref.go and
// api/internal/konfig/builtinpluginconsts/namereference.go.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "fields.hpp"
#include "transform.hpp"

namespace cassmesh::lint::kustomize {
namespace {

using yaml::Value;

struct Reference {
  std::string_view to;
  std::string_view path;
  std::string_view from{};   ///< a kind
  std::string_view group{};  ///< of that kind; empty: any
};

/// From the pods of a workload, below the `spec` of its template.
constexpr std::array from_pods{
    Reference{"ConfigMap", "volumes/configMap/name"},
    Reference{"ConfigMap", "containers/env/valueFrom/configMapKeyRef/name"},
    Reference{"ConfigMap", "initContainers/env/valueFrom/configMapKeyRef/name"},
    Reference{"ConfigMap", "containers/envFrom/configMapRef/name"},
    Reference{"ConfigMap", "initContainers/envFrom/configMapRef/name"},
    Reference{"ConfigMap", "volumes/projected/sources/configMap/name"},
    Reference{"Secret", "volumes/secret/secretName"},
    Reference{"Secret", "containers/env/valueFrom/secretKeyRef/name"},
    Reference{"Secret", "initContainers/env/valueFrom/secretKeyRef/name"},
    Reference{"Secret", "containers/envFrom/secretRef/name"},
    Reference{"Secret", "initContainers/envFrom/secretRef/name"},
    Reference{"Secret", "imagePullSecrets/name"},
    Reference{"Secret", "volumes/projected/sources/secret/name"},
    Reference{"ServiceAccount", "serviceAccountName"},
    Reference{"PersistentVolumeClaim", "volumes/persistentVolumeClaim/claimName"},
};

/// Where the pods of a kind are described.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> pod_specs{{
    {"CronJob", "spec/jobTemplate/spec/template/spec"},
    {"DaemonSet", "spec/template/spec"},
    {"Deployment", "spec/template/spec"},
    {"Job", "spec/template/spec"},
    {"Pod", "spec"},
    {"ReplicaSet", "spec/template/spec"},
    {"StatefulSet", "spec/template/spec"},
}};

constexpr std::array references{
    Reference{"Service", "spec/serviceName", "StatefulSet", "apps"},
    Reference{"Service", "spec/rules/http/paths/backend/serviceName", "Ingress"},
    Reference{"Service", "spec/backend/serviceName", "Ingress"},
    Reference{"Service", "spec/rules/http/paths/backend/service/name", "Ingress"},
    Reference{"Service", "spec/defaultBackend/service/name", "Ingress"},
    Reference{"Secret", "spec/tls/secretName", "Ingress"},
    Reference{"Secret", "imagePullSecrets/name", "ServiceAccount"},
    Reference{"Deployment", "spec/scaleTargetRef/name", "HorizontalPodAutoscaler"},
    Reference{"ReplicaSet", "spec/scaleTargetRef/name", "HorizontalPodAutoscaler"},
    Reference{"StatefulSet", "spec/scaleTargetRef/name", "HorizontalPodAutoscaler"},
};

/// Whether the shorter list is the end of the longer one; an empty one is only that of another.
bool end_alike(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const auto count = std::min(left.size(), right.size());
  if (count == 0) return left.empty() && right.empty();
  return std::equal(left.end() - static_cast<std::ptrdiff_t>(count), left.end(),
                    right.end() - static_cast<std::ptrdiff_t>(count));
}

bool extended_alike(const Resource& left, const Resource& right, bool or_not_at_all) {
  const auto alike = [&](const auto& one, const auto& other) {
    return (or_not_at_all && (one.empty() || other.empty())) || end_alike(one, other);
  };
  return alike(left.prefixes, right.prefixes) && alike(left.suffixes, right.suffixes);
}

class Updater {
 public:
  explicit Updater(const Resources& resources) {
    for (const auto& resource : resources) {
      std::set<std::pair<std::string, std::string>> names;
      for (const auto& id : resource.before()) names.emplace(id.kind, id.name);
      for (const auto& name : names) known_[name].push_back(&resource);
    }
  }

  void update(Resource& resource) const {
    for (const auto& [kind, spec] : pod_specs) {
      if (resource.id().kind != kind) continue;
      for (const auto& reference : from_pods)
        update(resource, reference.to, fmt::format("{}/{}", spec, reference.path));
    }
    for (const auto& [to, path, from, group] : references) {
      if (means({.path = path, .kind = from, .group = group}, resource.id()))
        update(resource, to, path);
    }
  }

 private:
  void update(Resource& resource, std::string_view kind, std::string_view path) const {
    visit_field(resource.change(), path, {}, [&](Value& name) {
      if (name.kind != Value::Kind::scalar) return;
      if (const auto* meant = find(resource, kind, name.text)) name.text = meant->id().name;
    });
  }

  const Resource* find(const Resource& from, std::string_view kind, const std::string& name) const {
    const auto found = known_.find({std::string(kind), name});
    if (found == known_.end()) return nullptr;
    auto candidates = found->second;
    std::erase_if(candidates,
                  [&](const Resource* to) { return to->id().name_space != from.id().name_space; });
    if (candidates.size() == 1) return candidates.front();
    for (const bool or_not_at_all : {true, false}) {
      if (!or_not_at_all && candidates.size() < 2) break;
      std::erase_if(candidates,
                    [&](const Resource* to) { return !extended_alike(*to, from, or_not_at_all); });
    }
    const auto same_name = [&](const Resource* to) {
      return to->id().name == candidates.front()->id().name;
    };
    return !candidates.empty() && std::ranges::all_of(candidates, same_name) ? candidates.front()
                                                                             : nullptr;
  }

  std::map<std::pair<std::string, std::string>, std::vector<const Resource*>> known_;
};

bool is_renamed(const Resource& resource) {
  return std::ranges::any_of(resource.before(),
                             [&](const Id& id) { return id.name != resource.id().name; });
}

bool may_refer(const Resource& resource) {
  const auto& kind = resource.id().kind;
  return std::ranges::any_of(pod_specs, [&](const auto& row) { return row.first == kind; }) ||
         std::ranges::any_of(references, [&](const auto& row) { return row.from == kind; });
}

}  // namespace

void update_references(Resources& resources) {
  if (std::ranges::none_of(resources, is_renamed)) return;
  const Updater updater(resources);
  for (auto& resource : resources) {
    if (may_refer(resource)) updater.update(resource);
  }
}

}  // namespace cassmesh::lint::kustomize
