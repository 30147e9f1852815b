#include <array>
#include <cstddef>
#include <map>

#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

/// The folder of a file: what names no namespace is often applied folder by folder, to several.
std::string_view folder_of(const k8s::Object& object) {
  if (object.name_space().empty() || object["metadata"]["namespace"]) return {};
  const std::string_view path = object.node().source().name();
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? "." : path.substr(0, slash);
}

using Definitions = std::vector<const k8s::Object*>;

/// All definitions of each object, in the order of the files.
std::vector<Definitions> definitions(const k8s::ObjectSet& objects) {
  using Key = std::array<std::string_view, 5>;
  std::map<Key, std::size_t> known;
  std::vector<Definitions> all;
  for (const auto& object : objects) {
    if (object.name().empty()) continue;
    const auto [found, is_new] = known.try_emplace(
        {object.group(), object.kind(), object.name_space(), object.name(), folder_of(object)},
        all.size());
    if (is_new) all.emplace_back();
    all[found->second].push_back(&object);
  }
  return all;
}

void check(const k8s::ObjectSet& objects, Report& report) {
  for (const auto& same : definitions(objects)) {
    if (same.size() < 2) continue;
    const auto count = same.size() == 2 ? "twice" : fmt::format("{} times", same.size());
    const auto said =
        report(*same.back(), same.back()->name_node(),
               "{} is here {}, and the last one applied wins", k8s::described(*same.back()), count);
    for (const auto* other : std::span(same).first(same.size() - 1))
      said.related(*other, other->name_node(), "it is here too");
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
