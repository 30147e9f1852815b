#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "../project.hpp"
#include "cassmesh/yaml.hpp"
#include "transform.hpp"

namespace cassmesh::lint::kustomize {

/// The documents of all patches of a run: objects look into them.
struct PatchDocuments {
  std::deque<yaml::Document> in_kustomizations{};
  std::vector<const yaml::Document*> in_files{};  ///< that look like parts of objects
};

/// Applies the patches of one kustomization.
class Patches {
 public:
  /// Looks for the file of that name beside the kustomization; null, having said why, if there is
  /// none.
  using FindFile = std::function<const File*(std::string_view name)>;
  /// Says why something is not applied.
  using Complain = std::function<void(std::string reason)>;

  Patches(PatchDocuments& documents, FindFile find_file, Complain complain)
      : documents_(documents), find_file_(std::move(find_file)), complain_(std::move(complain)) {}

  /// `patchesStrategicMerge` and `patches`, which go before everything else.
  void apply_first(Resources& resources, const yaml::Node& root);
  /// `patchesJson6902`, which go after names and labels.
  void apply_late(Resources& resources, const yaml::Node& root);

 private:
  struct Patch {
    std::vector<const yaml::Document*> documents{};
    std::string name{};   ///< as one speaks of it
    yaml::Node target{};  ///< missing: what the patch itself names
    yaml::Node options{};
    bool is_in_place = false;  ///< in the kustomization
    bool keeps_ids = false;    ///< an object is not found by what it was called before the patch
  };

  Patch in_file(const yaml::Node& name);
  Patch in_text(const yaml::Node& text);
  void read_parts(const Source& source, std::size_t begin, std::size_t end, Patch& patch);
  Patch read(const yaml::Node& item, std::string_view text_key);

  void apply(Resources& resources, const Patch& patch);
  void apply_merge(Resources& resources, const Patch& patch, const yaml::Node& root);
  void merge(Resource& resource, const Patch& patch, const yaml::Node& root);
  void apply_json(Resources& resources, const Patch& patch, const yaml::Node& root);
  std::vector<Resource*> targets_of(Resources& resources, const Patch& patch);
  Resource* named_by(Resources& resources, const Patch& patch, const yaml::Node& root);

  PatchDocuments& documents_;
  FindFile find_file_;
  Complain complain_;
};

}  // namespace cassmesh::lint::kustomize
