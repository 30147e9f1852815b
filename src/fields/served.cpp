#include "served.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

namespace cassmesh::fields {
namespace {

using mesh::Capability;
using mesh::VersionRange;

// Read in the custom resource definitions that all tags from 1.0.0 to 1.31.0-rc.0 install. What is
// served but ignored is not counted: `rbac.istio.io` had its definitions up to 1.6 and worked up to
// 1.5. An IstioOperator is served by nobody: istioctl reads the file, whatever it installs.
constexpr ServedRow istio_rows[] = {
    {"networking.istio.io/v1",
     "DestinationRule Gateway ServiceEntry Sidecar VirtualService WorkloadEntry WorkloadGroup",
     "1.22..", "istio/istio 1.22.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"networking.istio.io/v1beta1", "DestinationRule Gateway ServiceEntry Sidecar VirtualService",
     "1.5..", "istio/istio 1.5.0 manifests/base/files/crd-all.gen.yaml"},
    {"networking.istio.io/v1beta1", "WorkloadEntry", "1.6..",
     "istio/istio 1.6.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"networking.istio.io/v1beta1", "ProxyConfig WorkloadGroup", "1.13..",
     "istio/istio 1.13.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"networking.istio.io/v1alpha3",
     "DestinationRule EnvoyFilter Gateway ServiceEntry "
     "VirtualService",
     "1.0..",
     "istio/istio 1.0.0 install/kubernetes/helm/istio/templates/crds.yaml, "
     "1.30.3 manifests/charts/base/files/crd-all.gen.yaml"},
    {"networking.istio.io/v1alpha3", "Sidecar", "1.1..",
     "istio/istio 1.1.0 install/kubernetes/helm/istio-init/files/crd-10.yaml"},
    {"networking.istio.io/v1alpha3", "WorkloadEntry", "1.6..",
     "istio/istio 1.6.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"networking.istio.io/v1alpha3", "WorkloadGroup", "1.8..",
     "istio/istio 1.8.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"security.istio.io/v1", "AuthorizationPolicy RequestAuthentication", "1.17..",
     "istio/istio 1.17.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"security.istio.io/v1", "PeerAuthentication", "1.22..",
     "istio/istio 1.22.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"security.istio.io/v1beta1", "AuthorizationPolicy", "1.4..",
     "istio/istio 1.4.0 install/kubernetes/helm/istio-init/files/crd-14.yaml"},
    {"security.istio.io/v1beta1", "PeerAuthentication RequestAuthentication", "1.5..",
     "istio/istio 1.5.0 manifests/base/files/crd-all.gen.yaml"},
    {"telemetry.istio.io/v1", "Telemetry", "1.22..",
     "istio/istio 1.22.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"telemetry.istio.io/v1alpha1", "Telemetry", "1.10..",
     "istio/istio 1.10.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"extensions.istio.io/v1alpha1", "WasmPlugin", "1.12..",
     "istio/istio 1.12.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"extensions.istio.io/v1alpha1", "TrafficExtension", "1.30..",
     "istio/istio 1.30.0 manifests/charts/base/files/crd-all.gen.yaml"},
    {"install.istio.io/v1alpha1", "IstioOperator", "any", "istio/istio 1.5.0 operator/README.md"},
    {"install.istio.io/v1alpha2", "IstioControlPlane", "1.4",
     "istio/istio 1.4.0 istioctl/pkg/multicluster/generate.go"},
    {"authentication.istio.io/v1alpha1", "MeshPolicy Policy", "..1.5",
     "istio/istio 1.5.10 manifests/base/files/crd-all.gen.yaml; "
     "gone in 1.6.0 manifests/charts/base/crds/crd-all.gen.yaml"},
    {"rbac.istio.io/v1alpha1", "RbacConfig ServiceRole ServiceRoleBinding", "..1.5",
     "istio.io news releases/1.6.x/announcing-1.6/upgrade-notes"},
    {"rbac.istio.io/v1alpha1", "ClusterRbacConfig", "1.1..1.5",
     "istio.io news releases/1.6.x/announcing-1.6/upgrade-notes"},
    {"rbac.istio.io/v1alpha1", "AuthorizationPolicy", "1.2..1.3",
     "istio/istio 1.2.0 install/kubernetes/helm/istio-init/files/crd-12.yaml"},
    {"config.istio.io/v1alpha2",
     "HTTPAPISpec HTTPAPISpecBinding QuotaSpec QuotaSpecBinding adapter apikey attributemanifest "
     "authorization bypass checknothing circonus cloudwatch denier dogstatsd edge fluentd handler "
     "instance kubernetes kubernetesenv listchecker listentry logentry memquota metric noop opa "
     "prometheus quota rbac redisquota reportnothing rule servicecontrol servicecontrolreport "
     "signalfx solarwinds stackdriver statsd stdio template tracespan zipkin",
     "..1.7", "istio/istio 1.7.8 manifests/charts/base/crds/crd-mixer.yaml; gone in 1.8.0"},
};

constexpr std::string_view guide = "kubernetes.io docs reference/using-api/deprecation-guide";

// The kinds whose API versions came and went. Ranges that end are what the guide says; so are their
// beginnings, where it names one.
constexpr ServedRow kubernetes_rows[] = {
    {"apps/v1", "DaemonSet Deployment ReplicaSet StatefulSet", "1.9..", guide},
    {"apps/v1beta2", "DaemonSet Deployment ReplicaSet StatefulSet", "..1.15", guide},
    {"apps/v1beta1", "Deployment ReplicaSet StatefulSet", "..1.15", guide},
    {"extensions/v1beta1", "DaemonSet Deployment NetworkPolicy PodSecurityPolicy ReplicaSet",
     "..1.15", guide},
    {"networking.k8s.io/v1", "NetworkPolicy", "1.8..", guide},
    {"networking.k8s.io/v1", "Ingress IngressClass", "1.19..", guide},
    {"networking.k8s.io/v1beta1", "Ingress IngressClass", "..1.21", guide},
    {"extensions/v1beta1", "Ingress", "..1.21", guide},
    {"policy/v1", "PodDisruptionBudget", "1.21..", guide},
    {"policy/v1beta1", "PodDisruptionBudget PodSecurityPolicy", "..1.24", guide},
    {"batch/v1", "CronJob", "1.21..", guide},
    {"batch/v1beta1", "CronJob", "..1.24", guide},
    {"batch/v1", "Job", "any", "kubernetes.io docs reference/kubernetes-api/workload-resources"},
    {"autoscaling/v2", "HorizontalPodAutoscaler", "1.23..", guide},
    {"autoscaling/v2beta2", "HorizontalPodAutoscaler", "..1.25", guide},
    {"autoscaling/v2beta1", "HorizontalPodAutoscaler", "..1.24", guide},
    {"autoscaling/v1", "HorizontalPodAutoscaler", "any",
     "kubernetes.io docs reference/kubernetes-api/workload-resources"},
    {"rbac.authorization.k8s.io/v1", "ClusterRole ClusterRoleBinding Role RoleBinding", "1.8..",
     guide},
    {"rbac.authorization.k8s.io/v1beta1", "ClusterRole ClusterRoleBinding Role RoleBinding",
     "..1.21", guide},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition", "1.16..", guide},
    {"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "..1.21", guide},
    {"admissionregistration.k8s.io/v1",
     "MutatingWebhookConfiguration ValidatingWebhookConfiguration", "1.16..", guide},
    {"admissionregistration.k8s.io/v1beta1",
     "MutatingWebhookConfiguration ValidatingWebhookConfiguration", "..1.21", guide},
    {"apiregistration.k8s.io/v1", "APIService", "1.10..", guide},
    {"apiregistration.k8s.io/v1beta1", "APIService", "..1.21", guide},
    {"certificates.k8s.io/v1", "CertificateSigningRequest", "1.19..", guide},
    {"certificates.k8s.io/v1beta1", "CertificateSigningRequest", "..1.21", guide},
    {"coordination.k8s.io/v1", "Lease", "1.14..", guide},
    {"coordination.k8s.io/v1beta1", "Lease", "..1.21", guide},
    {"scheduling.k8s.io/v1", "PriorityClass", "1.14..", guide},
    {"scheduling.k8s.io/v1beta1", "PriorityClass", "..1.21", guide},
    {"storage.k8s.io/v1", "StorageClass", "1.6..", guide},
    {"storage.k8s.io/v1", "VolumeAttachment", "1.13..", guide},
    {"storage.k8s.io/v1", "CSINode", "1.17..", guide},
    {"storage.k8s.io/v1", "CSIDriver", "1.18..",
     "kubernetes/kubernetes CHANGELOG/CHANGELOG-1.18.md"},
    {"storage.k8s.io/v1", "CSIStorageCapacity", "1.24..", guide},
    {"storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", "..1.21", guide},
    {"storage.k8s.io/v1beta1", "CSIStorageCapacity", "..1.26", guide},
    {"discovery.k8s.io/v1", "EndpointSlice", "1.21..", guide},
    {"discovery.k8s.io/v1beta1", "EndpointSlice", "..1.24", guide},
    {"events.k8s.io/v1", "Event", "1.19..", guide},
    {"events.k8s.io/v1beta1", "Event", "..1.24", guide},
    {"node.k8s.io/v1", "RuntimeClass", "1.20..", guide},
    {"node.k8s.io/v1beta1", "RuntimeClass", "..1.24", guide},
    {"flowcontrol.apiserver.k8s.io/v1", "FlowSchema PriorityLevelConfiguration", "1.29..", guide},
    {"flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema PriorityLevelConfiguration", "1.26..1.31",
     guide},
    {"flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema PriorityLevelConfiguration", "..1.28",
     guide},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration", "..1.25",
     guide},
};

/// On which versions of Kubernetes an Istio minor is supported, or was tested. Source: istio.io
/// docs releases/supported-releases of each release, up to 1.5 setup/platform-setup; from 1.30 on
/// istio/istio 1.30.3 istioctl/pkg/install/k8sversion/version.go, which names the oldest only.
struct Supported {
  std::string_view istio;
  std::string_view kubernetes;
};
constexpr Supported supported[] = {
    {"1.0", "1.9..1.13"},         {"1.1", "1.11..1.13"},        {"1.2", "1.12..1.14"},
    {"1.3..1.4", "1.13..1.15"},   {"1.5", "1.14..1.16"},        {"1.6", "1.15..1.18"},
    {"1.7", "1.16..1.18"},        {"1.8", "1.16..1.19"},        {"1.9", "1.17..1.20"},
    {"1.10", "1.18..1.21"},       {"1.11", "1.18..1.22"},       {"1.12", "1.19..1.22"},
    {"1.13", "1.16..1.23"},       {"1.14", "1.16..1.24"},       {"1.15..1.16", "1.16..1.25"},
    {"1.17", "1.16..1.26"},       {"1.18", "1.20..1.27"},       {"1.19", "1.21..1.28"},
    {"1.20..1.21", "1.23..1.29"}, {"1.22..1.23", "1.23..1.30"}, {"1.24", "1.23..1.31"},
    {"1.25", "1.24..1.32"},       {"1.26..1.27", "1.24..1.33"}, {"1.28", "1.30..1.34"},
    {"1.29", "1.31..1.35"},       {"1.30..", "1.32.."},
};

/// The rows, one for each kind.
class Index {
 public:
  using Rows = std::vector<const Served*>;

  Index() {
    for (const auto& row : istio_rows) add(row, nullptr);
    for (const auto& row : kubernetes_rows) add(row, &kubernetes_);
  }

  Rows of(std::string_view group, std::string_view kind) const {
    const auto found = by_group_.find({group, kind});
    return found == by_group_.end() ? Rows() : found->second;
  }
  Rows of_kubernetes(std::string_view kind) const {
    const auto found = kubernetes_.find(kind);
    return found == kubernetes_.end() ? Rows() : found->second;
  }
  const auto& by_group() const { return by_group_; }

 private:
  void add(const ServedRow& row, std::map<std::string_view, Rows>* by_kind) {
    const auto versions = VersionRange::parse(row.versions);
    for (auto rest = row.kinds; !rest.empty();) {
      const auto kind = rest.substr(0, rest.find(' '));
      const auto* const made = &all_.emplace_back(Served{row.api_version, kind, versions});
      by_group_[{k8s::parts_of(row.api_version).group, kind}].push_back(made);
      if (by_kind != nullptr) (*by_kind)[kind].push_back(made);
      rest.remove_prefix(std::min(kind.size() + 1, rest.size()));
    }
  }

  std::deque<Served> all_;
  std::map<std::pair<std::string_view, std::string_view>, Rows> by_group_;
  std::map<std::string_view, Rows> kubernetes_;
};

const Index& index() {
  static const Index made;
  return made;
}

VersionRange served(const k8s::Object& object) {
  const auto versions = versions_serving(object.api_version(), object.kind());
  return versions.empty() ? VersionRange::any() : versions;
}

bool asks_for_ambient(const yaml::Node& labels) {
  return labels["istio.io/dataplane-mode"].text() == "ambient";
}

}  // namespace

std::span<const ServedRow> istio_api_versions() {
  return istio_rows;
}

std::span<const ServedRow> kubernetes_api_versions() {
  return kubernetes_rows;
}

std::vector<const Served*> api_versions_of(std::string_view group, std::string_view kind) {
  return index().of(group, kind);
}

VersionRange versions_of_kind(std::string_view group, std::string_view kind) {
  VersionRange all;
  for (const auto* row : api_versions_of(group, kind)) all = all | row->versions;
  return all;
}

std::vector<const Served*> kubernetes_api_versions_of(std::string_view kind) {
  return index().of_kubernetes(kind);
}

bool is_kubernetes_group(std::string_view group) {
  return std::ranges::any_of(kubernetes_rows, [&](const ServedRow& row) {
    return k8s::parts_of(row.api_version).group == group;
  });
}

std::vector<std::string_view> istio_kinds(std::string_view group) {
  std::vector<std::string_view> kinds;
  for (const auto& [key, rows] : index().by_group()) {
    if (key.first == group) kinds.push_back(key.second);
  }
  return kinds;
}

std::vector<std::string_view> istio_groups() {
  std::vector<std::string_view> groups;
  for (const auto& [key, rows] : index().by_group()) {
    if (k8s::is_istio_group(key.first) && (groups.empty() || groups.back() != key.first))
      groups.push_back(key.first);
  }
  return groups;
}

VersionRange versions_serving(std::string_view api_version, std::string_view kind) {
  for (const auto* row : api_versions_of(k8s::parts_of(api_version).group, kind)) {
    if (row->api_version == api_version) return row->versions;
  }
  return {};
}

VersionRange istio_versions_of(const k8s::Object& object) {
  if (k8s::is_istio_group(object.group())) return served(object);
  if (object.is("Namespace")) {
    return asks_for_ambient(object.labels()) ? versions_with(Capability::ambient_mode)
                                             : VersionRange::any();
  }
  return asks_for_ambient(object.pod_labels()) ? versions_with(Capability::ambient_pod_label)
                                               : VersionRange::any();
}

VersionRange kubernetes_versions_of(const k8s::Object& object) {
  return k8s::is_istio_group(object.group()) ? VersionRange::any() : served(object);
}

VersionRange kubernetes_for(const VersionRange& istio) {
  VersionRange all;
  for (const auto& row : supported) {
    if (istio.overlaps(VersionRange::parse(row.istio)))
      all = all | VersionRange::parse(row.kubernetes);
  }
  return all;
}

}  // namespace cassmesh::fields
