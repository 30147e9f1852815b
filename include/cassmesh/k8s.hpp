#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/yaml.hpp"

/// Kubernetes and Istio objects as views of YAML nodes. Nothing is deserialised: a linter needs
/// places, unknown fields and half-written objects.
namespace cassmesh::k8s {

/// One kind that rules read: other groups have kinds of the same name (`Gateway`, `Service`,
/// `Policy`) that are something else.
struct Kind {
  std::string_view name;                 ///< `VirtualService`
  std::vector<std::string_view> groups;  ///< `networking.istio.io`; empty text: the core group
};

/// All kinds that rules read.
std::span<const Kind> known_kinds();

/// Whether `group` is one of Istio's own.
bool is_istio_group(std::string_view group);

/// Whether objects of that kind stand in no namespace; false for kinds that nobody knows.
bool is_cluster_wide(std::string_view group, std::string_view kind);

/// The parts of `apiVersion`; the core group's name is empty.
struct ApiVersion {
  std::string_view group;
  std::string_view version;
};
ApiVersion parts_of(std::string_view api_version);

/// One Kubernetes object: a view of a mapping, whose Document must outlive it.
class Object {
 public:
  /// `default_namespace`: where it stands if it does not say so; must outlive the object.
  Object(yaml::Node node, std::string_view default_namespace);

  const yaml::Node& node() const { return node_; }
  yaml::Node operator[](std::string_view key) const { return node_[key]; }

  std::string_view api_version() const { return api_version_; }
  std::string_view group() const;                  ///< of `apiVersion`; empty for the core group
  std::string_view version() const;                ///< of `apiVersion`: `v1beta1`
  std::string_view kind() const { return kind_; }  ///< as written
  /// Whether it is of this one of the known kinds, in one of that kind's groups.
  bool is(std::string_view known_kind) const;
  std::string_view name() const { return name_; }
  /// Where it stands, the default filled in; empty for a cluster-wide kind.
  std::string_view name_space() const { return name_space_; }

  yaml::Node labels() const { return node_["metadata"]["labels"]; }
  yaml::Node annotations() const { return node_["metadata"]["annotations"]; }
  /// `metadata.name`, or the best place there is to speak of the object as a whole.
  yaml::Node name_node() const;

  /// The template of its pods (`metadata` and `spec`): of a Pod the Pod itself, of a Deployment
  /// `spec.template`, of a CronJob that of its jobs; missing for what runs no pods.
  yaml::Node pod_template() const;
  yaml::Node pod_spec() const { return pod_template()["spec"]; }
  yaml::Node pod_labels() const { return pod_template()["metadata"]["labels"]; }
  yaml::Node pod_annotations() const { return pod_template()["metadata"]["annotations"]; }

 private:
  yaml::Node node_;
  std::string_view api_version_;
  std::string_view kind_;
  std::string_view name_;
  std::string_view name_space_;
  const Kind* known_ = nullptr;
};

ObjectName name_of(const Object& object);
/// `ServiceEntry 'cassandra/external'`, for messages.
std::string described(const Object& object);

/// Whether the node is what Kubernetes takes for an object: a mapping with `apiVersion` and `kind`.
bool is_object(const yaml::Node& node);

/// One container of an object's pods.
struct Container {
  const Object* object = nullptr;
  yaml::Node node{};
  bool init = false;  ///< runs before the others
};

/// The containers of its pods, init containers first; none for what runs no pods.
std::vector<Container> containers(const Object& object);

/// The number of the port that a container of its pods gives this name; nothing if none does.
std::optional<int> container_port(const Object& object, std::string_view name);

/// Whether the pods of a workload have every label of `match_labels` (a mapping from key to value).
/// Labels that controllers set by themselves (`statefulset.kubernetes.io/pod-name`) count where one
/// of its pods would have them. An empty or missing mapping selects everything.
bool selects(const yaml::Node& match_labels, const Object& workload);

/// The same for a Kubernetes LabelSelector, with `matchLabels` and `matchExpressions`.
bool label_selector_selects(const yaml::Node& selector, const Object& workload);

/// The pods that a Service sends to: unlike elsewhere, no selector selects none.
bool service_selects(const Object& service, const Object& workload);

/// What is applied together. Owns its objects; pointers to them stay good as long as it lives.
class ObjectSet {
 public:
  ObjectSet() = default;
  explicit ObjectSet(std::vector<Object> objects);
  ObjectSet(ObjectSet&&) noexcept = default;
  ObjectSet& operator=(ObjectSet&&) noexcept = default;

  std::span<const Object> objects() const { return objects_; }
  auto begin() const { return objects_.begin(); }
  auto end() const { return objects_.end(); }
  std::size_t size() const { return objects_.size(); }

  /// The objects of one known kind that are in force, in the order of the files: where several
  /// definitions have one name, only the last of them, which replaces the others.
  std::span<const Object* const> of(std::string_view known_kind) const;
  /// The same with all definitions.
  std::span<const Object* const> all_of(std::string_view known_kind) const;
  /// The object of that kind, namespace (empty for cluster-wide kinds) and name; null if there is
  /// none.
  const Object* find(std::string_view known_kind, std::string_view name_space,
                     std::string_view name) const;
  /// What runs pods in a namespace, all definitions.
  std::span<const Object* const> workloads(std::string_view name_space) const;
  /// What runs pods, in all namespaces.
  std::span<const Object* const> workloads() const { return workloads_; }
  /// Whether a workload or a Service of that namespace is here: only then can something that is not
  /// here be called missing.
  bool covers(std::string_view name_space) const;

 private:
  using Pointers = std::vector<const Object*>;
  void add(const Object& object);
  bool is_in_force(std::string_view kind, const Object& object) const;

  std::vector<Object> objects_;
  std::map<std::string_view, Pointers, std::less<>> by_kind_;
  std::map<std::string_view, Pointers, std::less<>> all_by_kind_;
  /// By kind, namespace and name.
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const Object*>
      by_name_;
  std::map<std::string_view, Pointers, std::less<>> workloads_by_namespace_;
  Pointers workloads_;
  std::set<std::string_view> covered_;
};

}  // namespace cassmesh::k8s
