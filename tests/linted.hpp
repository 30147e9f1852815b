#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/lint.hpp"

/// A run of the linter on texts that no file holds.
struct Linted {
  /// `files`: names and texts. Paths outside of them are looked for on the disk.
  explicit Linted(const std::vector<std::pair<std::string, std::string>>& files,
                  const cassmesh::lint::Options& options = {});

  /// `file:line:column: severity[rule]: message`, a line for each finding.
  std::string lines() const;

  cassmesh::Sources sources;
  cassmesh::lint::Result result;
};
