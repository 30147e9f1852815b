#include "fields/served.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/source.hpp"
#include "support.hpp"

using namespace cassmesh;
using namespace cassmesh::fields;

namespace {

mesh::VersionRange range(std::string_view text) {
  return mesh::VersionRange::parse(text);
}

/// What a function says of an object.
template <typename Function>
std::string said_of(const Function& function, std::string_view text) {
  Sources sources;
  const auto documents = yaml::parse(sources.add("a.yaml", std::string(text)));
  return to_string(function(k8s::Object(documents.front().root(), "default")));
}

}  // namespace

TEST_CASE("every API version has kinds, versions and a source") {
  for (const auto& rows : {istio_api_versions(), kubernetes_api_versions()}) {
    for (const auto& row : rows) {
      CAPTURE(row.api_version, row.kinds);
      CHECK(row.api_version.find('/') != std::string_view::npos);
      CHECK_FALSE(range(row.versions).empty());
      CHECK(row.source.find(' ') != std::string_view::npos);
      for (const auto* twice : {"  ", " \n"}) CHECK(row.kinds.find(twice) == row.kinds.npos);
    }
  }
}

TEST_CASE("an API version is served from the release that brought it") {
  struct Case {
    std::string_view api_version, kind, versions;
  };
  for (const auto& [api_version, kind, versions] : std::vector<Case>{
           {"networking.istio.io/v1", "DestinationRule", "1.22.."},
           {"networking.istio.io/v1beta1", "DestinationRule", "1.5.."},
           {"networking.istio.io/v1alpha3", "DestinationRule", "any"},
           {"networking.istio.io/v1beta1", "WorkloadGroup", "1.13.."},
           {"networking.istio.io/v1", "EnvoyFilter", "none"},
           {"networking.istio.io/v2", "DestinationRule", "none"},
           {"security.istio.io/v1", "AuthorizationPolicy", "1.17.."},
           {"security.istio.io/v1", "PeerAuthentication", "1.22.."},
           {"authentication.istio.io/v1alpha1", "MeshPolicy", "1.0..1.5"},
           {"rbac.istio.io/v1alpha1", "AuthorizationPolicy", "1.2..1.3"},
           {"apps/v1", "StatefulSet", "1.9.."},
           {"apps/v1beta2", "StatefulSet", "1.0..1.15"},
           {"policy/v1beta1", "PodSecurityPolicy", "1.0..1.24"},
           {"flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.26..1.31"},
           {"v1", "Service", "none"},
       }) {
    CAPTURE(api_version, kind);
    CHECK(to_string(versions_serving(api_version, kind)) == versions);
  }
}

TEST_CASE("the newest API version of a kind comes first") {
  for (const auto& [key, newest] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"VirtualService", "networking.istio.io/v1"},
           {"WorkloadGroup", "networking.istio.io/v1"},
           {"EnvoyFilter", "networking.istio.io/v1alpha3"}}) {
    CAPTURE(key);
    CHECK(api_versions_of("networking.istio.io", key).front()->api_version == newest);
  }
  CHECK(kubernetes_api_versions_of("Deployment").front()->api_version == "apps/v1");
  CHECK(kubernetes_api_versions_of("Ingress").front()->api_version == "networking.k8s.io/v1");
  CHECK(kubernetes_api_versions_of("ServiceEntry").empty());
}

TEST_CASE("an object can exist where what it asks for is known") {
  struct Case {
    std::string_view text, istio;
  };
  for (const auto& [text, istio] : std::vector<Case>{
           {"{apiVersion: networking.istio.io/v1, kind: Sidecar}", "1.22.."},
           {"{apiVersion: networking.istio.io/v2, kind: Sidecar}", "any"},
           {"{apiVersion: authentication.istio.io/v1alpha1, kind: Policy}", "1.0..1.5"},
           {"{apiVersion: v1, kind: Service}", "any"},
           {"{apiVersion: v1, kind: Namespace, metadata: {labels: {istio.io/dataplane-mode: "
            "ambient}}}",
            "1.21.."},
           {"{apiVersion: v1, kind: Namespace, metadata: {labels: {istio.io/dataplane-mode: "
            "none}}}",
            "any"},
           {"{apiVersion: v1, kind: Pod, metadata: {labels: {istio.io/dataplane-mode: ambient}}}",
            "1.22.."},
           {"{apiVersion: apps/v1, kind: StatefulSet, spec: {template: {metadata: {labels: "
            "{istio.io/dataplane-mode: ambient}}}}}",
            "1.22.."},
           {"{apiVersion: apps/v1, kind: StatefulSet, metadata: {labels: "
            "{istio.io/dataplane-mode: ambient}}}",
            "any"},
       }) {
    CAPTURE(text);
    CHECK(said_of(istio_versions_of, text) == istio);
  }
  CHECK(said_of(kubernetes_versions_of, "{apiVersion: batch/v1, kind: CronJob}") == "1.21..");
  CHECK(said_of(kubernetes_versions_of, "{apiVersion: v1, kind: Pod}") == "any");
  CHECK(said_of(kubernetes_versions_of, "{apiVersion: networking.istio.io/v1, kind: Sidecar}") ==
        "any");
}

TEST_CASE("a range of Istio runs on the Kubernetes versions of its releases") {
  CHECK(to_string(kubernetes_for(range("1.24"))) == "1.23..1.31");
  CHECK(to_string(kubernetes_for(range("1.24.2"))) == "1.23..1.31");
  CHECK(to_string(kubernetes_for(range("1.5..1.6"))) == "1.14..1.18");
  CHECK(to_string(kubernetes_for(range("1.10.."))) == "1.16..");
  CHECK(to_string(kubernetes_for(range("none"))) == "none");
}
