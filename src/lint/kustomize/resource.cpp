#include "resource.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cassmesh/k8s.hpp"

namespace cassmesh::lint::kustomize {
namespace {

/// The API groups of Kubernetes itself whose names look like others'.
constexpr std::array<std::string_view, 15> own_groups{
    "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io",
    "authentication.k8s.io",        "authorization.k8s.io", "certificates.k8s.io",
    "coordination.k8s.io",          "discovery.k8s.io",     "events.k8s.io",
    "flowcontrol.apiserver.k8s.io", "networking.k8s.io",    "node.k8s.io",
    "rbac.authorization.k8s.io",    "scheduling.k8s.io",    "storage.k8s.io",
};

bool is_own(std::string_view group) {
  return group.find('.') == std::string_view::npos ||
         std::ranges::find(own_groups, group) != own_groups.end();
}

Id make_id(std::string_view api_version, std::string_view kind, std::string_view name_space,
           std::string_view name) {
  const auto [group, version] = k8s::parts_of(api_version);
  Id id{.group = std::string(group),
        .version = std::string(version),
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

// Of custom resources it knows nothing, and gives all of them a namespace.
bool is_cluster_wide(std::string_view group, std::string_view kind) {
  return is_own(group) && k8s::is_cluster_wide(group, kind);
}

bool has_schema(const Id& id) {
  return is_own(id.group);
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
