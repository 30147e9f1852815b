#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "cassmesh/value.hpp"
#include "resource.hpp"

namespace cassmesh::lint::kustomize {

/// Which field of which kinds something is done to, as kustomize's configuration has it.
struct FieldSpec {
  std::string_view path;  ///< `spec/template/metadata/labels`; lists are gone through by themselves
  std::string_view kind{};     ///< empty: any
  std::string_view group{};    ///< empty: any
  std::string_view version{};  ///< empty: any
  bool create = false;         ///< whether the mappings on the way are made if they are not there
};

bool means(const FieldSpec& spec, const Id& id);

using Visit = std::function<void(yaml::Value&)>;

/// Calls `visit` for each value that a path leads to. What is made on the way, the mapping at its
/// end too, stands at `origin`; if that is missing, nothing is made.
void visit_field(yaml::Value& object, std::string_view path, const yaml::Node& origin,
                 const Visit& visit);

/// Where labels go with `includeSelectors`, with `includeTemplates`, and where annotations go.
std::span<const FieldSpec> selector_fields();
std::span<const FieldSpec> template_label_fields();
std::span<const FieldSpec> annotation_fields();
/// Where `replicas` go.
std::span<const FieldSpec> replica_fields();

}  // namespace cassmesh::lint::kustomize
