// The table of Istio's annotations and labels, and what is made of it.

#include "fields/annotations.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "fields/address_ranges.hpp"
#include "fields/annotation_values.hpp"
#include "support.hpp"
#include "text.hpp"

using namespace cassmesh;
using namespace cassmesh::fields;

namespace {

std::string described(std::string_view name, Use use) {
  const auto* key = key_of(name, use);
  return key == nullptr ? "none" : fmt::format("{} {}", key->resources, to_string(key->istio));
}

/// `label istio-injection`, or nothing.
std::string meant(std::string_view name, Use use, std::string_view istio = "any") {
  const auto* key = meant_by(name, use, mesh::VersionRange::parse(istio));
  return key == nullptr ? "" : fmt::format("{} {}", to_string(key->use), key->name);
}

std::string refused(std::string_view annotation, std::string_view value,
                    std::string_view istio = "any") {
  std::vector<std::string> all;
  for (const auto& each : refusals(annotation, value, mesh::VersionRange::parse(istio)))
    all.push_back(fmt::format("{} on {}", each.why, to_string(each.istio)));
  return fmt::format("{}", fmt::join(all, "; "));
}

}  // namespace

TEST_CASE("Istio's annotations and labels are known by version") {
  CHECK(described("traffic.sidecar.istio.io/excludeInboundPorts", Use::annotation) == "Pod any");
  CHECK(described("traffic.sidecar.istio.io/excludeOutboundPorts", Use::annotation) == "Pod 1.2..");
  CHECK(described("sidecar.istio.io/enableCoreDump", Use::annotation) == "Pod 1.5..1.24");
  CHECK(described("istio-injection", Use::label) == "Namespace any");
  CHECK(described("istio-injection", Use::annotation) == "none");
  CHECK(described("istio.io/dataplane-mode", Use::label) == "Namespace|Pod 1.18..");
  CHECK(described("sidecar.istio.io/capNetBindService", Use::annotation) == "none");
  CHECK(to_string(versions_reading("sidecar.istio.io/capNetBindService")) == "1.5..");
  CHECK(to_string(versions_reading("sidecar.istio.io/inject")) == "any");
  CHECK(versions_reading("sidecar.istio.io/injected").empty());
}

TEST_CASE("what was meant by a key is told where it is near") {
  struct Row {
    std::string_view written;
    std::string_view meant;
  };
  constexpr auto annotation = Use::annotation;
  const std::vector<Row> rows{
      {"sidecar.istio.io/Inject", "annotation sidecar.istio.io/inject"},
      {"Sidecar.istio.io/logLevel", "annotation sidecar.istio.io/logLevel"},
      {"sidecar.istio.io/injection", "annotation sidecar.istio.io/inject"},
      {"sidecar.istio.io/proxyCPULimits", "annotation sidecar.istio.io/proxyCPULimit"},
      {"proxy.istio.io/inject", "annotation sidecar.istio.io/inject"},
      {"traffic.istio.io/excludeOutboundIPRanges",
       "annotation traffic.sidecar.istio.io/excludeOutboundIPRanges"},
      {"injector.istio.io/excludeOutboundPorts",
       "annotation traffic.sidecar.istio.io/excludeOutboundPorts"},
      {"traffic.sidecar.istio.oi/excludeInboundPorts",
       "annotation traffic.sidecar.istio.io/excludeInboundPorts"},
      {"istio-injecton", "label istio-injection"},
      {"istio_injection", "label istio-injection"},
      {"istio.io/dataplane-modes", "label istio.io/dataplane-mode"},
      // Known in some way, or near nothing.
      {"sidecar.istio.io/inject", ""},
      {"istio-injection", ""},
      {"sidecar.istio.io/capNetBindService", ""},
      {"sidecar.istio.io/proxyImagePullPolicy", ""},
      {"sidecar.istio.io/proxy", ""},
      {"traffic.sidecar.istio.io/excludeInboundIPRanges", ""},
      {"custom.istio.io/inject", ""},
      {"custom.istio.io/version", ""},
      {"injector.example.com/excludeOutboundPorts", ""},
      {"inject", ""},
      {"istio", ""},
      {"", ""},
      {"/", ""},
      {"istio.io/", ""},
  };
  for (const auto& [written, expected] : rows) {
    INFO(written);
    CHECK(meant(written, annotation) == expected);
  }
  CHECK(meant("sidecar.istio.io/injct", Use::label) == "label sidecar.istio.io/inject");
  CHECK(meant("policy.istio.io/chek", annotation) == "annotation policy.istio.io/check");
  CHECK(meant("policy.istio.io/chek", annotation, "1.10..").empty());
}

TEST_CASE("the injector refuses what is no port") {
  const std::string annotation = "traffic.sidecar.istio.io/excludeInboundPorts";
  CHECK(refused(annotation, "7000,7001").empty());
  CHECK(refused(annotation, "").empty());
  CHECK(refused(annotation, "007000").empty());
  CHECK(refused(annotation, "7000,7001\n", "1.1..").empty());
  CHECK(refused(annotation, " ", "1.1..").empty());
  CHECK(refused(annotation, "${PORTS}").empty());
  CHECK(refused(annotation, "CQL_PORT").empty());
  CHECK(refused(annotation, "7000, 7001, 7199") == "' 7001' is no port there on 1.0");
  CHECK(refused(annotation, "50000") == "'50000' is no port there on 1.0");
  CHECK(refused(annotation, "7000;7001") == "'7000;7001' is no port on any");
  CHECK(refused(annotation, "65536") == "'65536' is no port on any");
  CHECK(refused(annotation, "99999999999999999999") == "'99999999999999999999' is no port on any");
  CHECK(refused(annotation, "+7000") == "'+7000' is no port on any");
  CHECK(refused(annotation, "7000,") == "an item of the list is empty on any");
  CHECK(refused(annotation, "*") == "'*' is no port on any");
  CHECK(refused("traffic.sidecar.istio.io/includeInboundPorts", "*").empty());
  CHECK(refused("traffic.sidecar.istio.io/excludeOutboundPorts", "*") == "'*' is no port on 1.2..");
  CHECK(refused("traffic.sidecar.istio.io/includeOutboundPorts", "*").empty());
}

TEST_CASE("the injector refuses what is no range of addresses") {
  CHECK(is_address_range("10.0.0.0/8"));
  CHECK(is_address_range("10.0.0.1/32"));
  CHECK(is_address_range("::/0"));
  CHECK(is_address_range("fd00:1::7/64"));
  CHECK(is_address_range("1:2:3:4:5:6:7:8/128"));
  CHECK(is_address_range("::ffff:10.0.0.0/104"));
  CHECK_FALSE(is_address_range(""));
  CHECK_FALSE(is_address_range("10.0.0.0"));
  CHECK_FALSE(is_address_range("10.0.0/8"));
  CHECK_FALSE(is_address_range("10.0.0.0/33"));
  CHECK_FALSE(is_address_range("10.0.0.256/8"));
  CHECK_FALSE(is_address_range("10.0.0.0/"));
  CHECK_FALSE(is_address_range("1:2:3:4:5:6:7/64"));
  CHECK_FALSE(is_address_range("1::2::3/64"));
  CHECK_FALSE(is_address_range("1:2:3:4:5:6:7::8/64"));
  CHECK_FALSE(is_address_range("fd00::g/64"));
  CHECK_FALSE(is_address_range("fd00::/129"));
  CHECK_FALSE(is_address_range("10.0.0.0/8 "));
  const std::string annotation = "traffic.sidecar.istio.io/includeOutboundIPRanges";
  CHECK(refused(annotation, "*").empty());
  CHECK(refused(annotation, "10.0.0.0/8,*") == "'*' is no range of addresses on any");
  CHECK(refused(annotation, "10.0.0.0/8, 10.0.0.0/9") ==
        "'10.0.0.0/9' has spaces around it on any");
}

TEST_CASE("the injector refuses other values as its versions do") {
  CHECK(refused("sidecar.istio.io/interceptionMode", "NONE") == "'NONE' is no mode there on 1.0");
  CHECK(refused("sidecar.istio.io/interceptionMode", "redirect") == "'redirect' is no mode on any");
  CHECK(refused("sidecar.istio.io/enableCoreDump", "yes") ==
        "'yes' is neither true nor false on 1.5..1.24");
  CHECK(refused("sidecar.istio.io/proxyMemoryLimit", "1 Gi") == "'1 Gi' is no quantity on 1.6..");
  CHECK(refused("sidecar.istio.io/proxyMemoryLimit", "1Gi").empty());
  CHECK(refused("istio.io/reroute-virtual-interfaces", "eth0, 2nd") ==
        "'2nd' is no name of an interface on 1.30..");
  CHECK(refused("readiness.status.sidecar.istio.io/periodSeconds", "2s") ==
        "'2s' is no whole number on 1.1..");
  CHECK(refused("sidecar.istio.io/logLevel", "whatever").empty());
}

TEST_CASE("the injector refuses a ProxyConfig that it cannot read") {
  const std::string annotation = "proxy.istio.io/config";
  CHECK(refused(annotation, "").empty());
  CHECK(refused(annotation, "{}").empty());
  CHECK(refused(annotation, "concurrency: '2'\nunknown: [1]\nimage: {imageType: distroless}")
            .empty());
  CHECK(refused(annotation, "concurrency: two") ==
        "'concurrency' must be a whole number, not the text 'two' on 1.6..");
  CHECK(refused(annotation, "holdApplicationUntilProxyStarts: 'true'") ==
        "'holdApplicationUntilProxyStarts' must be true or false, not the text 'true' on 1.8..");
  CHECK(refused(annotation, "drainDuration: 45") ==
        "'drainDuration' must be a duration with its unit, as in '5s', not the number 45 on 1.6..");
  CHECK(refused(annotation, "proxyMetadata: {BOOTSTRAP_XDS_AGENT: true}") ==
        "'BOOTSTRAP_XDS_AGENT' must be a text, not the boolean true on 1.6..");
  CHECK(refused(annotation, "true") == "it must be a mapping, not the boolean true on 1.6..");
  CHECK(refused(annotation, "a: [").starts_with("it is no YAML ("));
}

TEST_CASE("what istiod ignores of a Service is told") {
  const auto any = mesh::VersionRange::any();
  CHECK(ignored_values("networking.istio.io/exportTo", "., data, ~,", any).empty());
  const auto found = ignored_values("networking.istio.io/exportTo", "data;shop", any);
  REQUIRE(found.size() == 1);
  CHECK(found.front().why == "'data;shop' is no namespace");
  CHECK(to_string(found.front().istio) == "1.7..");
  CHECK(ignored_values("networking.istio.io/traffic-distribution", "PreferSameZone", any).empty());
  CHECK(ignored_values("networking.istio.io/traffic-distribution", "Close", any).size() == 1);
}

TEST_CASE("slips are counted letter by letter") {
  CHECK(slips("", "") == 0);
  CHECK(slips("inject", "inject") == 0);
  CHECK(slips("injcet", "inject") == 1);
  CHECK(slips("injct", "inject") == 1);
  CHECK(slips("include", "exclude") == 2);
}
