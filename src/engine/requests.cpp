#include "requests.hpp"

#include <algorithm>
#include <array>

#include "../fields/annotations.hpp"
#include "injected_pods.hpp"
#include "injection.hpp"

namespace cassmesh::engine {
namespace {

/// Whether a value, under the key that was meant, asks for a proxy.
bool asks(std::string_view key, std::string_view value) {
  if (key == inject_key) return is_yes(value);
  if (key == injection_key) return value == "enabled";
  return key == dataplane_key && value == "ambient";
}

LostRequest misspelt(const k8s::Object& object, const Scope& scope) {
  for (const auto& metadata : fields::metadata_of(object)) {
    for (const auto& entry : metadata.node) {
      const auto* key = fields::meant_by(entry.key(), metadata.use, scope.istio);
      if (key != nullptr && asks(key->name, entry.text())) return {&object, entry, key->name};
    }
  }
  return {};
}

/// See `injection-label-conflict`.
bool is_contradiction(const Unmeshed& found, const Scope& scope) {
  const auto* space = scope.objects.find("Namespace", "", found.node->name_space);
  return contradicting_annotation(*found.node->object) ||
         (space != nullptr && overruled_revision(*space));
}

/// Whether it has one on other versions, and nobody said that these are asked about.
bool is_only_too_old(const Unmeshed& found, const Scope& scope) {
  const auto& injection = found.node->injection;
  return !scope.istio_is_given && (injection.sidecar | injection.ambient).overlaps(scope.istio);
}

}  // namespace

LostRequest lost_request(const k8s::Object& workload, const Scope& scope) {
  if (const auto misplaced = misplaced_request(workload)) return {&workload, misplaced, {}};
  const auto own = misspelt(workload, scope);
  const auto* space = scope.objects.find("Namespace", "", workload.name_space());
  return own.object != nullptr || space == nullptr ? own : misspelt(*space, scope);
}

std::vector<Unmeshed> not_injected(const mesh::Ring& ring, const Scope& scope) {
  auto found = unmeshed(scope.engine.model(ring), scope.istio);
  std::erase_if(found, [&](const Unmeshed& each) {
    return each.sibling != nullptr || is_contradiction(each, scope) || is_only_too_old(each, scope);
  });
  return found;
}

bool is_named_by_not_injected(const yaml::Node& request, const Scope& scope) {
  return std::ranges::any_of(scope.rings, [&](const mesh::Ring& ring) {
    const auto found = not_injected(ring, scope);
    return std::ranges::any_of(found, [&](const Unmeshed& each) {
      const auto lost = lost_request(*each.node->object, scope);
      return lost.object != nullptr && lost.at.where() == request.where();
    });
  });
}

bool is_fulfilled(const k8s::Object& workload, const yaml::Node& request, const Scope& scope) {
  if (request.key() != inject_key || !workload.pod_template()) return false;
  const auto injection = injection_of(workload, scope.objects, scope.settings, false);
  if (!injection.is_known) return false;
  return is_yes(request.text()) ? injection.sidecar.contains(scope.istio)
                                : !injection.sidecar.overlaps(scope.istio);
}

}  // namespace cassmesh::engine
