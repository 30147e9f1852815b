#include "mesh_objects.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace cassmesh::render {
namespace {

using mesh::Capability;
using mesh::versions_with;

/// The API versions of the Istio kinds that we write, newest first.
struct ApiVersion {
  std::string_view kind;
  std::string_view api_version;
  Capability served;
};

constexpr std::array api_versions{
    ApiVersion{"DestinationRule", "networking.istio.io/v1", Capability::destination_rule_v1},
    ApiVersion{"DestinationRule", "networking.istio.io/v1beta1",
               Capability::destination_rule_v1beta1},
    ApiVersion{"DestinationRule", "networking.istio.io/v1alpha3",
               Capability::destination_rule_v1alpha3},
    ApiVersion{"PeerAuthentication", "security.istio.io/v1", Capability::peer_authentication_v1},
    ApiVersion{"PeerAuthentication", "security.istio.io/v1beta1",
               Capability::peer_authentication_v1beta1},
    ApiVersion{"AuthorizationPolicy", "security.istio.io/v1", Capability::authorization_policy_v1},
    ApiVersion{"AuthorizationPolicy", "security.istio.io/v1beta1",
               Capability::authorization_policy_v1beta1},
    ApiVersion{"Policy", "authentication.istio.io/v1alpha1",
               Capability::authentication_policy_v1alpha1},
};

class MeshObjects {
 public:
  MeshObjects(const spec::ClusterSpec& spec, Plan& plan, Complaints& complain)
      : spec_(spec), plan_(plan), complain_(complain) {}

  void choose() {
    if (plan_.mtls != Mtls::inherit) mtls_object(spec_.given("mesh.istio"));
    objects();
  }

 private:
  /// Which object says `strict` or `permissive`: one alone must decide on every version. A Policy
  /// does not on 1.5, where any PeerAuthentication, a mesh-wide one too, switches it off. Source:
  /// istio/istio 1.5.0 pilot/pkg/security/authn/v1beta1/policy_applier.go:87.
  void mtls_object(bool asked) {
    const auto& new_kind = versions_with(Capability::peer_authentication_v1beta1);
    const auto old_kind = versions_with(Capability::authentication_policy_v1alpha1) - new_kind;
    if (!asked && plan_.istio.overlaps(new_kind)) {
      plan_.istio = (plan_.istio & new_kind).newest_span();
    }
    if (new_kind.contains(plan_.istio) || old_kind.contains(plan_.istio)) return;
    complain_.at("mesh.mtls",
                 fmt::format("no single policy says {} to {}: on {} that is a Policy, on {} a "
                             "PeerAuthentication",
                             complain_.quote("mesh.mtls"), in_words(plan_.istio),
                             in_words(old_kind), in_words(new_kind)),
                 fmt::format("render once for '{}' and once for '{}', or use 'inherit'",
                             to_string(old_kind & plan_.istio), to_string(new_kind & plan_.istio)),
                 {{"mesh.istio", "the versions asked for"}});
  }

  void objects() {
    if (wants_destination_rule()) api_version("DestinationRule");
    if (plan_.authorization_policy) api_version("AuthorizationPolicy");
    if (plan_.mtls == Mtls::inherit) return;
    const bool new_kind =
        versions_with(Capability::peer_authentication_v1beta1).contains(plan_.istio);
    api_version(new_kind ? "PeerAuthentication" : "Policy");
    if (!new_kind && spec_.text("name") == "default") {
      complain_.at(
          "name",
          fmt::format(
              "a Policy, which {} takes on {}, can't be named 'default' and be about one Service",
              complain_.quote("mesh.mtls"), in_words(plan_.istio)),
          "choose another name", {{"mesh.mtls", "asked for here"}});
    }
  }

  /// A rule that says ISTIO_MUTUAL is needed where sidecars do not use mTLS towards a headless
  /// Service by themselves. It takes a server that accepts mTLS, which an installation of 1.0.0
  /// to 1.0.2 does not by default: there it may stand only besides a policy of our own. Ztunnel
  /// reads no such rule.
  bool wants_destination_rule() const {
    if (plan_.mode != MeshMode::sidecar) return false;
    if (!plan_.istio.overlaps(versions_with(Capability::auto_mtls_headless_never))) return false;
    return plan_.mtls != Mtls::inherit ||
           versions_with(Capability::mtls_accepted_by_default).contains(plan_.istio);
  }

  void api_version(std::string_view kind) {
    const auto newest = std::ranges::find_if(api_versions, [&](const ApiVersion& row) {
      return row.kind == kind && versions_with(row.served).contains(plan_.istio);
    });
    if (newest != api_versions.end()) {
      plan_.api_versions.emplace(kind, newest->api_version);
      return;
    }
    // Versions that serve none are complained about by those who require the object.
    mesh::VersionRange served;
    for (const auto& row : api_versions) {
      if (row.kind == kind) served = served | versions_with(row.served);
    }
    if (!served.contains(plan_.istio)) return;
    complain_.at(
        "mesh.istio",
        fmt::format("no API version of {} is served by all of {}", kind, in_words(plan_.istio)),
        "render once for each part of the range");
  }

  const spec::ClusterSpec& spec_;
  Plan& plan_;
  Complaints& complain_;
};

}  // namespace

void choose_mesh_objects(const spec::ClusterSpec& spec, Plan& plan, Complaints& complain) {
  if (plan.mode != MeshMode::none && !plan.istio.empty())
    MeshObjects(spec, plan, complain).choose();
}

}  // namespace cassmesh::render
