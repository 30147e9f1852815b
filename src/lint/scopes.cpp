#include "scopes.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "classify.hpp"
#include "kustomize.hpp"
#include "kustomize/kustomization.hpp"

namespace cassmesh::lint {
namespace {

/// The files that were given, by their normalised paths.
using Files = std::map<std::string, const File*>;

Files given_files(const Project& project) {
  Files files;
  for (const auto& file : project.files()) files.emplace(normalized(file.source->name()), &file);
  return files;
}

template <typename Item>
void append(std::vector<Item>& items, std::vector<Item>&& more) {
  items.insert(items.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

/// The kustomizations among some files, and which of them are included by others.
class Kustomizations {
 public:
  Kustomizations(const Project& project, const Files& files) {
    for (const auto& [path, file] : files) {
      if (!kustomize::is_kustomization(path)) continue;
      paths_.insert(path);
      for (auto& name : kustomize::names_in(*file)) {
        const auto* below = kustomize::find_kustomization(project, name);
        if (below) below_[path].insert(normalized(below->source->name()));
        named_.insert(std::move(name));
      }
      if (kustomize::is_component(kustomize::root_of(*file))) components_.insert(path);
    }
  }

  bool contains(const std::string& path) const { return paths_.contains(path); }
  /// Whether one of them names the file.
  bool names(const std::string& path) const { return named_.contains(path); }

  /// Those that no other one includes, by their paths. Of some that include each other in a circle,
  /// the first.
  std::vector<std::string> roots() const {
    std::set<std::string> included;
    for (const auto& [path, below] : below_) {
      for (const auto& name : below) {
        if (name != path) included.insert(name);
      }
    }
    std::vector<std::string> roots;
    std::set<std::string> reached;
    for (const auto& path : paths_) {
      if (included.contains(path) || components_.contains(path)) continue;
      roots.push_back(path);
      reach(path, reached);
    }
    for (const auto& path : paths_) {
      if (reached.contains(path) || components_.contains(path)) continue;
      roots.push_back(path);
      reach(path, reached);
    }
    std::ranges::sort(roots);
    return roots;
  }

  /// Components that nobody includes make nothing.
  std::vector<std::string> lone_components() const {
    std::set<std::string> reached;
    for (const auto& root : roots()) reach(root, reached);
    std::vector<std::string> lone;
    std::ranges::set_difference(components_, reached, std::back_inserter(lone));
    return lone;
  }

 private:
  void reach(const std::string& path, std::set<std::string>& reached) const {
    std::vector<std::string> open{path};
    while (!open.empty()) {
      const auto next = std::move(open.back());
      open.pop_back();
      if (!reached.insert(next).second) continue;
      const auto below = below_.find(next);
      if (below != below_.end())
        open.insert(open.end(), below->second.begin(), below->second.end());
    }
  }

  std::set<std::string> paths_;
  std::set<std::string> components_;
  std::set<std::string> named_;
  std::map<std::string, std::set<std::string>> below_;
};

class Maker {
 public:
  Maker(Project& project, const config::Config& config)
      : project_(project), config_(config), given_(given_files(project)) {}

  Scopes make() {
    const Kustomizations all(project_, given_);
    std::set<std::string> configured;
    for (const auto& scope : config_.scopes) add_configured(scope, configured);
    for (const auto& root : all.roots()) {
      if (!configured.contains(root)) add(root_scope(root));
    }
    for (const auto& path : all.lone_components()) {
      if (configured.contains(path)) continue;
      result_.not_checked.push_back(
          {.file = path, .reason = "a component that no kustomization here includes"});
    }
    ScopeFiles rest;
    for (const auto& [path, file] : given_) {
      if (!all.contains(path) && !all.names(path) && !configured.contains(path))
        add_file(*file, rest);
    }
    add(std::move(rest));
    return std::move(result_);
  }

 private:
  void add(ScopeFiles scope) {
    if (!scope.objects.empty()) result_.scopes.push_back(std::move(scope));
  }

  /// A kustomization in a configured scope is still applied as a whole.
  void add_configured(const config::ConfiguredScope& configured, std::set<std::string>& paths) {
    const config::PathMatcher matcher(config_.folder);
    Files files;
    for (const auto& [path, file] : given_) {
      if (matcher.matches(configured.paths, path)) files.emplace(path, file);
    }
    const Kustomizations kustomizations(project_, files);
    ScopeFiles scope{.name = configured.name, .istio = configured.istio};
    for (const auto& root : kustomizations.roots()) join(scope, root_scope(root));
    drop_repetitions(scope.documents);
    for (const auto& [path, file] : files) {
      if (!kustomizations.contains(path) && !kustomizations.names(path)) add_file(*file, scope);
      paths.insert(path);
    }
    add(std::move(scope));
  }

  ScopeFiles root_scope(const std::string& path) {
    auto made = kustomized(project_, path, budget_);
    append(result_.not_checked, std::move(made.not_checked));
    return {.name = kustomize::folder_of(path),
            .objects = std::move(made.objects),
            .made = std::move(made.made),
            .documents = std::move(made.documents),
            .lacks_objects = made.lacks_objects};
  }

  static void join(ScopeFiles& scope, ScopeFiles&& other) {
    append(scope.objects, std::move(other.objects));
    append(scope.made, std::move(other.made));
    append(scope.documents, std::move(other.documents));
    scope.lacks_objects = scope.lacks_objects || other.lacks_objects;
  }

  /// Each once, where it came first.
  static void drop_repetitions(std::vector<const yaml::Document*>& documents) {
    std::set<const yaml::Document*> known;
    std::erase_if(documents, [&](const auto* document) { return !known.insert(document).second; });
  }

  static void add_file(const File& file, ScopeFiles& scope) {
    for (const auto& document : file.documents) {
      auto objects = objects_in(document);
      if (objects.empty()) continue;
      scope.documents.push_back(&document);
      append(scope.objects, std::move(objects));
    }
  }

  Project& project_;
  const config::Config& config_;
  Files given_;
  kustomize::Budget budget_;
  Scopes result_;
};

}  // namespace

Scopes make_scopes(Project& project, const config::Config& config) {
  return Maker(project, config).make();
}

}  // namespace cassmesh::lint
