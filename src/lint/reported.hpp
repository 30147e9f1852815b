#pragma once

#include <set>
#include <string>
#include <vector>

#include "cassmesh/lint.hpp"

namespace cassmesh::lint {

/// Tells which findings a run reports of those that it makes.
class Reported {
 public:
  Reported(const Sources& sources, const Options& options);

  bool holds(const Finding& finding) const;

 private:
  /// What a change of a place means: reported here, by another run, or not changed.
  enum class Change { ours, theirs, none };
  Change change_of(const Place& place) const;

  const Sources& sources_;
  bool everything_;
  bool config_changed_;
  std::set<std::string> ours_;
  std::set<std::string> theirs_;
};

}  // namespace cassmesh::lint
