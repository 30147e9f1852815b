#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/source.hpp"
#include "cassmesh/versions.hpp"

namespace cassmesh {

enum class Severity { info, warning, error };

std::string_view to_string(Severity severity);

/// A Kubernetes object as one names it.
struct ObjectName {
  std::string api_version;
  std::string kind;
  std::string name_space;  ///< empty for what stands in none
  std::string name;
  auto operator<=>(const ObjectName&) const = default;
};

/// Another place that a finding is about: the other half of a conflict.
struct Related {
  Place place;
  std::string message;
  std::optional<ObjectName> object{};
};

/// A problem in the user's files: what the linter and the spec reader both give.
struct Finding {
  std::string_view rule;  ///< a literal, kebab-case
  Severity severity = Severity::error;
  std::string message;  ///< one line, lower case first, no full stop
  Place place;          ///< the offending key or value
  std::vector<Related> related{};
  std::string fix{};                       ///< what to do, as an order; may be empty
  bool fix_is_safe = false;                ///< whether the fix changes nothing that works today
  std::optional<ObjectName> object{};      ///< none for a finding on no object
  std::string ring{};                      ///< `namespace/name`; empty if it belongs to none
  std::vector<std::string_view> breaks{};  ///< connections of the ring, literals
  /// On which versions of those that were judged it holds; none: on all of them.
  std::optional<mesh::VersionRange> istio{};
};

/// Sorts by place, then rule, then message, and removes repetitions: the order of all reports.
void sort(std::vector<Finding>& findings);

}  // namespace cassmesh
