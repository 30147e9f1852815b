// The tables are kustomize's own defaults.
// Source: kubernetes-sigs/kustomize api/internal/konfig/builtinpluginconsts.

#include "fields.hpp"

#include <array>

namespace cassmesh::lint::kustomize {
namespace {

using yaml::Value;

constexpr std::array selectors{
    FieldSpec{"spec/selector", "Service", "", "v1", true},
    FieldSpec{"spec/selector", "ReplicationController", "", "v1", true},
    FieldSpec{"spec/selector/matchLabels", "Deployment", "", "", true},
    FieldSpec{"spec/selector/matchLabels", "ReplicaSet", "", "", true},
    FieldSpec{"spec/selector/matchLabels", "DaemonSet", "", "", true},
    FieldSpec{"spec/selector/matchLabels", "StatefulSet", "apps", "", true},
    FieldSpec{"spec/selector/matchLabels", "Job", "batch"},
    FieldSpec{"spec/jobTemplate/spec/selector/matchLabels", "CronJob", "batch"},
    FieldSpec{"spec/selector/matchLabels", "PodDisruptionBudget", "policy"},
    FieldSpec{"spec/podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io"},
    FieldSpec{"spec/ingress/from/podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io"},
    FieldSpec{"spec/egress/to/podSelector/matchLabels", "NetworkPolicy", "networking.k8s.io"},
};

/// Of Deployments and StatefulSets.
constexpr std::array<std::string_view, 5> affinities{
    "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/"
    "podAffinityTerm/labelSelector/matchLabels",
    "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/"
    "labelSelector/matchLabels",
    "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/"
    "podAffinityTerm/labelSelector/matchLabels",
    "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/"
    "labelSelector/matchLabels",
    "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels",
};

constexpr std::array template_labels{
    FieldSpec{"metadata/labels", "", "", "", true},
    FieldSpec{"spec/template/metadata/labels", "ReplicationController", "", "v1", true},
    FieldSpec{"spec/template/metadata/labels", "Deployment", "", "", true},
    FieldSpec{"spec/template/metadata/labels", "ReplicaSet", "", "", true},
    FieldSpec{"spec/template/metadata/labels", "DaemonSet", "", "", true},
    FieldSpec{"spec/template/metadata/labels", "StatefulSet", "apps", "", true},
    FieldSpec{"spec/volumeClaimTemplates[]/metadata/labels", "StatefulSet", "apps", "", true},
    FieldSpec{"spec/template/metadata/labels", "Job", "batch", "", true},
    FieldSpec{"spec/jobTemplate/metadata/labels", "CronJob", "batch", "", true},
    FieldSpec{"spec/jobTemplate/spec/template/metadata/labels", "CronJob", "batch", "", true},
};

constexpr std::array annotations{
    FieldSpec{"metadata/annotations", "", "", "", true},
    FieldSpec{"spec/template/metadata/annotations", "ReplicationController", "", "v1", true},
    FieldSpec{"spec/template/metadata/annotations", "Deployment", "", "", true},
    FieldSpec{"spec/template/metadata/annotations", "ReplicaSet", "", "", true},
    FieldSpec{"spec/template/metadata/annotations", "DaemonSet", "", "", true},
    FieldSpec{"spec/template/metadata/annotations", "StatefulSet", "", "", true},
    FieldSpec{"spec/template/metadata/annotations", "Job", "batch", "", true},
    FieldSpec{"spec/jobTemplate/metadata/annotations", "CronJob", "batch", "", true},
    FieldSpec{"spec/jobTemplate/spec/template/metadata/annotations", "CronJob", "batch", "", true},
};

constexpr std::array replicas{
    FieldSpec{"spec", "Deployment", "", "", true},
    FieldSpec{"spec", "ReplicationController", "", "", true},
    FieldSpec{"spec", "ReplicaSet", "", "", true},
    FieldSpec{"spec", "StatefulSet", "", "", true},
};

constexpr auto with_affinities() {
  std::array<FieldSpec, selectors.size() + 2 * affinities.size()> all{};
  std::size_t count = 0;
  for (const auto& spec : selectors) all[count++] = spec;
  for (const auto path : affinities) {
    all[count++] = {path, "Deployment", "apps"};
    all[count++] = {path, "StatefulSet", "apps"};
  }
  return all;
}

/// `null` where a mapping is due counts as nothing.
bool make_mapping(Value& value, const yaml::Node& origin) {
  if (value && value.kind != Value::Kind::null) return value.is_mapping();
  if (!origin) return false;
  value = Value::mapping();
  value.origin = origin;
  return true;
}

}  // namespace

bool means(const FieldSpec& spec, const Id& id) {
  return (spec.kind.empty() || spec.kind == id.kind) &&
         (spec.group.empty() || spec.group == id.group) &&
         (spec.version.empty() || spec.version == id.version);
}

void visit_field(Value& object, std::string_view path, const yaml::Node& origin,
                 const Visit& visit) {
  if (object.is_sequence() && !path.empty()) {
    for (auto& item : object.entries) visit_field(item.value, path, origin, visit);
    return;
  }
  if (path.empty()) {
    visit(object);
    return;
  }
  if (!object.is_mapping()) return;
  const auto slash = path.find('/');
  auto name = path.substr(0, slash);
  const bool is_list = name.ends_with("[]");
  if (is_list) name.remove_suffix(2);
  auto* field = object.find(name);
  if (!field && (is_list || !origin)) return;
  auto& value = field ? field->value : object.set(std::string(name), Value());
  if (origin && !is_list && !value.is_sequence() && !make_mapping(value, origin)) return;
  visit_field(value, slash == path.npos ? "" : path.substr(slash + 1), origin, visit);
}

std::span<const FieldSpec> selector_fields() {
  static constexpr auto all = with_affinities();
  return all;
}

std::span<const FieldSpec> template_label_fields() {
  return template_labels;
}

std::span<const FieldSpec> annotation_fields() {
  return annotations;
}

std::span<const FieldSpec> replica_fields() {
  return replicas;
}

}  // namespace cassmesh::lint::kustomize
