// Which pods have a sidecar or ztunnel before them, by the version; and what says that they should.

#include "engine/injection.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// The objects of a text, which stay good as long as it lives.
struct Objects {
  explicit Objects(std::string text) : source(1, "objects.yaml", std::move(text)) {
    documents = yaml::parse(source);
    std::vector<k8s::Object> all;
    for (const auto& document : documents) {
      if (k8s::is_object(document.root())) all.emplace_back(document.root(), "default");
    }
    set = k8s::ObjectSet(std::move(all));
  }
  const k8s::Object& stateful_set() const { return *set.of("StatefulSet").front(); }

  Source source;
  std::vector<yaml::Document> documents;
  k8s::ObjectSet set;
};

std::string name_space(std::string_view labels, std::string_view name = "data") {
  return fmt::format(
      "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {}, labels: {{{}}}}}\n---\n", name,
      labels);
}

constexpr std::string_view cassandra = "{name: cassandra, image: cassandra:4.1.3}";

/// A StatefulSet of `data` whose template has these labels, annotations, and further lines in its
/// `spec`.
std::string ring(std::string_view labels = "", std::string_view annotations = "",
                 std::string_view spec = "", std::string_view where = "data") {
  return fmt::format(R"(apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: cassandra, namespace: {}}}
spec:
  serviceName: cassandra
  template:
    metadata: {{labels: {{app: cassandra, {}}}, annotations: {{{}}}}}
    spec: {{containers: [{}], {}}}
---
)",
                     where, labels, annotations, cassandra, spec);
}

struct Row {
  std::string_view what;
  std::string text;
  std::string_view sidecar;
  std::string_view ambient;
  bool is_known = true;
};

/// What is found for the ring, if something or nothing says that it is meant to be in the mesh.
void check(const Row& row, const mesh::Settings& settings, bool is_meant) {
  CAPTURE(row.what, row.text, is_meant);
  const Objects objects(row.text);
  const auto injection =
      engine::injection_of(objects.stateful_set(), objects.set, settings, is_meant);
  CHECK(to_string(injection.sidecar) == row.sidecar);
  CHECK(to_string(injection.ambient) == row.ambient);
  CHECK(injection.is_known == row.is_known);
  CHECK_FALSE(injection.why.empty());
}

}  // namespace

TEST_CASE("labels of the Namespace and words of the pods decide who has a proxy") {
  const std::string enabled = name_space("istio-injection: enabled");
  const std::string plain = name_space("");
  const std::string ambient = name_space("istio.io/dataplane-mode: ambient");
  const std::string yes = "sidecar.istio.io/inject: 'true'";
  const std::string no = "sidecar.istio.io/inject: 'false'";
  const Row rows[] = {
      {"the label enabled", enabled + ring(), "any", "none"},
      {"the label disabled", name_space("istio-injection: disabled") + ring(), "none", "none"},
      {"disabled goes before what the pods ask",
       name_space("istio-injection: disabled") + ring(yes), "none", "none"},
      {"another word is there, so that pods are not asked",
       name_space("istio-injection: 'true'") + ring(yes), "none", "none"},
      {"no label", plain + ring(), "none", "none"},
      {"labels that mean nothing here", name_space("team: data") + ring(), "none", "none"},

      {"a revision", name_space("istio.io/rev: canary") + ring(), "1.6..", "none"},
      {"the default revision", name_space("istio.io/rev: default") + ring(), "1.10..", "none"},
      {"an empty revision", name_space("istio.io/rev: ''") + ring(), "none", "none"},
      {"istio-injection wins over a revision",
       name_space("istio-injection: enabled, istio.io/rev: canary") + ring(), "any", "none"},
      {"also where it says disabled",
       name_space("istio-injection: disabled, istio.io/rev: canary") + ring(), "none", "none"},

      {"pods that ask by label", plain + ring(yes), "1.10..", "none"},
      {"pods that ask for a revision", plain + ring("istio.io/rev: canary"), "1.10..", "none"},
      {"only the very word is asked for at the webhook",
       plain + ring("sidecar.istio.io/inject: 'yes'"), "none", "none"},
      {"an annotation brings nothing by itself", plain + ring("", yes), "none", "none"},
      {"a label at the StatefulSet does nothing",
       "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: c, namespace: data, labels: "
       "{sidecar.istio.io/inject: 'true'}}\n---\n" +
           plain,
       "none", "none"},

      {"an annotation that refuses", enabled + ring("", no), "none", "none"},
      {"a label that refuses, which the webhook sees from 1.9 on", enabled + ring(no), "1.0..1.8",
       "none"},
      {"both refuse", enabled + ring(no, no), "none", "none"},
      {"the label goes before the annotation from 1.12 on", enabled + ring(yes, no), "1.12..",
       "none"},
      {"and so it does where it refuses", enabled + ring(no, yes), "1.0..1.8", "none"},
      {"up to 1.26 every other word refuses", enabled + ring("", "sidecar.istio.io/inject: nope"),
       "1.27..", "none"},
      {"capitals refuse up to 1.26 as well", enabled + ring("", "sidecar.istio.io/inject: 'False'"),
       "1.27..", "none"},
      {"a label in capitals passes the webhook, and istiod reads it from 1.12 on",
       enabled + ring("sidecar.istio.io/inject: 'False'"), "1.0..1.11, 1.27..", "none"},
      {"yes in its old words", enabled + ring("", "sidecar.istio.io/inject: 'On'"), "any", "none"},
      {"an empty word says nothing", enabled + ring("", "sidecar.istio.io/inject: ''"), "any",
       "none"},
      {"a revision's namespace, and pods that refuse",
       name_space("istio.io/rev: canary") + ring(no), "1.6..1.8", "none"},

      {"hostNetwork", enabled + ring(yes, "", "hostNetwork: true"), "none", "none"},
      {"hostNetwork in ambient mode", ambient + ring("", "", "hostNetwork: true"), "none", "none"},
      {"not hostNetwork", enabled + ring("", "", "hostNetwork: false"), "any", "none"},
      {"kube-system is left out",
       name_space("istio-injection: enabled", "kube-system") + ring("", "", "", "kube-system"),
       "none", "none"},
      {"Istio's own namespace is not labelled by chance", ring("", "", "", "istio-system"), "none",
       "none"},
      {"but may be labelled",
       name_space("istio-injection: enabled", "istio-system") + ring("", "", "", "istio-system"),
       "any", "none"},

      {"ambient mode", ambient + ring(), "none", "1.21.."},
      {"pods in ambient mode", plain + ring("istio.io/dataplane-mode: ambient"), "none", "1.22.."},
      {"pods that stay out of it, by a label that counts from 1.22 on",
       ambient + ring("istio.io/dataplane-mode: none"), "none", "1.21"},
      {"by the annotation of 1.21", ambient + ring("", "ambient.istio.io/redirection: disabled"),
       "none", "1.22.."},
      {"a sidecar wins over ambient mode",
       name_space("istio-injection: enabled, istio.io/dataplane-mode: ambient") + ring(), "any",
       "none"},
      {"also one of the pods' own", ambient + ring(yes), "1.10..", "none"},
      {"pods that refuse the sidecar go to ztunnel",
       name_space("istio-injection: enabled, istio.io/dataplane-mode: ambient") + ring(no),
       "1.0..1.8", "1.21.."},
      {"another word is no mode", name_space("istio.io/dataplane-mode: on") + ring(), "none",
       "none"},

      {"an installation that injects all",
       "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: i}\nspec: "
       "{values: {sidecarInjectorWebhook: {enableNamespacesByDefault: true}}}\n---\n" +
           plain + ring(),
       "any", "none"},
  };
  for (const auto& row : rows) {
    check(row, {}, false);
    check(row, {}, true);  // what the files tell needs no guess
  }
}

TEST_CASE("a sidecar that stands in the template is there whatever else is said") {
  const auto with = [](std::string_view container, std::string_view annotations = "") {
    return name_space("istio-injection: disabled") + fmt::format(R"(apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: cassandra, namespace: data}}
spec:
  template:
    metadata: {{annotations: {{{}}}}}
    spec: {{containers: [{}, {}]}}
)",
                                                                 annotations, cassandra, container);
  };
  const Row rows[] = {
      {"injected by istioctl",
       with("{name: istio-proxy, image: 'istio/proxyv2:1.9.0', args: [proxy, sidecar]}"), "any",
       "none"},
      {"injected, as its status tells",
       with("{name: istio-proxy, image: 'istio/proxyv2:1.9.0'}", "sidecar.istio.io/status: '{}'"),
       "any", "none"},
      {"settings for the injector",
       with("{name: istio-proxy, image: auto, args: [proxy, sidecar]}"), "none", "none"},
      {"settings without an image", with("{name: istio-proxy, resources: {}}"), "none", "none"},
      {"another container", with("{name: proxy, image: nginx, args: [sidecar]}"), "none", "none"},
  };
  for (const auto& row : rows) check(row, {}, false);
}

TEST_CASE("without the Namespace a proxy is assumed where the ring is meant to be in the mesh") {
  const std::string yes = "sidecar.istio.io/inject: 'true'";
  const std::string no = "sidecar.istio.io/inject: 'false'";
  const std::string elsewhere = name_space("istio-injection: enabled", "other");
  const Row meant[] = {
      {"nothing is said", ring(), "any", "none", false},
      {"another Namespace is no help", elsewhere + ring(), "any", "none", false},
      {"an annotation alone decides nothing", ring("", yes), "any", "none", false},
      {"the label of the pods decides", ring(yes), "any", "none"},
      {"a revision of the pods decides", ring("istio.io/rev: canary"), "any", "none"},
      {"pods that refuse", ring("", no), "none", "none"},
      {"pods that refuse by label", ring(no), "1.0..1.8", "none"},
      {"pods in ambient mode", ring("istio.io/dataplane-mode: ambient"), "none", "1.22.."},
      {"pods outside of ambient mode may have a sidecar", ring("istio.io/dataplane-mode: none"),
       "any", "none", false},
      {"hostNetwork", ring("", "", "hostNetwork: true"), "none", "none"},
  };
  for (const auto& row : meant) check(row, {}, true);
  const Row not_meant[] = {
      {"nothing is said", ring(), "none", "none", false},
      {"pods that refuse by label", ring(no), "none", "none"},
      {"the label of the pods decides", ring(yes), "any", "none"},
  };
  for (const auto& row : not_meant) check(row, {}, false);
}

TEST_CASE("the mode of the mesh says what is assumed") {
  mesh::Settings settings;
  const auto enabled = name_space("istio-injection: enabled");
  settings.mode = mesh::Mode::ambient;
  check({"assumed", ring(), "none", "1.21..", false}, settings, true);
  check({"not meant", ring(), "none", "none", false}, settings, false);
  check({"a Namespace without a label is known", name_space("") + ring(), "none", "none"}, settings,
        true);
  check({"a Namespace with sidecars as well", enabled + ring(), "any", "none"}, settings, true);
  check({"pods outside", ring("istio.io/dataplane-mode: none"), "none", "none"}, settings, true);
  settings.mode = mesh::Mode::sidecar;
  check({"assumed", ring(), "any", "none", false}, settings, true);
  settings.mode = mesh::Mode::none;
  check({"no mesh", enabled + ring(), "none", "none"}, settings, true);
}

TEST_CASE("pods of which only the namespace is known are injected as it says") {
  const Objects objects(name_space("istio-injection: enabled", "shop") + name_space("", "data"));
  const auto of = [&](std::string_view where, bool is_meant) {
    const auto injection = engine::injection_of(where, objects.set, mesh::Settings{}, is_meant);
    return fmt::format("{} {}", to_string(injection.sidecar), injection.is_known);
  };
  CHECK(of("shop", false) == "any true");
  CHECK(of("data", true) == "none true");
  CHECK(of("other", true) == "any false");
  CHECK(of("other", false) == "none false");
}

TEST_CASE("the grounds for a proxy are told as they are on a version") {
  const auto why = [](const std::string& text, mesh::IstioVersion version) {
    const Objects objects(text);
    const auto injection =
        engine::injection_of(objects.stateful_set(), objects.set, mesh::Settings{}, true);
    const auto grounds = engine::grounds_on(injection, version);
    return fmt::format("{} | {}", grounds.why,
                       grounds.by.object == nullptr ? "-" : k8s::described(*grounds.by.object));
  };
  const std::string refusing =
      name_space("istio-injection: enabled") + ring("sidecar.istio.io/inject: 'false'");
  CHECK(why(refusing, {8, 0}) ==
        "namespace 'data' has the label istio-injection: enabled | Namespace 'data'");
  CHECK(why(refusing, {20, 0}) ==
        "the pods have the label sidecar.istio.io/inject: false | StatefulSet 'data/cassandra'");
  CHECK(why(name_space("istio.io/rev: canary") + ring(), {5, 0}) ==
        "namespace 'data' has the label istio.io/rev: canary, which does nothing on Istio 1.5.0 | "
        "Namespace 'data'");
  CHECK(why(name_space("istio.io/dataplane-mode: ambient") + ring("istio.io/dataplane-mode: none"),
            {24, 0}) ==
        "the pods have the label istio.io/dataplane-mode: none | StatefulSet 'data/cassandra'");
  CHECK(why(name_space("istio-injection: enabled") + ring("", "sidecar.istio.io/inject: 'false'"),
            {24, 0}) ==
        "the pods have the annotation sidecar.istio.io/inject: false | StatefulSet "
        "'data/cassandra'");
  CHECK(why(ring(), {24, 0}) ==
        "the labels of namespace 'data' decide, which is not in the files | -");
}

namespace {

/// What says that the ring is meant to be in the mesh: the object's name, or `no`.
std::string intent(const std::string& text, const mesh::Settings& settings = {}) {
  const Objects objects(text);
  const auto rings = mesh::find_rings(objects.set, settings);
  REQUIRE_FALSE(rings.empty());
  const auto found = engine::intent_of(rings.front(), objects.set, settings);
  if (!found.is_meant) return "no";
  return found.by.object == nullptr ? "the setting" : k8s::described(*found.by.object);
}

std::string object(std::string_view kind, std::string_view spec, std::string_view where = "data") {
  const bool is_policy = kind.ends_with("Authentication") || kind == "AuthorizationPolicy";
  return fmt::format(
      "apiVersion: {}.istio.io/v1beta1\nkind: {}\nmetadata: {{name: it, namespace: "
      "{}}}\nspec: {{{}}}\n---\n",
      is_policy ? "security" : "networking", kind, where, spec);
}

std::string deployment(std::string_view labels, std::string_view where = "data") {
  return fmt::format(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: {}}}"
      "\nspec: {{template: {{metadata: {{labels: {{{}}}}}, spec: {{containers: "
      "[{{name: web, image: web}}]}}}}}}\n---\n",
      where, labels);
}

}  // namespace

TEST_CASE("labels, policies and routes say that a ring is meant to be in the mesh") {
  const std::string yes = "sidecar.istio.io/inject: 'true'";
  const std::string strict = "mtls: {mode: STRICT}";
  const std::string host = "host: cassandra.data.svc.cluster.local";
  const std::string hosts = "hosts: [cassandra.data.svc.cluster.local]";
  struct Intended {
    std::string text;
    std::string_view by;
  };
  const Intended rows[] = {
      {"", "no"},
      {name_space("istio-injection: enabled"), "Namespace 'data'"},
      {name_space("istio.io/rev: canary"), "Namespace 'data'"},
      {name_space("istio.io/dataplane-mode: ambient"), "Namespace 'data'"},
      {name_space("istio-injection: disabled, istio.io/rev: canary"), "no"},
      {name_space("istio-injection: enabled", "other"), "no"},
      {deployment(yes), "Deployment 'data/web'"},
      {deployment("sidecar.istio.io/inject: 'false'"), "no"},
      {deployment(yes, "shop"), "no"},
      {object("PeerAuthentication", strict), "PeerAuthentication 'data/it'"},
      {object("PeerAuthentication", "selector: {matchLabels: {app: cassandra}}, " + strict),
       "PeerAuthentication 'data/it'"},
      {object("PeerAuthentication", "selector: {matchLabels: {app: web}}, " + strict), "no"},
      // The mesh asks for mTLS of those that are in it.
      {object("PeerAuthentication", strict, "istio-system"), "no"},
      {object("AuthorizationPolicy", "rules: []"), "AuthorizationPolicy 'data/it'"},
      {object("AuthorizationPolicy", "rules: []", "shop"), "no"},
      {object("Sidecar", "egress: [{hosts: ['./*']}]"), "Sidecar 'data/it'"},
      {object("DestinationRule", host + ", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}", "shop"),
       "no"},  // nobody looks there who connects to the ring
      {object("DestinationRule", host + ", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}",
              "istio-system"),
       "DestinationRule 'istio-system/it'"},
      {object("DestinationRule", host + ", trafficPolicy: {tls: {mode: DISABLE}}"), "no"},
      {object("DestinationRule", "host: '*.local'", "istio-system"), "no"},
      {object("DestinationRule", "host: web.shop.svc.cluster.local", "shop"), "no"},
      {object("DestinationRule", "host: web"), "DestinationRule 'data/it'"},
      {object("VirtualService", hosts, "shop"), "VirtualService 'shop/it'"},
      {object("VirtualService", hosts + ", gateways: [edge]", "shop"), "no"},
      {object("VirtualService", hosts + ", gateways: [edge, mesh]", "shop"),
       "VirtualService 'shop/it'"},
      {object("ServiceEntry", hosts, "shop"), "ServiceEntry 'shop/it'"},
      {object("ServiceEntry", "hosts: [example.com]", "shop"), "no"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(intent(row.text + ring()) == row.by);
  }
}

TEST_CASE("what stands on the ring itself says that it is meant to be in the mesh") {
  const std::string it = "StatefulSet 'data/cassandra'";
  CHECK(intent(ring("sidecar.istio.io/inject: 'true'")) == it);
  CHECK(intent(ring("istio.io/rev: canary")) == it);
  CHECK(intent(ring("istio.io/dataplane-mode: ambient")) == it);
  CHECK(intent(ring("", "sidecar.istio.io/inject: 'true'")) == it);
  CHECK(intent(ring("", "traffic.sidecar.istio.io/excludeInboundPorts: '7000'")) == it);
  CHECK(intent(ring("", "proxy.istio.io/config: '{}'")) == it);
  CHECK(intent(ring("sidecar.istio.io/inject: 'false'")) == "no");
  CHECK(intent(ring("sidecar.istio.io/inject: 'false'", "proxy.istio.io/config: '{}'")) == "no");
  // In the wrong place it is a wish all the same.
  CHECK(intent("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: cassandra, namespace: "
               "data, annotations: {sidecar.istio.io/inject: 'true'}}\nspec: {template: {spec: "
               "{containers: [{name: cassandra, image: cassandra}]}}}\n") == it);
}

TEST_CASE("the setting of the mode says whether rings are meant to be in the mesh") {
  mesh::Settings settings;
  settings.mode = mesh::Mode::sidecar;
  CHECK(intent(ring(), settings) == "the setting");
  settings.mode = mesh::Mode::ambient;
  CHECK(intent(ring(), settings) == "the setting");
  settings.mode = mesh::Mode::none;
  CHECK(intent(name_space("istio-injection: enabled") + ring(), settings) == "no");
}
