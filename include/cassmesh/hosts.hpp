#pragma once

#include <optional>
#include <string>
#include <string_view>

/// How names of hosts are matched, exactly as Istio's control plane does it: the one place that
/// compares hosts. Byte for byte, capitals included: only HTTP virtual hosts ignore case.
/// The same on every version but for 1.0, where `*.b.foo.com` also overlapped `foo.com`, and up to
/// 1.8, where an IPv6 address was completed as a name is. Sources: istio/istio 1.24.0
/// pkg/config/host/name.go and names.go, pilot/pkg/model/config.go, at 1.0.0 model/service.go.
namespace cassmesh::mesh {

/// `host` as the objects of a namespace mean it: one without a dot is completed to
/// `host.namespace.svc.domain`, every other one (also `*` and an IPv6 address) stays as it is. So
/// it is for DestinationRules and VirtualServices; hosts of ServiceEntries, Gateways and Sidecars
/// are taken as they are written. (ResolveShortnameToFQDN)
std::string full_host(std::string_view host, std::string_view name_space,
                      std::string_view cluster_domain);

/// `namespace/name` of the Gateway that `gateways` of a VirtualService in a namespace names:
/// `name`, `./name`, `namespace/name`, or of old `name.namespace` and what is longer; `mesh` stays
/// `mesh`. (resolveGatewayName)
std::string full_gateway(std::string_view gateway, std::string_view name_space);

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

/// The Service that may be meant by a full host which names none.
struct MeantService {
  std::string name;
  std::string name_space;
  /// Whether nothing else can be meant: `cassandra.data.svc`, or a full name with capitals or a dot
  /// at its end. `cassandra.data` can be a name outside of the cluster, as `cassandra.com` is.
  bool certain = false;
  bool operator==(const MeantService&) const = default;
};
/// Nothing if the host is good as it is, a wildcard, or of no such form.
std::optional<MeantService> meant_service(std::string_view host, std::string_view cluster_domain);

}  // namespace cassmesh::mesh
