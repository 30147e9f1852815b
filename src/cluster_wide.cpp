#include <algorithm>
#include <array>
#include <string_view>

#include "cassmesh/k8s.hpp"

namespace cassmesh::k8s {
namespace {

/// A kind that stands in no namespace.
struct ClusterWide {
  std::string_view group;
  std::string_view kind;
};

/// Sources: kubernetes-sigs/kustomize kyaml/openapi/openapi.go, precomputedIsNamespaceScoped; the
/// CustomResourceDefinitions of Istio, the Gateway API and the CSI snapshotter; kubernetes.io docs,
/// Dynamic Resource Allocation.
constexpr std::array cluster_wide{
    ClusterWide{"", "ComponentStatus"},
    ClusterWide{"", "Namespace"},
    ClusterWide{"", "Node"},
    ClusterWide{"", "PersistentVolume"},
    ClusterWide{"admissionregistration.k8s.io", "MutatingWebhookConfiguration"},
    ClusterWide{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy"},
    ClusterWide{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"},
    ClusterWide{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"},
    ClusterWide{"apiextensions.k8s.io", "CustomResourceDefinition"},
    ClusterWide{"apiregistration.k8s.io", "APIService"},
    ClusterWide{"authentication.istio.io", "MeshPolicy"},
    ClusterWide{"certificates.k8s.io", "CertificateSigningRequest"},
    ClusterWide{"flowcontrol.apiserver.k8s.io", "FlowSchema"},
    ClusterWide{"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"},
    ClusterWide{"gateway.networking.k8s.io", "GatewayClass"},
    ClusterWide{"networking.k8s.io", "IngressClass"},
    ClusterWide{"node.k8s.io", "RuntimeClass"},
    ClusterWide{"policy", "PodSecurityPolicy"},
    ClusterWide{"rbac.authorization.k8s.io", "ClusterRole"},
    ClusterWide{"rbac.authorization.k8s.io", "ClusterRoleBinding"},
    ClusterWide{"rbac.istio.io", "ClusterRbacConfig"},
    ClusterWide{"rbac.istio.io", "RbacConfig"},
    ClusterWide{"resource.k8s.io", "DeviceClass"},
    ClusterWide{"scheduling.k8s.io", "PriorityClass"},
    ClusterWide{"snapshot.storage.k8s.io", "VolumeSnapshotClass"},
    ClusterWide{"snapshot.storage.k8s.io", "VolumeSnapshotContent"},
    ClusterWide{"storage.k8s.io", "CSIDriver"},
    ClusterWide{"storage.k8s.io", "CSINode"},
    ClusterWide{"storage.k8s.io", "StorageClass"},
    ClusterWide{"storage.k8s.io", "VolumeAttachment"},
};

}  // namespace

bool is_cluster_wide(std::string_view group, std::string_view kind) {
  return std::ranges::any_of(cluster_wide, [&](const ClusterWide& each) {
    return each.kind == kind && each.group == group;
  });
}

}  // namespace cassmesh::k8s
