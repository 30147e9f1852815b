#include "fields/fields.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/source.hpp"
#include "fields/scalar.hpp"
#include "support.hpp"

using namespace cassmesh;
using namespace cassmesh::fields;

namespace {

constexpr std::string_view networking = "networking.istio.io";

std::string values_of(const Type& type) {
  std::vector<std::string> values;
  for (const auto& value : type.values) {
    const auto istio = to_string(value.istio);
    values.push_back(istio == "any" ? std::string(value.name)
                                    : fmt::format("{} {}", value.name, istio));
  }
  return fmt::format("{}", fmt::join(values, ", "));
}

std::string described(const Type& type) {
  switch (type.kind) {
    case Kind::open:
      return "open";
    case Kind::message:
      return "message";
    case Kind::list:
      return "list of " + described(type.inner.front());
    case Kind::map:
      return fmt::format("map{} of {}", type.keyed_by_number ? " by number" : "",
                         described(type.inner.front()));
    case Kind::string:
      return "string";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return fmt::format("integer {} to {}", *type.least, *type.greatest);
    case Kind::integer_or_string:
      return "integer or string";
    case Kind::number:
      return "number";
    case Kind::duration:
      return "duration";
    case Kind::enumeration:
      return "one of " + values_of(type);
  }
  return {};
}

/// The type of the field at a path below `spec` and the versions that have it.
std::string look_up(std::string_view group, std::string_view kind, std::string_view path) {
  const auto* found = fields_of(group, kind);
  if (found == nullptr) return "no kind";
  const auto* message = found->spec;
  while (true) {
    const auto dot = path.find('.');
    const auto* field = message->find(path.substr(0, dot));
    if (field == nullptr) return "no field";
    if (dot == std::string_view::npos)
      return fmt::format("{} | {}", described(field->type), to_string(field->istio));
    path.remove_prefix(dot + 1);
    const auto* type = &field->type;
    while (!type->inner.empty()) type = &type->inner.front();
    if (type->message == nullptr) return "no message";
    message = type->message;
  }
}

/// What a plain scalar is in JSON.
Json json_of(std::string_view text) {
  Sources sources;
  const auto documents = yaml::parse(sources.add("a.yaml", fmt::format("a: {}\n", text)));
  return json_type(documents.front().root()["a"]);
}

double number_in(std::string_view text) {
  Sources sources;
  const auto documents = yaml::parse(sources.add("a.yaml", fmt::format("a: {}\n", text)));
  return number_of(documents.front().root()["a"]);
}

}  // namespace

TEST_CASE("the table of fields says what the definitions of each release say") {
  struct Case {
    std::string_view group, kind, path, expected;
  };
  const auto* const port = "integer 1 to 65535 | any";
  for (const auto& [group, kind, path, expected] : std::vector<Case>{
           {networking, "DestinationRule", "host", "string | any"},
           {networking, "DestinationRule", "exportTo", "list of string | 1.1.."},
           {networking, "DestinationRule", "workloadSelector", "message | 1.14.."},
           {networking, "DestinationRule", "trafficPolicy.tls.mode",
            "one of DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL | any"},
           {networking, "DestinationRule", "trafficPolicy.loadBalancer.simple",
            "one of ROUND_ROBIN, LEAST_CONN, RANDOM, PASSTHROUGH, UNSPECIFIED 1.14.., "
            "LEAST_REQUEST 1.14.. | any"},
           {networking, "DestinationRule", "trafficPolicy.connectionPool.tcp.connectTimeout",
            "duration | any"},
           {networking, "DestinationRule", "trafficPolicy.portLevelSettings.port.number", port},
           {networking, "DestinationRule", "subsets.labels", "map of string | any"},
           {networking, "DestinationRule", "subsets.trafficPolicy.tls.mod", "no field"},
           {networking, "ServiceEntry", "resolution",
            "one of NONE, STATIC, DNS, DNS_ROUND_ROBIN 1.12.., DYNAMIC_DNS 1.28.. | any"},
           {networking, "ServiceEntry", "workloadSelector", "message | 1.6.."},
           {networking, "VirtualService", "http.mirror_percent", "integer 0 to 4294967295 | 1.4.."},
           {networking, "VirtualService", "http.websocketUpgrade", "boolean | 1.0..1.4"},
           {networking, "Sidecar", "inboundConnectionPool", "message | 1.20.."},
           {networking, "EnvoyFilter", "configPatches.patch.value", "open | any"},
           {networking, "EnvoyFilter", "targetRefs", "list of message | 1.22.."},
           {"security.istio.io", "PeerAuthentication", "portLevelMtls",
            "map by number of message | any"},
           {"security.istio.io", "AuthorizationPolicy", "action",
            "one of ALLOW, DENY, AUDIT 1.7.., CUSTOM 1.8.. | 1.5.."},
           {"authentication.istio.io", "MeshPolicy", "peers.mtls.mode",
            "one of STRICT, PERMISSIVE | any"},
           {"install.istio.io", "IstioOperator", "components.pilot.k8s", "open | any"},
           {"install.istio.io", "IstioOperator", "values", "open | any"},
           {"gateway.networking.k8s.io", "Gateway", "listeners", "no kind"},
           {networking, "Policy", "peers", "no kind"},
       }) {
    CAPTURE(kind, path);
    CHECK(look_up(group, kind, path) == expected);
  }
}

TEST_CASE("the table of fields knows since when a kind is there") {
  struct Case {
    std::string_view group, kind, istio;
  };
  for (const auto& [group, kind, istio] : std::vector<Case>{
           {networking, "DestinationRule", "any"},
           {networking, "Sidecar", "1.1.."},
           {networking, "WorkloadGroup", "1.8.."},
           {"security.istio.io", "AuthorizationPolicy", "1.4.."},
           {"authentication.istio.io", "Policy", "1.0..1.5"},
           {"telemetry.istio.io", "Telemetry", "1.10.."},
       }) {
    CAPTURE(kind);
    REQUIRE(fields_of(group, kind) != nullptr);
    CHECK(to_string(fields_of(group, kind)->istio) == istio);
  }
}

TEST_CASE("a field that stands at the wrong place is found at its right one") {
  const auto* rule = fields_of(networking, "DestinationRule");
  const auto* service = fields_of(networking, "VirtualService");
  REQUIRE(rule != nullptr);
  REQUIRE(service != nullptr);
  struct Case {
    const Message* below;
    std::string_view name, expected;
  };
  for (const auto& [below, name, expected] : std::vector<Case>{
           {rule->spec, "connectionPool", "trafficPolicy"},
           {rule->spec, "maxConnections", "trafficPolicy.connectionPool.tcp"},
           {rule->spec, "nonsense", ""},
           {service->spec, "fault", "http"},
           {service->spec, "destination", ""},  // of `http.route`, `tcp.route` and `tls.route`
       }) {
    CAPTURE(name);
    CHECK(fmt::format("{}", fmt::join(where_else(name, *below), ".")) == expected);
  }
}

TEST_CASE("names of protocol buffers become those of JSON") {
  CHECK(in_camel_case("export_to") == "exportTo");
  CHECK(in_camel_case("consecutive_5xx_errors") == "consecutive_5xxErrors");
  CHECK(in_camel_case("_err_") == "Err_");
  CHECK(in_camel_case("host") == "host");
}

TEST_CASE("a plain scalar is what YAML 1.1 takes it for") {
  const auto all_are = [](Json json, const std::vector<std::string_view>& texts) {
    for (const auto text : texts) {
      CAPTURE(text);
      CHECK(json_of(text) == json);
    }
  };
  all_are(Json::boolean, {"true", "True", "TRUE", "yes", "on", "Off", "n"});
  all_are(Json::integer, {"0", "80", "-1", "+5", "0x1F", "0b11", "0o17", "017", "1_000"});
  all_are(Json::fraction, {"1.5", "1.", ".5", "1e3", "-1.5E-3", "08"});
  all_are(Json::text, {"tRUE", "v1", "1.2.3", "10s", "+", "..", "0x", "1e", "2020-01-01", "\"80\"",
                       "'true'", "!!str 80"});
  all_are(Json::null, {"", "~", "null", "Null"});
  all_are(Json::list, {"[]"});
  all_are(Json::object, {"{}"});
}

TEST_CASE("numbers are read in every base") {
  CHECK(number_in("70000") == 70000);
  CHECK(number_in("-0x10") == -16);
  CHECK(number_in("010") == 8);
  CHECK(number_in("1_000") == 1000);
  CHECK(number_in("2.5") == 2.5);
}

TEST_CASE("durations are those of Go") {
  for (const auto* good : {"0", "5s", "1.5h", "1h30m", "-5ms", "+1us", "1µs", ".5s", "1.s"}) {
    CAPTURE(good);
    CHECK(is_duration(good));
  }
  for (const auto* bad : {"", "5", "s", "5 s", "5d", "5S", ".s", "1.2.3s", "-", "1h30", "5s "}) {
    CAPTURE(bad);
    CHECK_FALSE(is_duration(bad));
  }
}
