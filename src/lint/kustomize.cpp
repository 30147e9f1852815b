// Everything happens in kustomize's own order: resources, components, patches, namespace and
// names, labels and annotations, JSON patches of the old kind, replicas, images; references to what
// was renamed come last, for the root alone.
// Source: kubernetes-sigs/kustomize api/internal/target/kusttarget.go at api/v0.17.3.

#include "kustomize.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "../shown.hpp"
#include "cassmesh/value.hpp"
#include "classify.hpp"
#include "kustomize/kustomization.hpp"
#include "kustomize/patches.hpp"
#include "kustomize/transform.hpp"

namespace cassmesh::lint {
namespace {

using kustomize::Resource;
using kustomize::Resources;
using yaml::Node;

/// No kustomization that somebody keeps is nested more deeply.
constexpr std::size_t deepest = 64;

/// What it costs to copy a node: a value each, and more for long texts, which aliases repeat.
std::size_t count_of(const Node& node) {
  std::size_t count = kustomize::cost_of(node.text());
  for (const auto& child : node) count += count_of(child);
  return count;
}

/// Whether a file lies in or below a folder, symbolic links followed.
bool is_inside(const std::string& path, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto file = fs::weakly_canonical(fs::absolute(path), error);
  const auto root = fs::weakly_canonical(fs::absolute(folder), error);
  const auto relative = file.lexically_relative(root);
  return !error && !relative.empty() && *relative.begin() != "..";
}

class Builder {
 public:
  Builder(Project& project, kustomize::Budget& budget) : project_(project), budget_(budget) {}

  Kustomized build(std::string_view path) {
    Resources resources;
    if (const auto* file = project_.read(std::string(path))) add(*file, resources);
    const Place root{.path = std::string(path)};
    if (is_too_much_) lack(root, "it makes more than can be judged");
    kustomize::update_references(resources);
    for (const auto& vars : vars_) kustomize::note_variables(resources, vars);
    for (const auto& resource : resources) finish(resource, root);
    for (const auto* document : patches_.in_files) use(*document);
    result_.files.assign(files_.begin(), files_.end());
    return std::move(result_);
  }

 private:
  /// A kustomization that is being built, and what is open around it.
  struct Place {
    std::string path{};
    std::string folder{};
    Node root{};
  };

  void complain(const Place& place, std::string reason) {
    result_.not_checked.push_back({.file = place.path, .reason = std::move(reason)});
  }

  void lack(const Place& place, std::string reason) {
    result_.lacks_objects = true;
    complain(place, std::move(reason));
  }

  /// Adds to `resources` what a kustomization makes; a component changes those that are there.
  void add(const File& file, Resources& resources) {
    const auto path = normalized(file.source->name());
    const Place place{path, kustomize::folder_of(path), kustomize::root_of(file)};
    if (!place.root) {
      lack(place, "not a kustomization");
      return;
    }
    if (!open_.insert(path).second) {
      complain(place, "it includes itself");
      return;
    }
    if (open_.size() > deepest) {
      lack(place, fmt::format("it is included through more than {} others", deepest));
    } else {
      for (auto& name : kustomize::names_in(file)) files_.insert(std::move(name));
      run(place, resources);
    }
    open_.erase(path);
  }

  void run(const Place& place, Resources& resources) {
    constexpr std::size_t as_many_values = 100;  // take as long to make as to read a file
    if (!spend(as_many_values)) return;
    for (const auto& value : place.root) {
      auto reason = kustomize::why_not_applied(value);
      if (reason.empty()) continue;
      result_.lacks_objects = result_.lacks_objects || kustomize::brings_objects(value.key());
      complain(place, std::move(reason));
    }
    for (const auto key : {"resources", "bases"}) {
      for (const auto& name : place.root[key]) add_resource(place, name, resources);
    }
    for (const auto& name : place.root["components"]) add_component(place, name, resources);
    transform(place, resources);
  }

  void transform(const Place& place, Resources& resources) {
    std::size_t changes = 0;
    for (const auto& value : place.root) changes += value.size();
    if (!spend((changes + 4) * resources.size() / 4)) return;
    kustomize::Patches patches(
        patches_, [&](std::string_view name) { return find_file(place, name, "patch"); },
        [&](std::string reason) { complain(place, std::move(reason)); });
    patches.apply_first(resources, place.root);
    kustomize::rename(resources, place.root);
    kustomize::label(resources, place.root);
    patches.apply_late(resources, place.root);
    kustomize::set_replicas(resources, place.root);
    kustomize::set_images(resources, place.root);
    if (place.root["vars"])
      vars_.push_back(place.root["vars"]);  // count in what includes this, too
    for (const auto& item : place.root["replacements"]) note_replacement(place, item, resources);
  }

  /// In the kustomization, or, one or several, in a file of its own.
  void note_replacement(const Place& place, const Node& item, Resources& resources) {
    kustomize::note_replaced(resources, item);
    const auto* file =
        item["path"] ? find_file(place, item["path"].text(), "replacement") : nullptr;
    if (!file) return;
    for (const auto& document : file->documents) {
      kustomize::note_replaced(resources, document.root());
      for (const auto& one : document.root()) kustomize::note_replaced(resources, one);
    }
  }

  void add_resource(const Place& place, const Node& name, Resources& resources) {
    if (!name.is_scalar()) {
      lack(place, fmt::format("a resource is a path, not {}", shown(name)));
    } else if (const auto* below = find_below(place, name.text())) {
      const auto& made = make(*below);
      resources.insert(resources.end(), made.begin(), made.end());
    } else if (const auto* file = find_file(place, name.text(), "resource")) {
      add_file(place, *file, resources);
    }
  }

  void add_component(const Place& place, const Node& name, Resources& resources) {
    if (const auto* below = find_below(place, name.text())) {
      add(*below, resources);
    } else {
      lack(place, fmt::format("component {} is not there", shown(name)));
    }
  }

  /// What a kustomization makes by itself; the second time as it was the first time, so that one
  /// that is included on many ways is not made on each of them.
  const Resources& make(const File& file) {
    if (const auto known = made_.find(&file); known != made_.end()) {
      std::size_t count = 1;
      for (const auto& resource : known->second)
        count += count_of(resource.written()) + 4 * resource.before().size();
      spend(count);
      static const Resources nothing;
      return is_too_much_ ? nothing : known->second;
    }
    Resources resources;
    add(file, resources);
    return made_.insert_or_assign(&file, std::move(resources)).first->second;
  }

  bool spend(std::size_t count) {
    if (budget_.take(count)) return true;
    is_too_much_ = true;
    return false;
  }

  /// The kustomization of a folder beside another one; null if `name` is no such folder.
  const File* find_below(const Place& place, std::string_view name) {
    if (kustomize::is_remote(name) || name.starts_with('/') || is_too_much_) return nullptr;
    return kustomize::read_kustomization(project_, kustomize::below(place.folder, name));
  }

  /// Like kustomize, only files in its own folder or below; or such as are linted anyway.
  const File* find_file(const Place& place, std::string_view name, std::string_view role) {
    const auto path = kustomize::below(place.folder, name);
    if (const auto* file = project_.find(path)) return file;
    std::string problem = "is not there";
    if (kustomize::is_remote(name)) {
      problem = "is not fetched";
    } else if (name.starts_with('/') || !is_inside(path, place.folder)) {
      problem = "lies outside of the folder";
    } else if (const auto* file = project_.read(path)) {
      return file;
    } else if (const auto why = project_.why_not_read(path); !why.empty()) {
      problem = why;
    }
    result_.lacks_objects = result_.lacks_objects || role == "resource";
    complain(place, fmt::format("{} '{}' {}", role, cut(name), problem));
    return nullptr;
  }

  void add_file(const Place& place, const File& file, Resources& resources) {
    for (const auto& document : file.documents) {
      const auto why = why_not_included(classify(document));
      if (!why.empty()) {
        lack(place, fmt::format("resource '{}' is not included: {}", file.source->name(), why));
      }
      for (const auto& object : objects_in(document)) {
        if (spend(count_of(object))) resources.emplace_back(object, document);
      }
    }
  }

  static std::string_view why_not_included(DocumentKind kind) {
    if (kind == DocumentKind::objects || kind == DocumentKind::empty) return {};
    if (kind == DocumentKind::broken) return "not YAML";
    const auto why = why_not_checked(kind);
    return why.empty() ? "not a Kubernetes object" : why;
  }

  /// Whether kustomize itself drops it: what only configures other tools.
  static bool is_local(const Resource& resource) {
    constexpr std::string_view key = "config.kubernetes.io/local-config";
    if (resource.is_changed()) {
      const auto& mark = resource.value()["metadata"]["annotations"][key];
      return mark && mark.text != "false";
    }
    const auto mark = resource.written()["metadata"]["annotations"][key];
    return mark && mark.text() != "false";
  }

  /// Istio's objects are full of names of others: with placeholders in them they would only be
  /// accused wrongly.
  bool is_left_out(const Resource& resource, const Place& root) {
    if (!resource.is_unsure || kustomize::has_schema(resource.id())) return false;
    lack(root, fmt::format("{} '{}' is not judged: what would change it is not applied",
                           cut(resource.id().kind), cut(resource.id().name)));
    return true;
  }

  void finish(const Resource& resource, const Place& root) {
    if (is_local(resource) || is_left_out(resource, root)) return;
    use(resource.document());
    if (!resource.is_changed()) {
      result_.objects.push_back(resource.written());
      return;
    }
    result_.made.push_back(yaml::document_from(resource.value()));
    result_.objects.push_back(result_.made.back().root());
  }

  void use(const yaml::Document& document) {
    if (used_.insert(&document).second) result_.documents.push_back(&document);
  }

  Project& project_;
  kustomize::Budget& budget_;
  Kustomized result_;
  kustomize::PatchDocuments patches_;
  std::map<const File*, Resources> made_;
  std::set<std::string> open_;  ///< the kustomizations that are being built
  std::set<std::string> files_;
  std::vector<Node> vars_;
  std::set<const yaml::Document*> used_;
  bool is_too_much_ = false;
};

}  // namespace

Kustomized kustomized(Project& project, std::string_view path, kustomize::Budget& budget) {
  return Builder(project, budget).build(path);
}

}  // namespace cassmesh::lint
