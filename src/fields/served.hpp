#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/versions.hpp"

/// Which versions of Istio and Kubernetes know which objects: the one place that says so.
namespace cassmesh::fields {

/// An API version, and in which versions of Istio, or of Kubernetes, it holds which kinds.
struct ServedRow {
  std::string_view api_version;  ///< `networking.istio.io/v1`
  std::string_view kinds;        ///< one or more, with spaces between
  std::string_view versions;     ///< as VersionRange::parse reads it
  std::string_view source;       ///< document, or code at a tag
};

/// Newest API version of a kind first.
std::span<const ServedRow> istio_api_versions();
std::span<const ServedRow> kubernetes_api_versions();

/// One API version of one kind.
struct Served {
  std::string_view api_version;
  std::string_view kind;
  mesh::VersionRange versions;
};

/// All that is known of a kind in one group, the newest API version first; none if Istio, or
/// Kubernetes, has no such kind there.
std::vector<const Served*> api_versions_of(std::string_view group, std::string_view kind);

/// The versions that serve a kind of a group in some API version; empty if there is no such kind.
mesh::VersionRange versions_of_kind(std::string_view group, std::string_view kind);

/// All that is known of a kind of Kubernetes', in all groups.
std::vector<const Served*> kubernetes_api_versions_of(std::string_view kind);
/// Whether kinds of Kubernetes' own are in a group (the core group is not asked for).
bool is_kubernetes_group(std::string_view group);

/// The names of the kinds that Istio has, or had, in one of its groups.
std::vector<std::string_view> istio_kinds(std::string_view group);
/// The groups in which it has some.
std::vector<std::string_view> istio_groups();

/// The versions that serve a kind of Istio's, or of Kubernetes', in this API version; empty if none
/// does.
mesh::VersionRange versions_serving(std::string_view api_version, std::string_view kind);

/// The Istio versions on which this object can exist: its API version is served, its kind is there,
/// what it asks for is known. `any` for what is not Istio's, and for what no Istio ever served.
mesh::VersionRange istio_versions_of(const k8s::Object& object);

/// The same for Kubernetes.
mesh::VersionRange kubernetes_versions_of(const k8s::Object& object);

/// The Kubernetes versions that a range of Istio supports.
mesh::VersionRange kubernetes_for(const mesh::VersionRange& istio);

}  // namespace cassmesh::fields
