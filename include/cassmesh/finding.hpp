#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/source.hpp"

namespace cassmesh {

enum class Severity { info, warning, error };

std::string_view to_string(Severity severity);

/// Another place that a finding is about: the other half of a conflict.
struct Related {
  Place place;
  std::string message;
};

/// A problem in the user's files: what the linter and the spec reader both give.
struct Finding {
  std::string_view rule;  ///< a literal, kebab-case
  Severity severity = Severity::error;
  std::string message;  ///< one line, lower case first, no full stop
  Place place;          ///< the offending key or value
  std::vector<Related> related{};
  std::string fix{};  ///< what to do, as an order; may be empty
};

/// Sorts by place, then rule, then message, and removes repetitions: the order of all reports.
void sort(std::vector<Finding>& findings);

}  // namespace cassmesh
