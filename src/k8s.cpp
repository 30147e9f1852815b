#include "cassmesh/k8s.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "text.hpp"

namespace cassmesh::k8s {
namespace {

constexpr std::string_view networking = "networking.istio.io";
constexpr std::string_view security = "security.istio.io";
constexpr std::string_view authentication = "authentication.istio.io";
constexpr std::string_view rbac = "rbac.istio.io";

const std::vector<Kind>& kind_table() {
  static const std::vector<Kind> kinds{
      {"AuthorizationPolicy", {security}},
      {"ClusterRbacConfig", {rbac}},
      {"ConfigMap", {""}},
      {"CronJob", {"batch"}},
      {"DaemonSet", {"apps", "extensions"}},
      {"Deployment", {"apps", "extensions"}},
      {"DestinationRule", {networking}},
      {"EnvoyFilter", {networking}},
      {"Gateway", {networking}},
      {"IstioOperator", {"install.istio.io"}},
      {"Job", {"batch"}},
      {"MeshPolicy", {authentication}},
      {"Namespace", {""}},
      {"NetworkPolicy", {"networking.k8s.io", "extensions"}},
      {"PeerAuthentication", {security}},
      {"Pod", {""}},
      {"PodDisruptionBudget", {"policy"}},
      {"Policy", {authentication}},
      {"ProxyConfig", {networking}},
      {"RbacConfig", {rbac}},
      {"ReplicaSet", {"apps", "extensions"}},
      {"ReplicationController", {""}},
      {"RequestAuthentication", {security}},
      {"Secret", {""}},
      {"Service", {""}},
      {"ServiceAccount", {""}},
      {"ServiceEntry", {networking}},
      {"ServiceRole", {rbac}},
      {"ServiceRoleBinding", {rbac}},
      {"Sidecar", {networking}},
      {"StatefulSet", {"apps"}},
      {"Telemetry", {"telemetry.istio.io"}},
      {"VirtualService", {networking}},
      {"WasmPlugin", {"extensions.istio.io"}},
      {"WorkloadEntry", {networking}},
      {"WorkloadGroup", {networking}},
  };
  return kinds;
}

const Kind* known_kind(std::string_view kind, std::string_view group) {
  const auto& kinds = kind_table();
  const auto found = std::ranges::lower_bound(kinds, kind, {}, &Kind::name);
  if (found == kinds.end() || found->name != kind) return nullptr;
  return std::ranges::find(found->groups, group) == found->groups.end() ? nullptr : &*found;
}

/// Whether a pod of the workload has a label that only controllers set.
bool has_controller_label(std::string_view key, std::string_view value, const Object& workload) {
  if (key == "statefulset.kubernetes.io/pod-name" && workload.is("StatefulSet")) {
    const auto dash = value.rfind('-');
    return dash != std::string_view::npos && value.substr(0, dash) == workload.name() &&
           dash + 1 < value.size() && std::ranges::all_of(value.substr(dash + 1), is_digit);
  }
  if (key == "apps.kubernetes.io/pod-index") return workload.is("StatefulSet");
  if (key == "job-name" || key == "batch.kubernetes.io/job-name") {
    return workload.is("Job") ? value == workload.name() : workload.is("CronJob");
  }
  // Which revision of the template it is; only the cluster knows.
  return key == "pod-template-hash" || key == "controller-revision-hash";
}

bool has_label(std::string_view key, std::string_view value, const Object& workload) {
  const auto label = workload.pod_labels()[key];
  return label ? label.text() == value : has_controller_label(key, value, workload);
}

bool in_values(const yaml::Node& expression, std::string_view value) {
  return std::ranges::any_of(expression["values"],
                             [&](const yaml::Node& each) { return each.text() == value; });
}

bool meets(const yaml::Node& expression, const Object& workload) {
  const auto label = workload.pod_labels()[expression["key"].text()];
  const auto operation = expression["operator"].text();
  if (operation == "In") return label && in_values(expression, label.text());
  if (operation == "NotIn") return !label || !in_values(expression, label.text());
  if (operation == "Exists") return static_cast<bool>(label);
  return operation == "DoesNotExist" && !label;
}

}  // namespace

std::span<const Kind> known_kinds() {
  return kind_table();
}

ApiVersion parts_of(std::string_view api_version) {
  const auto slash = api_version.find('/');
  if (slash == std::string_view::npos) return {.group = {}, .version = api_version};
  return {.group = api_version.substr(0, slash), .version = api_version.substr(slash + 1)};
}

bool is_istio_group(std::string_view group) {
  return group.ends_with(".istio.io");
}

Object::Object(yaml::Node node, std::string_view default_namespace)
    : node_(node),
      api_version_(node["apiVersion"].text()),
      kind_(node["kind"].text()),
      name_(node["metadata"]["name"].text()),
      name_space_(node["metadata"]["namespace"].text()),
      known_(known_kind(kind_, group())) {
  if (is_cluster_wide(group(), kind_)) {
    name_space_ = {};
  } else if (name_space_.empty()) {
    name_space_ = default_namespace;
  }
}

std::string_view Object::group() const {
  return parts_of(api_version_).group;
}

std::string_view Object::version() const {
  return parts_of(api_version_).version;
}

bool Object::is(std::string_view known_kind) const {
  return known_ != nullptr && known_->name == known_kind;
}

yaml::Node Object::name_node() const {
  const auto metadata = node_["metadata"];
  if (const auto name = metadata["name"]) return name;
  if (metadata["generateName"]) return metadata["generateName"];
  return node_["kind"];
}

yaml::Node Object::pod_template() const {
  if (known_ == nullptr) return {};
  if (is("Pod")) return node_;
  if (is("CronJob")) return node_["spec"]["jobTemplate"]["spec"]["template"];
  constexpr std::array<std::string_view, 6> with_template{
      "DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"};
  if (!std::ranges::binary_search(with_template, known_->name)) return {};
  return node_["spec"]["template"];
}

ObjectName name_of(const Object& object) {
  return {.api_version = std::string(object.api_version()),
          .kind = std::string(object.kind()),
          .name_space = std::string(object.name_space()),
          .name = std::string(object.name())};
}

std::string described(const Object& object) {
  const auto space = object.name_space();
  return fmt::format("{} '{}{}{}'", object.kind(), space, space.empty() ? "" : "/", object.name());
}

bool is_object(const yaml::Node& node) {
  const auto is_text = [](const yaml::Node& value) {
    return value.is_scalar() && !value.text().empty();
  };
  return is_text(node["apiVersion"]) && is_text(node["kind"]);
}

std::vector<Container> containers(const Object& object) {
  std::vector<Container> all;
  const auto spec = object.pod_spec();
  for (const auto& [key, init] : {std::pair("initContainers", true), {"containers", false}}) {
    const auto list = spec[key];
    if (!list.is_sequence()) continue;
    for (const auto& item : list) {
      if (item.is_mapping()) all.push_back({.object = &object, .node = item, .init = init});
    }
  }
  return all;
}

std::optional<int> container_port(const Object& object, std::string_view name) {
  for (const auto& container : containers(object)) {
    for (const auto& port : container.node["ports"]) {
      if (port["name"].text() == name) return whole_number(port["containerPort"].text());
    }
  }
  return std::nullopt;
}

bool selects(const yaml::Node& match_labels, const Object& workload) {
  constexpr std::size_t set_by_controllers = 8;
  if (match_labels.size() > workload.pod_labels().size() + set_by_controllers) return false;
  return std::ranges::all_of(match_labels, [&](const yaml::Node& label) {
    return has_label(label.key(), label.text(), workload);
  });
}

bool label_selector_selects(const yaml::Node& selector, const Object& workload) {
  return selects(selector["matchLabels"], workload) &&
         std::ranges::all_of(selector["matchExpressions"], [&](const yaml::Node& expression) {
           return meets(expression, workload);
         });
}

bool service_selects(const Object& service, const Object& workload) {
  const auto selector = service["spec"]["selector"];
  return selector.size() > 0 && service.name_space() == workload.name_space() &&
         selects(selector, workload);
}

ObjectSet::ObjectSet(std::vector<Object> objects) : objects_(std::move(objects)) {
  for (const auto& object : objects_) add(object);
  for (const auto& [kind, all] : all_by_kind_) {
    for (const auto* object : all) {
      if (is_in_force(kind, *object)) by_kind_[kind].push_back(object);
    }
  }
}

void ObjectSet::add(const Object& object) {
  const auto known = std::ranges::lower_bound(kind_table(), object.kind(), {}, &Kind::name);
  if (known == kind_table().end() || !object.is(known->name)) return;
  all_by_kind_[known->name].push_back(&object);
  if (!object.name().empty()) by_name_[{known->name, object.name_space(), object.name()}] = &object;
  const bool runs_pods = static_cast<bool>(object.pod_template());
  if (runs_pods || object.is("Service")) covered_.insert(object.name_space());
  if (!runs_pods) return;
  workloads_.push_back(&object);
  workloads_by_namespace_[object.name_space()].push_back(&object);
}

bool ObjectSet::is_in_force(std::string_view kind, const Object& object) const {
  return object.name().empty() || find(kind, object.name_space(), object.name()) == &object;
}

std::span<const Object* const> ObjectSet::of(std::string_view known_kind) const {
  const auto found = by_kind_.find(known_kind);
  return found == by_kind_.end() ? std::span<const Object* const>() : found->second;
}

std::span<const Object* const> ObjectSet::all_of(std::string_view known_kind) const {
  const auto found = all_by_kind_.find(known_kind);
  return found == all_by_kind_.end() ? std::span<const Object* const>() : found->second;
}

const Object* ObjectSet::find(std::string_view known_kind, std::string_view name_space,
                              std::string_view name) const {
  const auto found = by_name_.find({known_kind, name_space, name});
  return found == by_name_.end() ? nullptr : found->second;
}

std::span<const Object* const> ObjectSet::workloads(std::string_view name_space) const {
  const auto found = workloads_by_namespace_.find(name_space);
  return found == workloads_by_namespace_.end() ? std::span<const Object* const>() : found->second;
}

bool ObjectSet::covers(std::string_view name_space) const {
  return covered_.contains(name_space);
}

}  // namespace cassmesh::k8s
