// What the linted files say of the mesh as a whole.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// What was found and is not the default, `key=value` with spaces between.
std::string found_in(std::string text) {
  const Source source(1, "mesh.yaml", std::move(text));
  const auto documents = yaml::parse(source);
  std::vector<k8s::Object> objects;
  for (const auto& document : documents) objects.emplace_back(document.root(), "default");
  const auto found = mesh::find_settings(k8s::ObjectSet(std::move(objects)));
  const auto& settings = found.settings;
  const mesh::Settings plain;
  std::vector<std::string> words;
  const auto add = [&](const char* key, const std::string& value, const std::string& usual) {
    if (value != usual) words.push_back(fmt::format("{}={}", key, value));
  };
  add("domain", settings.cluster_domain, plain.cluster_domain);
  add("root", settings.root_namespace, plain.root_namespace);
  add("trust", settings.trust_domain, plain.trust_domain);
  if (settings.inbound)
    words.emplace_back(*settings.inbound == mesh::InboundPolicy::localhost ? "in=LOCALHOST"
                                                                           : "in=PASSTHROUGH");
  if (settings.outbound)
    words.emplace_back(*settings.outbound == mesh::OutboundPolicy::allow_any ? "out=ALLOW_ANY"
                                                                             : "out=REGISTRY_ONLY");
  if (settings.auto_mtls) words.push_back(fmt::format("auto={}", *settings.auto_mtls));
  add("services", fmt::format("{}", fmt::join(settings.service_export_to, ",")), "");
  add("virtual", fmt::format("{}", fmt::join(settings.virtual_service_export_to, ",")), "");
  add("rules", fmt::format("{}", fmt::join(settings.destination_rule_export_to, ",")), "");
  if (found.istio) words.push_back("istio=" + to_string(*found.istio));
  return fmt::format("{}", fmt::join(words, " "));
}

std::string installation(const std::string& spec) {
  return "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {" + spec + "}\n";
}

std::string config_map(const std::string& name, const std::string& mesh) {
  return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name +
         ", namespace: istio-system}\ndata:\n  mesh: " + mesh + "\n";
}

std::string istiod(const std::string& image, const std::string& env = "",
                   const std::string& name = "istiod") {
  return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name +
         ", namespace: istio-system}\n"
         "spec: {template: {spec: {containers: [{name: discovery, image: '" +
         image + "', env: [" + env + "]}]}}}\n";
}

}  // namespace

TEST_CASE("an installation's own files tell the mesh's settings and the Istio version") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"kind: [IstioOperator]\n", ""},
      {installation(""), ""},
      {installation("meshConfig: [rootNamespace]"), ""},
      {installation("meshConfig: {rootNamespace: mesh, trustDomain: acme.org}"),
       "root=mesh trust=acme.org"},
      {installation("namespace: mesh"), "root=mesh"},
      {installation("namespace: a, values: {global: {istioNamespace: b}}"), "root=b"},
      {installation("namespace: a, meshConfig: {rootNamespace: c}"), "root=c"},
      {installation("values: {global: {trustDomain: x.y, proxy: {clusterDomain: k8s.acme}}}"),
       "domain=k8s.acme trust=x.y"},
      {installation("values: {global: {mtls: {auto: true}, outboundTrafficPolicy: {mode: "
                    "REGISTRY_ONLY}}}"),
       "out=REGISTRY_ONLY auto=true"},
      {installation("meshConfig: {enableAutoMtls: false, outboundTrafficPolicy: {mode: ALLOW_ANY}, "
                    "inboundTrafficPolicy: {mode: LOCALHOST}}"),
       "in=LOCALHOST out=ALLOW_ANY auto=false"},
      {installation("meshConfig: {enableAutoMtls: maybe, outboundTrafficPolicy: {mode: ANY}}"), ""},
      {installation("meshConfig: {defaultServiceExportTo: ['.'], defaultVirtualServiceExportTo: "
                    "['.', shop], defaultDestinationRuleExportTo: ['*']}"),
       "services=. virtual=.,shop rules=*"},
      {installation("values: {meshConfig: {rootNamespace: mesh}}"), "root=mesh"},
      {installation("values: {pilot: {env: {PILOT_ENABLE_INBOUND_PASSTHROUGH: false}}}"),
       "in=LOCALHOST"},
      {installation("components: {pilot: {k8s: {env: [{name: PILOT_ENABLE_INBOUND_PASSTHROUGH, "
                    "value: 'false'}]}}}"),
       "in=LOCALHOST"},
      {installation("tag: 1.15.3, values: {pilot: {env: {PILOT_ENABLE_INBOUND_PASSTHROUGH: "
                    "'false'}}}"),
       "in=LOCALHOST istio=1.15.3"},
      {installation("tag: 1.24.2, values: {pilot: {env: {PILOT_ENABLE_INBOUND_PASSTHROUGH: "
                    "'false'}}}"),
       "istio=1.24.2"},
      {installation("tag: 1.20, meshConfig: {inboundTrafficPolicy: {mode: LOCALHOST}}"),
       "istio=1.20"},
      {installation("tag: 1.24.2-distroless"), "istio=1.24.2"},
      {installation("tag: 1.24-alpha.9f1b0f0"), "istio=1.24"},
      {installation("tag: latest"), ""},
      {installation("tag: 1."), ""},
      {installation("tag: 1.2.3.4"), ""},
      {installation("tag: 1.99999999999"), ""},
      {installation("values: {global: {tag: 1.9.0}}"), "istio=1.9.0"},
      {installation("revision: 1-24-2"), "istio=1.24.2"},
      {installation("revision: 1-24"), "istio=1.24"},
      {installation("revision: canary"), ""},
      {installation("revision: 1-24-2, tag: 1.24.3"), "istio=1.24.3"},
      {"apiVersion: sailoperator.io/v1\nkind: Istio\nmetadata: {name: default}\nspec: {version: "
       "v1.24.2, namespace: mesh, values: {meshConfig: {trustDomain: a.b}}}\n",
       "root=mesh trust=a.b istio=1.24.2"},
      {config_map("istio", "|\n    rootNamespace: mesh\n    trustDomain: acme.org"),
       "root=mesh trust=acme.org"},
      {config_map("istio", "\"rootNamespace: mesh\\ntrustDomain: acme.org\\n\""),
       "root=mesh trust=acme.org"},
      {config_map("istio", "|-\n    outboundTrafficPolicy:\n      mode: REGISTRY_ONLY"),
       "out=REGISTRY_ONLY"},
      {config_map("istio", "|-\n    a: [b"), ""},
      {config_map("istio", "[rootNamespace]"), ""},
      {config_map("istio", "just words"), ""},
      {config_map("istio-1-24", "'rootNamespace: mesh'"), "root=mesh"},
      {config_map("other", "'rootNamespace: mesh'"), ""},
      {config_map("istio", "'rootNamespace: a'") + config_map("istio-canary", "'rootNamespace: b'"),
       "root=a"},
      {installation("meshConfig: {rootNamespace: a}") + config_map("istio", "'rootNamespace: b'"),
       "root=b"},
      {istiod("docker.io/istio/pilot:1.24.2"), "istio=1.24.2"},
      {istiod("registry.example.com:5000/istio/pilot:1.24.2@sha256:00"), "istio=1.24.2"},
      {istiod("istio/pilot@sha256:00"), ""},
      {istiod("acme/autopilot:1.24.2"), ""},
      {istiod("istio/pilot:1.20.0", "", "istiod-1-20") + istiod("istio/pilot:1.21.1"),
       "istio=1.20.0, 1.21.1"},
      // A second definition of one Deployment replaces the first.
      {istiod("istio/pilot:1.20.0") + istiod("istio/pilot:1.21.1"), "istio=1.21.1"},
      {istiod("istio/pilot:1.18.0", "{name: PILOT_ENABLE_INBOUND_PASSTHROUGH, value: 'false'}"),
       "in=LOCALHOST istio=1.18.0"},
      {istiod("istio/pilot:1.18.0", "{name: PILOT_ENABLE_INBOUND_PASSTHROUGH, value: 'true'}"),
       "in=PASSTHROUGH istio=1.18.0"},
      {istiod("istio/pilot:1.9.0", "{name: PILOT_ENABLE_INBOUND_PASSTHROUGH, value: 'true'}"),
       "istio=1.9.0"},
  };
  for (const auto& [text, found] : rows) {
    INFO(text);
    CHECK(found_in(text) == found);
  }
}
