#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace cassmesh::yaml::detail {

/// One document of a file, before it is read.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  /// What stands behind the `---` that opens it, on its line; Kubernetes takes only a comment.
  std::string_view behind{};
};

/// Cuts a file where Kubernetes does: at each line that begins with `---`, whatever the YAML around
/// it (k8s.io/apimachinery/pkg/util/yaml). There is always at least one part.
std::vector<Part> parts_of(std::string_view text);

}  // namespace cassmesh::yaml::detail
