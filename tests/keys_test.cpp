// No key of the spec is forgotten: each of them changes what is rendered.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/render.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/spec.hpp"
#include "rendered.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// A value that changes the manifest, and the spec in which it does.
struct KeyUse {
  std::string value;   ///< for a key of a list's items: the whole list
  std::string around;  ///< without the key
};

const std::map<std::string_view, KeyUse> key_uses{
    {"name", {"ring", ""}},
    {"namespace", {"db", ""}},
    {"createNamespace", {"false", ""}},
    {"labels", {"{team: data}", ""}},
    {"annotations", {"{note: a}", ""}},
    {"replicas", {"5", ""}},
    {"seeds", {"3", ""}},
    {"cluster.name", {"Orders", ""}},
    {"cluster.datacenter", {"dc1", ""}},
    {"cluster.rack", {"r1", ""}},
    {"cluster.snitch", {"Ec2Snitch", "image: cassandra:4.1.8"}},
    {"cluster.numTokens", {"16", ""}},
    {"image", {"cassandra:4.1.8", ""}},
    {"imagePullPolicy", {"Always", ""}},
    {"imagePullSecrets", {"[{name: registry}]", ""}},
    {"flavour", {"google-samples", "{image: 'example.com/mine:1', version: 3.11.2}"}},
    {"version", {"4.1.3", "image: cassandra:4.1"}},
    {"listen", {"pod-ip", ""}},
    {"mesh.istio", {"1.24", "mesh: {mtls: strict}"}},
    {"mesh.mode", {"none", ""}},
    {"mesh.injection", {"pod-label", ""}},
    {"mesh.revision", {"canary", ""}},
    {"mesh.mtls", {"strict", ""}},
    {"mesh.clients", {"[{namespace: shop}]", ""}},
    {"mesh.clients[].namespace", {"[{namespace: web}]", "mesh: {clients: [{namespace: shop}]}"}},
    {"mesh.clients[].serviceAccount",
     {"[{namespace: shop, serviceAccount: orders}]", "mesh: {clients: [{namespace: shop}]}"}},
    {"mesh.clients[].ports",
     {"[{namespace: shop, ports: [7199]}]", "mesh: {clients: [{namespace: shop}]}"}},
    {"ports.cql", {"9999", ""}},
    {"ports.internode", {"7005", ""}},
    {"ports.internodeTls", {"false", ""}},
    {"ports.jmx", {"7299", ""}},
    {"storage.size", {"2Gi", ""}},
    {"storage.class", {"fast", ""}},
    {"storage.accessMode", {"ReadWriteMany", ""}},
    {"heap.max", {"256M", ""}},
    {"heap.new", {"50M", ""}},
    {"resources", {"{limits: {memory: 4Gi}}", ""}},
    {"env", {"[{name: A, value: b}]", ""}},
    {"nodeSelector", {"{disk: ssd}", ""}},
    {"tolerations", {"[{key: a, operator: Exists}]", ""}},
    {"affinity", {"{podAntiAffinity: {}}", ""}},
    {"topologySpreadConstraints",
     {"[{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]", ""}},
    {"podSecurityContext", {"{fsGroup: 999}", ""}},
    {"securityContext", {"{privileged: false}", ""}},
    {"serviceAccount", {"db", ""}},
    {"terminationGracePeriodSeconds", {"600", ""}},
    {"podDisruptionBudget", {"{maxUnavailable: 1}", ""}},
    {"racks", {"[{name: a}]", ""}},
    {"racks[].name", {"[{name: b}]", "racks: [{name: a}]"}},
    {"racks[].replicas", {"[{name: a, replicas: 2}]", "racks: [{name: a}]"}},
    {"racks[].zone", {"[{name: a, zone: z1}]", "racks: [{name: a}]"}},
    {"racks[].nodeSelector", {"[{name: a, nodeSelector: {disk: ssd}}]", "racks: [{name: a}]"}},
    {"testClient", {"true", ""}},
    {"patches", {"[{target: {kind: Service}, merge: {spec: {a: b}}}]", ""}},
    {"patches[].target.kind",
     {"[{target: {kind: StatefulSet}, merge: {spec: {a: b}}}]",
      "patches: [{target: {kind: Service}, merge: {spec: {a: b}}}]"}},
    {"patches[].target.name",
     {"[{target: {kind: StatefulSet, name: cassandra-a}, merge: {spec: {a: b}}}]",
      "{racks: [{name: a}, {name: b}], patches: [{target: {kind: StatefulSet}, merge: {spec: {a: "
      "b}}}]}"}},
    {"patches[].merge",
     {"[{target: {kind: Service}, merge: {spec: {a: c}}}]",
      "patches: [{target: {kind: Service}, merge: {spec: {a: b}}}]"}},
};

/// The value at `path`; of a list the first item's.
const yaml::Value& at(const spec::ClusterSpec& spec, std::string_view path) {
  const auto list = path.find("[].");
  if (list == path.npos) return spec.value(path);
  const auto* value = &spec.value(path.substr(0, list)).entries.front().value;
  for (auto rest = path.substr(list + 3); !rest.empty();) {
    const auto end = std::min(rest.find('.'), rest.size());
    value = &(*value)[rest.substr(0, end)];
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return *value;
}

/// The objects that come of a spec with, perhaps, a key set in it.
std::string objects_with(const std::string& around, std::string_view path, std::string_view value) {
  Sources texts;
  std::vector<Finding> problems;
  const std::vector<const Source*> files{&texts.add("spec.yaml", around)};
  std::vector<const Source*> sets;
  if (!value.empty()) {
    sets = {&texts.add("--set", fmt::format("{}={}", path.substr(0, path.find('[')), value))};
  }
  const auto spec = spec::read(files, sets, problems);
  const auto manifest = render::render(spec, {.origin = "", .command = ""}, problems);
  INFO(report::text(problems, texts, false));
  REQUIRE(manifest);
  if (!value.empty()) CHECK(at(spec, path));
  return objects_of(*manifest);
}

}  // namespace

TEST_CASE("every key of the spec changes the objects") {
  for (const auto& key : spec::keys()) {
    if (key.type == spec::Type::group) continue;
    INFO(key.path << " needs a row in key_uses with a value that makes a difference");
    const auto use = key_uses.find(key.path);
    REQUIRE(use != key_uses.end());
    const auto& [value, around] = use->second;
    CHECK(objects_with(around, key.path, value) != objects_with(around, key.path, ""));
  }
  for (const auto& [path, use] : key_uses) {
    INFO(path);
    CHECK(spec::find_key(path) != nullptr);
  }
}
