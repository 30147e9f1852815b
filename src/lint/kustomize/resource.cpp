#include "resource.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cassmesh::lint::kustomize {
namespace {

/// Source: kubernetes-sigs/kustomize kyaml/openapi/openapi.go, precomputedIsNamespaceScoped.
constexpr std::array<std::pair<std::string_view, std::string_view>, 23> cluster_wide{{
    {"", "ComponentStatus"},
    {"", "Namespace"},
    {"", "Node"},
    {"", "PersistentVolume"},
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"},
    {"apiextensions.k8s.io", "CustomResourceDefinition"},
    {"apiregistration.k8s.io", "APIService"},
    {"certificates.k8s.io", "CertificateSigningRequest"},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema"},
    {"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"},
    {"networking.k8s.io", "IngressClass"},
    {"node.k8s.io", "RuntimeClass"},
    {"policy", "PodSecurityPolicy"},
    {"rbac.authorization.k8s.io", "ClusterRole"},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding"},
    {"scheduling.k8s.io", "PriorityClass"},
    {"storage.k8s.io", "CSIDriver"},
    {"storage.k8s.io", "CSINode"},
    {"storage.k8s.io", "StorageClass"},
    {"storage.k8s.io", "VolumeAttachment"},
}};

/// The API groups of Kubernetes itself whose names look like others'.
constexpr std::array<std::string_view, 15> own_groups{
    "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io",
    "authentication.k8s.io",        "authorization.k8s.io", "certificates.k8s.io",
    "coordination.k8s.io",          "discovery.k8s.io",     "events.k8s.io",
    "flowcontrol.apiserver.k8s.io", "networking.k8s.io",    "node.k8s.io",
    "rbac.authorization.k8s.io",    "scheduling.k8s.io",    "storage.k8s.io",
};

Id make_id(std::string_view api_version, std::string_view kind, std::string_view name_space,
           std::string_view name) {
  const auto slash = api_version.find('/');
  Id id{.group = slash == api_version.npos ? "" : std::string(api_version.substr(0, slash)),
        .version =
            std::string(slash == api_version.npos ? api_version : api_version.substr(slash + 1)),
        .kind = std::string(kind),
        .name_space = std::string(name_space.empty() ? "default" : name_space),
        .name = std::string(name)};
  if (is_cluster_wide(id.group, id.kind)) id.name_space.clear();
  return id;
}

}  // namespace

Id id_of(const yaml::Value& object) {
  const auto& metadata = object["metadata"];
  return make_id(object["apiVersion"].text, object["kind"].text, metadata["namespace"].text,
                 metadata["name"].text);
}

Id id_of(const yaml::Node& object) {
  const auto metadata = object["metadata"];
  return make_id(object["apiVersion"].text(), object["kind"].text(), metadata["namespace"].text(),
                 metadata["name"].text());
}

bool is_cluster_wide(std::string_view group, std::string_view kind) {
  return std::ranges::find(cluster_wide, std::pair(group, kind)) != cluster_wide.end();
}

bool has_schema(const Id& id) {
  return id.group.find('.') == std::string::npos ||
         std::ranges::find(own_groups, id.group) != own_groups.end();
}

bool Budget::take(std::size_t count) {
  const bool enough = count <= values;
  values -= enough ? count : values;
  return enough;
}

Resource::Resource(const yaml::Node& written, const yaml::Document& document)
    : written_(written), document_(&document), id_(id_of(written)) {}

yaml::Value& Resource::change() {
  if (!value_) value_ = yaml::Value::from(written_);
  return *value_;
}

void Resource::renew() {
  if (value_) id_ = id_of(*value_);
}

void Resource::remember() {
  if (before_.empty() || before_.back() != id_) before_.push_back(id_);
}

bool Resource::was(const Id& id) const {
  return id_ == id || std::ranges::find(before_, id) != before_.end();
}

}  // namespace cassmesh::lint::kustomize
