#include "mesh_objects.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "fields/served.hpp"

namespace cassmesh::render {
namespace {

using mesh::Capability;
using mesh::versions_with;

/// The group that holds an Istio kind which we write.
std::string_view group_of(std::string_view kind) {
  if (kind == "DestinationRule") return "networking.istio.io";
  return kind == "Policy" ? "authentication.istio.io" : "security.istio.io";
}

/// The versions that serve a kind in some API version.
mesh::VersionRange versions_serving(std::string_view kind) {
  return fields::versions_of_kind(group_of(kind), kind);
}

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
    const auto new_kind = versions_serving("PeerAuthentication");
    const auto old_kind = versions_serving("Policy") - new_kind;
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
    const bool new_kind = versions_serving("PeerAuthentication").contains(plan_.istio);
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
    const auto rows = fields::api_versions_of(group_of(kind), kind);
    const auto newest = std::ranges::find_if(
        rows, [&](const fields::Served* row) { return row->versions.contains(plan_.istio); });
    if (newest != rows.end()) {
      plan_.api_versions.emplace(kind, (*newest)->api_version);
      return;
    }
    // Versions that serve none are complained about by those who require the object.
    if (!versions_serving(kind).contains(plan_.istio)) return;
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
