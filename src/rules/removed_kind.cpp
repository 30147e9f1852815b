#include <algorithm>
#include <array>

#include "cassmesh/rule.hpp"
#include "fields/served.hpp"

namespace cassmesh::rules {
namespace {

/// What took the place of a group's kinds.
struct Successor {
  std::string_view group;
  std::string_view fix;
};

constexpr std::array successors{
    Successor{
        "authentication.istio.io",
        "write a PeerAuthentication (for 'peers') or a RequestAuthentication (for 'origins')"},
    Successor{"rbac.istio.io", "write an AuthorizationPolicy of security.istio.io"},
    Successor{"config.istio.io",
              "write a Telemetry (for metrics, logs, traces) or an AuthorizationPolicy"},
    Successor{"install.istio.io", "write an IstioOperator"}};

void check(const k8s::Object& object, Report& report) {
  if (!k8s::is_istio_group(object.group())) return;
  const auto there = fields::versions_of_kind(object.group(), object.kind());
  const auto end = there.empty() ? std::nullopt : there.intervals().back().last;
  if (!end) return;
  const auto& scope = report.scope();
  const auto gone = scope.istio & mesh::VersionRange::from(*end);
  if (gone.empty() || (!scope.istio_is_given && scope.istio.overlaps(there))) return;
  const auto* const successor = std::ranges::find(successors, object.group(), &Successor::group);
  report(object, object["kind"].where(), "nothing reads a {} of {} since Istio 1.{}", object.kind(),
         object.group(), end->minor)
      .on(gone)
      .fix(std::string(successor == successors.end() ? "delete it" : successor->fix));
}

}  // namespace

extern const Rule removed_kind{
    .name = "removed-kind",
    .severity = Severity::error,
    .kinds = {},
    .summary = "Every Istio object is of a kind that Istio still reads.",
    .why =
        "Policy, MeshPolicy and the kinds of rbac.istio.io went with Istio 1.6, those of Mixer "
        "with 1.8. Where an old definition is still installed the API server takes the object and "
        "nothing happens: a MeshPolicy that says STRICT leaves the mesh permissive. Where it is "
        "not, the object is refused.",
    .fix = "write the kind that took its place",
    .versions = "1.6 and newer; the kinds of Mixer: 1.8 and newer",
    .source =
        "istio.io news releases/1.6.x/announcing-1.6/upgrade-notes; istio/istio 1.5.10 "
        "manifests/base/files/crd-all.gen.yaml against 1.6.0 "
        "manifests/charts/base/crds/crd-all.gen.yaml",
    .check = check,
};

}  // namespace cassmesh::rules
