#pragma once

#include "cassmesh/k8s.hpp"
#include "cassmesh/versions.hpp"

/// Which versions of Istio and Kubernetes know which objects.
namespace cassmesh::fields {

/// The Istio versions on which this object can exist: its API version is served, its kind is there,
/// what it asks for is known. `any` for what is not Istio's.
mesh::VersionRange istio_versions_of(const k8s::Object& object);

/// The Kubernetes versions that a range of Istio supports.
mesh::VersionRange kubernetes_for(const mesh::VersionRange& istio);

}  // namespace cassmesh::fields
