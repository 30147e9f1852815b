#include "selectors.hpp"

#include <algorithm>
#include <array>

namespace cassmesh::mesh {
namespace {

/// Where a kind has its selector, and its labels in there.
struct Row {
  std::string_view kind;
  std::string_view field;
  std::string_view labels;  ///< empty: the selector itself is the mapping
  bool through_the_mesh;    ///< from the root namespace
};

// Through the mesh, in istio/istio 1.24.0 pilot/pkg/model: authorization.go, authentication.go,
// push_context.go (getMatchedEnvoyFilters, WasmPluginsByListenerInfo). Not so telemetry.go,
// sidecar.go.
constexpr std::array rows{
    Row{"AuthorizationPolicy", "selector", "matchLabels", true},
    Row{"DestinationRule", "workloadSelector", "matchLabels", false},
    Row{"EnvoyFilter", "workloadSelector", "labels", true},
    Row{"NetworkPolicy", "podSelector", "matchLabels", false},
    Row{"PeerAuthentication", "selector", "matchLabels", false},
    Row{"PodDisruptionBudget", "selector", "matchLabels", false},
    Row{"ProxyConfig", "selector", "matchLabels", true},
    Row{"RequestAuthentication", "selector", "matchLabels", true},
    Row{"Service", "selector", "", false},
    Row{"ServiceEntry", "workloadSelector", "labels", false},
    Row{"Sidecar", "workloadSelector", "labels", false},
    Row{"Telemetry", "selector", "matchLabels", false},
    Row{"WasmPlugin", "selector", "matchLabels", true},
};

const Row* row_of(const k8s::Object& object) {
  const auto found =
      std::ranges::find_if(rows, [&](const Row& row) { return object.is(row.kind); });
  return found == rows.end() ? nullptr : &*found;
}

constexpr auto kinds = [] {
  std::array<std::string_view, rows.size()> names{};
  std::ranges::transform(rows, names.begin(), &Row::kind);
  return names;
}();

}  // namespace

std::span<const std::string_view> kinds_with_selector() {
  return kinds;
}

Selector selector_of(const k8s::Object& object) {
  const auto* row = row_of(object);
  if (row == nullptr || object["spec"]["type"].text() == "ExternalName") return {};
  const auto node = object["spec"][row->field];
  const auto labels = row->labels.empty() ? node : node[row->labels];
  return {.node = node,
          .labels = labels.is_mapping() ? labels : yaml::Node(),
          .expressions = node["matchExpressions"]};
}

std::string_view selected_namespace(const k8s::Object& object, const Settings& settings) {
  const auto* row = row_of(object);
  const bool all =
      row != nullptr && row->through_the_mesh && object.name_space() == settings.root_namespace;
  return all ? std::string_view() : object.name_space();
}

}  // namespace cassmesh::mesh
