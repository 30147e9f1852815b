#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"

namespace cassmesh::cassandra {

/// A file that a ConfigMap brings into a container.
struct MountedFile {
  std::string path;  ///< whole, or within its volume where only another container mounts that
  const k8s::Object* map = nullptr;
  yaml::Node text{};  ///< the value in the ConfigMap

  /// The last part of the path.
  std::string_view name() const;
};

/// All that the files tell of: by the volumes of the pod and the mounts of the container, with
/// `items` and `subPath`.
std::vector<MountedFile> mounted_files(const k8s::Container& container,
                                       const k8s::ObjectSet& objects);

}  // namespace cassmesh::cassandra
