#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cassmesh/finding.hpp"

namespace cassmesh::report {

/// Names findings so that each is known again in the next run: by rule, path, objects and message,
/// never by line. Findings that are alike in all of that are told apart by their number.
class Fingerprints {
 public:
  /// `path`: where the finding is.
  std::string next(const Finding& finding, const std::string& path);

 private:
  std::map<std::uint64_t, int> given_;
};

}  // namespace cassmesh::report
