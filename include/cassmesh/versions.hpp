#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Istio versions, ranges of them, and what holds in which: the one place that knows versions.
namespace cassmesh::mesh {

/// An Istio release, `1.minor.patch`.
struct IstioVersion {
  int minor = 0;
  int patch = 0;
  auto operator<=>(const IstioVersion&) const = default;
};

std::string to_string(IstioVersion version);

/// A set of Istio versions, kept as sorted, disjoint, half-open intervals of releases. Every patch
/// release counts, so `1.9..1.24` holds 1.9.0 and 1.24.6 and whatever 1.24 still brings.
class VersionRange {
 public:
  /// From `first` up to, not including, `last`; no `last`: to the newest and whatever comes after.
  struct Interval {
    IstioVersion first;
    std::optional<IstioVersion> last;
    bool operator==(const Interval&) const = default;
  };

  /// The empty set.
  VersionRange() = default;
  static VersionRange any();
  static VersionRange from(IstioVersion first);
  static VersionRange between(IstioVersion first, IstioVersion last);  ///< half-open

  /// Reads `1.24`, `1.24.2`, `1.9..1.24` (both ends whole), `1.10..`, `..1.9`, `any`, `none`, or a
  /// comma list of these; spaces may stand around `..` and commas. A text that is none throws
  /// an Error whose what() says, in one line without a full stop, what is wrong and how it is
  /// written rightly.
  static VersionRange parse(std::string_view text);

  bool empty() const { return intervals_.empty(); }
  bool contains(IstioVersion version) const;
  bool contains(const VersionRange& other) const;
  bool overlaps(const VersionRange& other) const;
  VersionRange operator&(const VersionRange& other) const;
  VersionRange operator|(const VersionRange& other) const;
  VersionRange operator-(const VersionRange& other) const;
  bool operator==(const VersionRange&) const = default;

  /// The last interval alone: of `1.0..1.4, 1.8..` it is `1.8..`.
  VersionRange newest_span() const;
  std::span<const Interval> intervals() const { return intervals_; }

 private:
  void normalize();
  std::vector<Interval> intervals_;
};

/// As `VersionRange::parse` reads it: `1.9..1.24`, `1.10..`, `1.24.2`; `any` for all, `none` for
/// the empty set.
std::string to_string(const VersionRange& range);

/// As a sentence says it: `Istio 1.9 to 1.24`, `Istio 1.10 and newer`, `Istio 1.24.2`, `every
/// Istio`.
std::string in_words(const VersionRange& range);

/// The behaviours that come and go with Istio's versions.
enum class Capability {
  // What a sidecar dials when a connection comes in for its application.
  inbound_to_loopback,
  inbound_to_pod_ip,
  // What a client's sidecar does by itself towards a headless Service.
  auto_mtls_headless_never,
  auto_mtls_headless_always,
  auto_mtls_headless_when_every_endpoint_has_a_sidecar,
  // What the default installation lets a server accept.
  mtls_accepted_by_default,
  own_pod_ip_through_own_sidecar,  ///< an application that dials its own pod IP meets its own
                                   ///< sidecar
  // Injection and lifecycle.
  revision_label,
  pod_label_injection,
  pod_label_revision,
  pod_label_refuses_injection,  ///< at the webhook
  pod_label_before_annotation,  ///< of the two that say whether a pod is injected
  injection_words_strict,       ///< only `true` and `false`
  default_revision,             ///< the default installation answers to the revision `default`
  hold_application_until_proxy_starts,
  termination_drain_duration,
  ambient_mode,
  ambient_pod_label,
  // What rings of others and of the mesh's settings do to a ring.
  inbound_policy_by_environment,
  inbound_policy_by_mesh_config,
  headless_pod_listeners,           ///< each pod of a headless Service has its own listener
  headless_pod_listeners_any_port,  ///< also where a port's name tells no protocol
  external_name_takes_port,
  // What a server's sidecar takes in.
  inbound_captures_container_ports,  ///< only ports that the containers declare
  inbound_captures_all_ports,
  inbound_unbound_port_blackholed,    ///< a port that is captured and that no Service declares
  inbound_unbound_port_to_pod_ip,     ///< the same, where it goes to the address dialled
  inbound_unbound_port_without_mtls,  ///< and nobody takes the mTLS off
  inbound_unbound_port_level_mtls,
  own_tls_through_permissive,  ///< an application's own TLS passes a permissive sidecar
  own_tls_through_permissive_unbound,
  sidecar_ingress,
  sidecar_default_endpoint_instance_ip,
  sidecar_default_endpoint_optional,
  // What a client's sidecar knows of a headless Service.
  unknown_protocol_is_tcp,
  app_protocol,
  headless_tls_port_needs_sni,
  headless_redis_port_rejected,
  headless_withholds_not_ready,
  outbound_registry_only_by_default,
  sidecar_egress,
  export_to,
  service_entry_before_older_service,
  service_entry_of_client_namespace_before_service,
  circuit_breaker_1024,
  // mTLS and policies.
  auto_mtls,  ///< by default
  auto_mtls_sees_namespace_policy,
  auto_mtls_sees_workload_policy,
  peer_authentication,
  mesh_policy,
  authorization_policy,
  authorization_actions,  ///< not only ALLOW
  authorization_custom,
  authorization_rule_as_a_whole,  ///< how far a field for HTTP reaches on TCP
  authorization_leading_wildcard,
  authorization_dry_run,
  authorization_dry_run_in_ambient,
  destination_rule_workload_selector,
  destination_rule_lookup_by_namespace,
  // Probes, injection, lifecycle.
  http_probe_rewrite,
  startup_probe_rewrite,
  tcp_probe_rewrite,
  grpc_probe_rewrite,
  probe_rewrite_annotation,  ///< sidecar.istio.io/rewriteAppHTTPProbers
  probe_rewrite_dials_pod_ip,
  exclude_outbound_ports,
  include_outbound_ports,
  interception_mode_none,      ///< sidecar.istio.io/interceptionMode: NONE
  native_sidecars,             ///< by default
  native_sidecars_on_request,  ///< istiod's ENABLE_NATIVE_SIDECARS
  native_sidecar_annotation,
  ambient_dns_capture,
};

/// One row of the table: in which versions something holds, and where that stands.
struct CapabilityRow {
  Capability capability;
  std::string_view versions;  ///< as VersionRange::parse reads it
  std::string_view what;      ///< one sentence
  std::string_view source;    ///< document, issue, or code at a tag
};

std::span<const CapabilityRow> capability_table();

/// The versions in which `capability` holds.
const VersionRange& versions_with(Capability capability);

}  // namespace cassmesh::mesh
