#include <optional>

#include "cassmesh/rule.hpp"
#include "fields/api_versions.hpp"
#include "fields/served.hpp"

namespace cassmesh::rules {
namespace {

void say(const k8s::Object& object, const fields::ApiVersionProblem& problem, Report& report) {
  const auto said = report(object, problem.place, "{}", problem.message);
  if (!problem.fix.empty()) said.fix(problem.fix);
  if (problem.istio) said.on(*problem.istio);
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto& scope = report.scope();
  for (const auto& object : objects) {
    if (const auto problem = fields::api_version_problem(object, scope))
      say(object, *problem, report);
  }
  if (scope.istio_is_given) return;  // then each object is judged by itself
  const auto clash = fields::no_common_version(objects, scope.istio);
  if (clash.narrowest == nullptr) return;
  report(*clash.narrowest, (*clash.narrowest)["apiVersion"],
         "no Istio has both this {}, which takes {}, and {}, which takes {}",
         clash.narrowest->kind(), in_words(fields::istio_versions_of(*clash.narrowest)),
         k8s::described(*clash.other), in_words(fields::istio_versions_of(*clash.other)))
      .related(*clash.other, (*clash.other)["apiVersion"], "the other object");
}

}  // namespace

extern const Rule api_version_not_served{
    .name = "api-version-not-served",
    .severity = Severity::error,
    .kinds = {},
    .summary = "The mesh and the cluster serve the API version of every object.",
    .why =
        "The API server refuses an object whose API version it does not serve, with 'no matches "
        "for kind'. That happens before an upgrade (networking.istio.io/v1 came with Istio 1.22) "
        "and after one (policy/v1beta1 went with Kubernetes 1.25).",
    .fix = "write an API version that all of these versions serve",
    .versions = "",
    .source =
        "istio/istio, the custom resource definitions at the tags 1.0.0 to 1.31.0-rc.0; "
        "kubernetes.io docs reference/using-api/deprecation-guide; istio.io docs "
        "releases/supported-releases",
    .check = check,
};

}  // namespace cassmesh::rules
