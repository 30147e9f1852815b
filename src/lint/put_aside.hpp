#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/baseline.hpp"
#include "cassmesh/finding.hpp"
#include "cassmesh/source.hpp"

/// What a baseline does to a run.
namespace cassmesh::lint {

/// What a run knows besides its findings.
struct PutAside {
  const Sources& sources;
  /// Whether a rule was asked for; what others would find is not known.
  std::function<bool(std::string_view)> is_asked_for;
  bool is_read_whole;
  /// Where the objects stand that there are, by baseline::to_string.
  std::map<std::string, Place> objects;
};

/// Takes away what the baseline holds, and returns how much that was. Where there is more of
/// something than it holds, nobody can say which is new, and all of it stays. What it holds that is
/// not there any more becomes findings.
std::size_t put_aside(std::vector<Finding>& findings, const baseline::Baseline& baseline,
                      const PutAside& run);

}  // namespace cassmesh::lint
