#pragma once

#include "tree.hpp"

namespace cassmesh::yaml::detail {

/// Reads `tree.part`, which `check_text` has let pass, as `read_with_yaml_cpp` would, many times
/// faster, if it is written in the plain YAML that manifests are written in. False if it is not, or
/// if anything may be wrong with it: then the tree is as it was, and yaml-cpp has the word.
bool read_fast(Tree& tree);

}  // namespace cassmesh::yaml::detail
