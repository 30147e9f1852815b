#pragma once

#include <set>
#include <string>
#include <vector>

#include "cassmesh/config.hpp"

/// Folders that hold one thing each for another environment: `prod/`, `staging/`.
namespace cassmesh::lint {

/// One file, as it is seen from the folder of the configuration.
struct SeenFile {
  std::string path{};
  std::set<std::string> objects{};  ///< that it defines: kind, namespace and name
  bool is_loose = false;            ///< it holds objects, and is in no scope of its own
  /// A kustomization, or objects that one includes: it has its scope already.
  bool is_kustomized = false;
};

struct Environments {
  /// Each with what is in none of them, which they share.
  std::vector<config::ConfiguredScope> scopes{};
  /// Whether they are told by their names too, and nothing is in the way of judging them so.
  bool is_sure = false;
};

/// Folders beside each other that define the same objects. None if that tells of no environments.
Environments find_environments(const std::vector<SeenFile>& files);

}  // namespace cassmesh::lint
