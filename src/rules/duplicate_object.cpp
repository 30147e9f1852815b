#include <map>
#include <tuple>

#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// The folder of a file: what names no namespace is often applied folder by folder, to several.
std::string_view folder_of(const k8s::Object& object) {
  if (object["metadata"]["namespace"]) return {};
  const std::string_view path = object.node().source().name();
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? "." : path.substr(0, slash);
}

void check(const k8s::ObjectSet& objects, Report& report) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view,
                         std::string_view>;
  std::map<Key, const k8s::Object*> seen;
  for (const auto& object : objects) {
    if (object.name().empty()) continue;
    const auto [first, is_new] =
        seen.try_emplace({object.group(), object.kind(), object.name_space(), object.name(),
                          object.name_space().empty() ? "" : folder_of(object)},
                         &object);
    if (is_new) continue;
    report(object, object.name_node(), "{} is here twice, and the last one applied wins",
           k8s::described(object))
        .related(*first->second, first->second->name_node(), "the first one");
  }
}

}  // namespace

extern const Rule duplicate_object{
    .name = "duplicate-object",
    .severity = Severity::error,
    .kinds = {},
    .summary = "Each object is defined once in what is applied together.",
    .why =
        "Applied together, the second definition replaces the first, and which one is the second "
        "depends on the order of the files.",
    .fix =
        "delete one of them; if they belong to different clusters or namespaces, say so with "
        "kustomizations or with 'scopes' in .cassmesh.yaml",
    .versions = "",
    .source = "Kubernetes API conventions: an object is its group, kind, namespace and name",
    .check = check,
};

}  // namespace cassmesh::rules
