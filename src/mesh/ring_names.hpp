#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"

namespace cassmesh::mesh {

/// What names mean which rings: those of their Services, of ExternalName Services that stand for
/// these, and of their pods, as far as a pod's resolver completes them.
class RingNames {
 public:
  /// Keeps references to all of these.
  RingNames(const std::vector<Ring>& rings, const k8s::ObjectSet& objects,
            const Settings& settings);

  /// Calls `found` with the index of each ring that a word in a namespace means.
  template <typename Found>
  void look_up(std::string_view word, std::string_view name_space, const Found& found) const {
    each(word, name_space, found);
    const auto dot = word.find('.');
    if (dot == std::string_view::npos) return;
    each(word.substr(dot + 1), name_space, [&](std::size_t ring) {
      if (rings_[ring].has_pod(word.substr(0, dot))) found(ring);
    });
  }

 private:
  /// A ring; if `only_in` is not empty, to those in that namespace.
  struct Meaning {
    std::size_t ring = 0;
    std::string only_in{};
  };

  template <typename Found>
  void each(std::string_view name, std::string_view name_space, const Found& found) const {
    const auto known = means_.find(name);
    if (known == means_.end()) return;
    for (const auto& meaning : known->second) {
      if (meaning.only_in.empty() || meaning.only_in == name_space) found(meaning.ring);
    }
  }

  void add(std::string_view host, std::size_t ring);

  const std::vector<Ring>& rings_;
  const Settings& settings_;
  std::map<std::string, std::vector<Meaning>, std::less<>> means_;
};

}  // namespace cassmesh::mesh
