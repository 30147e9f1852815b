#include <fmt/core.h>

#include "cassmesh/rule.hpp"
#include "mesh/unseen.hpp"

namespace cassmesh::rules {
namespace {

/// Why nobody in a namespace can delegate to a VirtualService; empty if they can.
std::string why_not(const k8s::Object& delegate, const k8s::Object& root, const Scope& scope) {
  if (delegate["spec"]["hosts"].size() > 0)
    return "has hosts of its own, so that nobody can delegate to it";
  if (mesh::audience(delegate, scope.settings).includes(root.name_space())) return {};
  return fmt::format("is not exported to namespace '{}'", root.name_space());
}

void look_at(const k8s::Object& root, const yaml::Node& delegate, mesh::Unseen& unseen,
             Report& report) {
  const auto& scope = report.scope();
  const auto name = delegate["name"];
  const auto said_space = delegate["namespace"].text();
  const auto name_space = said_space.empty() ? root.name_space() : said_space;
  if (name.text().empty()) return;
  const auto since = mesh::VersionRange::from({.minor = 8});
  // Several definitions may be tried one after the other.
  const k8s::Object* found = nullptr;
  for (const auto* other : scope.objects.all_of("VirtualService")) {
    if (other->name() != name.text() || other->name_space() != name_space) continue;
    if (why_not(*other, root, scope).empty()) return;
    found = other;
  }
  if (found != nullptr) {
    report(root, name, "{} {}", k8s::described(*found), why_not(*found, root, scope))
        .related(*found, found->name_node(), "the delegate")
        .on(since)
        .fix("delegate to a VirtualService without hosts that is exported to this namespace");
  } else if (!scope.is_anywhere("VirtualService", name_space, name.text())) {
    report(root, name, "VirtualService '{}/{}' is not among the manifests", name_space, name.text())
        .severity(unseen.in(name_space) ? Severity::info : scope.severity_of_missing(name_space))
        .on(since);
  }
}

void check(const k8s::ObjectSet& objects, Report& report) {
  mesh::Unseen unseen(report.scope().everywhere);
  for (const auto* service : objects.of("VirtualService")) {
    if ((*service)["spec"]["hosts"].size() == 0) continue;  // a delegate delegates no further
    for (const auto& route : (*service)["spec"]["http"]) {
      if (route["delegate"].is_mapping()) look_at(*service, route["delegate"], unseen, report);
    }
  }
}

}  // namespace

extern const Rule virtual_service_delegate_missing{
    .name = "virtual-service-delegate-missing",
    .severity = Severity::warning,
    .kinds = {"VirtualService"},
    .summary =
        "The VirtualService that a route delegates to is there, without hosts, and exported.",
    .why =
        "Istio leaves a route out whose delegate it does not find, and takes the next one that "
        "matches or none: requests end in 404 or at the wrong Service. A VirtualService with hosts "
        "is none to delegate to, nor is one that is not exported to the namespace of the first.",
    .fix = "write the name and namespace of a VirtualService without hosts, or add it",
    .versions = "1.8 and newer",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/virtualservice.go:188 (mergeVirtualServicesIfNeeded), "
        "the same in 1.8.0",
    .check = check,
};

}  // namespace cassmesh::rules
