#include "cassmesh/rule.hpp"

namespace cassmesh::rules {

extern const Rule invalid_yaml{
    .name = "invalid-yaml",
    .severity = Severity::error,
    .kinds = {},
    .summary = "Every document can be read, by Kubernetes too.",
    .why =
        "kubectl refuses a file from its first broken document on, so what stands behind it is "
        "not applied either. Each document between '---' is read alone here: a broken one hides "
        "nothing else.",
    .fix = "mend the YAML",
    .versions = "",
    .source = "YAML 1.2.2; k8s.io/apimachinery/pkg/util/yaml, sigs.k8s.io/yaml",
    .check = ByTheEngine{},
};

}  // namespace cassmesh::rules
