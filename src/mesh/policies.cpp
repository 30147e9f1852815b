#include "policies.hpp"

#include "../text.hpp"

namespace cassmesh::mesh {

bool is_dry_run(const k8s::Object& policy) {
  return go_bool(policy.annotations()["istio.io/dry-run"].text()).value_or(false);
}

bool has_targets(const k8s::Object& policy) {
  const auto spec = policy["spec"];
  return spec["targetRef"].size() > 0 || spec["targetRefs"].size() > 0;
}

}  // namespace cassmesh::mesh
