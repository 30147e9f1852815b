// An unknown key is a slip of the pen, a key at the wrong place, or a field of Kubernetes' own.

#include "meant.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "../text.hpp"
#include "cassmesh/spec.hpp"
#include "words.hpp"

namespace cassmesh::spec {
namespace {

/// Fields of the rendered objects that no key sets, and what to patch them by; `@` stands for the
/// field.
struct Patched {
  std::string_view merge;
  std::vector<std::string_view> fields;
};

/// Source: k8s.io/api core/v1 PodSpec, Container and ServiceSpec, apps/v1 StatefulSetSpec; the
/// pods' labels and annotations are called as Helm charts do.
const std::array patched{
    Patched{"{spec: {template: {spec: {@: …}}}}",
            {"automountServiceAccountToken",
             "containers",
             "dnsConfig",
             "dnsPolicy",
             "enableServiceLinks",
             "hostAliases",
             "hostIPC",
             "hostNetwork",
             "hostPID",
             "hostUsers",
             "initContainers",
             "nodeName",
             "os",
             "overhead",
             "preemptionPolicy",
             "priority",
             "priorityClassName",
             "readinessGates",
             "runtimeClassName",
             "schedulerName",
             "schedulingGates",
             "setHostnameAsFQDN",
             "shareProcessNamespace",
             "volumes"}},
    Patched{"{spec: {template: {spec: {containers: [{name: cassandra, @: …}]}}}}",
            {"args", "command", "envFrom", "lifecycle", "livenessProbe", "readinessProbe",
             "startupProbe", "stdin", "terminationMessagePath", "terminationMessagePolicy", "tty",
             "volumeDevices", "volumeMounts", "workingDir"}},
    Patched{"{spec: {@: …}}",
            {
                "minReadySeconds",
                "ordinals",
                "persistentVolumeClaimRetentionPolicy",
                "podManagementPolicy",
                "revisionHistoryLimit",
                "updateStrategy",
            }},
    Patched{"{spec: {template: {metadata: {annotations: …}}}}", {"podAnnotations"}},
    Patched{"{spec: {template: {metadata: {labels: …}}}}", {"podLabels"}},
};

/// The patch that sets a field of Kubernetes' own; empty if it is none that is known.
std::string patch_for(std::string_view name) {
  const auto known = std::ranges::find_if(patched, [&](const Patched& row) {
    return std::ranges::find(row.fields, name) != row.fields.end();
  });
  if (known == patched.end()) return {};
  auto merge = std::string(known->merge);
  if (const auto at = merge.find('@'); at != std::string::npos) merge.replace(at, 1, name);
  return fmt::format("patch it in: 'patches: [{{target: {{kind: StatefulSet}}, merge: {}}}]'",
                     merge);
}

/// Where a key of that name stands that is not known here: `datacenter` is `cluster.datacenter`.
std::string elsewhere(std::string_view name) {
  const auto all = keys();
  const auto found = std::ranges::find_if(all, [&](const Key& key) {
    return last_part(key.path) == name && key.path.find('[') == std::string_view::npos;
  });
  if (found == all.end()) return {};
  return found->path == name ? fmt::format("'{}' stands at the top level", name)
                             : fmt::format("did you mean '{}'?", found->path);
}

/// How to write a path that was given as one key: `cluster.name` is `cluster: {name: …}`.
std::string nested(std::string_view path) {
  const auto dot = path.find('.');
  if (dot == std::string_view::npos || !find_key(path)) return {};
  return fmt::format("write it as a mapping: '{}: {{{}: …}}'", path.substr(0, dot),
                     path.substr(dot + 1));
}

}  // namespace

std::string meant_key(std::string_view name, std::string_view path) {
  if (path.empty()) {
    if (auto fix = nested(name); !fix.empty()) return fix;
    if (auto fix = patch_for(name); !fix.empty()) return fix;
  }
  const auto here = keys_below(path);
  std::vector<std::string_view> names(here.size());
  std::ranges::transform(here, names.begin(), [](const Key* key) { return last_part(key->path); });
  if (const auto near = closest(name, names); !near.empty()) {
    return fmt::format("did you mean '{}'?", near);
  }
  const auto other = path.find('[') == std::string_view::npos ? elsewhere(name) : std::string();
  return other.empty() ? fmt::format("the keys here are {}", names_of(here)) : other;
}

}  // namespace cassmesh::spec
