#pragma once

#include <optional>
#include <string>
#include <string_view>

/// How names of hosts are matched, exactly as Istio's control plane does it: the one place that
/// compares hosts. Byte for byte, capitals included: only HTTP virtual hosts ignore case.
/// Sources: istio/istio 1.24.0 pkg/config/host/name.go, pkg/config/model/..., pilot/pkg/model.
namespace cassmesh::mesh {

/// `host` as the objects of a namespace mean it: one without a dot is completed to
/// `host.namespace.svc.domain`, every other one (also `*`) stays as it is.
std::string full_host(std::string_view host, std::string_view name_space,
                      std::string_view cluster_domain);

bool is_wildcard(std::string_view host);

/// Whether every name that `host` stands for is also one of `pattern`'s: equal, or by the plain
/// suffix behind the `*`, dot or not. `host` may be a wildcard itself. (Name.SubsetOf)
bool covers(std::string_view pattern, std::string_view host);

/// Whether some name is meant by both. (Name.Matches)
bool overlap(std::string_view left, std::string_view right);

/// Whether `left` goes before `right` where the most specific host wins: a name before every
/// wildcard, of wildcards the longer one. (host.MoreSpecific)
bool more_specific(std::string_view left, std::string_view right);

/// The Service that a full host names.
struct ServiceName {
  std::string_view name;
  std::string_view name_space;
  bool operator==(const ServiceName&) const = default;
};

/// `cassandra.data.svc.cluster.local` in `cluster.local` is the Service `cassandra` of `data`;
/// nothing for wildcards, for names of single pods, and for other domains.
std::optional<ServiceName> service_of(std::string_view host, std::string_view cluster_domain);

/// The pod and Service that `cassandra-0.cassandra.data.svc.cluster.local` names, which is no
/// service to Istio.
struct PodName {
  std::string_view pod;
  ServiceName service;
  bool operator==(const PodName&) const = default;
};
std::optional<PodName> pod_of(std::string_view host, std::string_view cluster_domain);

/// The Service that was probably meant by a host which the control plane does not complete:
/// `cassandra.data`, `cassandra.data.svc`, a full name with capitals or a dot at its end. Nothing
/// if the host is good as it is or looks like a name outside of the cluster.
struct ShortName {
  std::string name;
  std::string name_space;
  bool operator==(const ShortName&) const = default;
};
std::optional<ShortName> meant_service(std::string_view host, std::string_view cluster_domain);

}  // namespace cassmesh::mesh
