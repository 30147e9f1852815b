#pragma once

#include <vector>

#include "cassmesh/yaml.hpp"
#include "resource.hpp"

/// What a kustomization does to all its objects. `root` is that of its file; what it sets stands
/// there.
namespace cassmesh::lint::kustomize {

using Resources = std::vector<Resource>;

/// `namespace`, then `namePrefix` and `nameSuffix`.
void rename(Resources& resources, const yaml::Node& root);

/// `labels`, `commonLabels` and `commonAnnotations`.
void label(Resources& resources, const yaml::Node& root);

/// `replicas` and `images`.
void set_replicas(Resources& resources, const yaml::Node& root);
void set_images(Resources& resources, const yaml::Node& root);

/// Notes which objects `replacements` (its items) and `vars` would change: these are not applied.
void note_replaced(Resources& resources, const yaml::Node& replacement);
void note_variables(Resources& resources, const yaml::Node& vars);

/// Gives what refers to a renamed object its new name: the accounts, ConfigMaps, Secrets and claims
/// of workloads, the Service of a StatefulSet, an Ingress and an autoscaler. References from kinds
/// that no rule reads (RBAC, webhooks, storage) stay, and so do hosts in Istio's objects, which
/// kustomize does not touch either.
void update_references(Resources& resources);

}  // namespace cassmesh::lint::kustomize
