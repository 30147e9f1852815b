#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"
#include "pods.hpp"
#include "selectors.hpp"
#include "unseen.hpp"

/// Whether selectors select anything, as far as files can tell.
namespace cassmesh::mesh {

class Selection {
 public:
  /// `here`: what is judged; `everywhere`: all that was read, `here` included.
  Selection(const k8s::ObjectSet& here, std::span<const k8s::ObjectSet* const> everywhere,
            const Settings& settings);

  /// Why an object selects no pod.
  struct Nothing {
    yaml::Node label{};        ///< that no pod has; missing if each is on one, but none has all
    Pod near{};                ///< with the label that was probably meant; may be without object
    std::string_view where{};  ///< the namespace in which there is no such pod; empty: none has it
    bool certain = false;      ///< the files hold the pods that it could be about
  };
  /// Nothing at all if the object has no selector, selects a pod, or may select one that no file
  /// shows: of an operator, of a gateway's own chart, with labels that are set while it runs.
  std::optional<Nothing> nothing_for(const k8s::Object& object);

 private:
  static bool selects_any(const Pods& pods, const Selector& selector, std::string_view where);
  bool may_be_unseen(const Nothing& nothing);
  const Pods& all();

  const k8s::ObjectSet& here_;
  std::span<const k8s::ObjectSet* const> everywhere_;
  const Settings& settings_;
  Pods pods_;
  std::optional<Pods> all_;  ///< of everywhere, when somebody asks
  Unseen unseen_;
  std::size_t suggestions_ = 0;
};

}  // namespace cassmesh::mesh
