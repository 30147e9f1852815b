#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/spec.hpp"

namespace cassmesh::render {

/// Where a value was written, or, if `--set` wrote only a part of it, that part.
inline Place place_of(const yaml::Value& value) {
  const auto* at = &value;
  while (!at->origin && !at->entries.empty()) at = &at->entries.front().value;
  return at->origin ? at->origin.place() : Place{};
}

/// Says what is wrong with a spec, at the values that ask for it.
class Complaints {
 public:
  Complaints(const spec::ClusterSpec& spec, std::vector<Finding>& problems)
      : spec_(spec), problems_(problems) {}

  /// A key and its value as they are written: `'listen: both'`.
  std::string quote(std::string_view path) const {
    return fmt::format("'{}: {}'", path, spec_.text(path));
  }

  /// At the value of `path`, with the other keys that it clashes with and what to say there. Silent
  /// if one of them was refused already: nothing can be concluded from it.
  void at(std::string_view path, std::string message, std::string fix = {},
          const std::vector<std::pair<std::string_view, std::string>>& related = {}) {
    if (!spec_.sound(path)) return;
    std::vector<Related> places;
    for (const auto& [other, note] : related) {
      if (!spec_.sound(other)) return;
      if (const auto place = spec_.place(other)) places.push_back({place, note});
    }
    at(spec_.place(path), std::move(message), std::move(fix), std::move(places));
  }

  void at(const Place& place, std::string message, std::string fix = {},
          std::vector<Related> related = {}) {
    problems_.push_back({.rule = spec::cluster_spec,
                         .severity = Severity::error,
                         .message = std::move(message),
                         .place = place,
                         .related = std::move(related),
                         .fix = std::move(fix)});
  }

 private:
  const spec::ClusterSpec& spec_;
  std::vector<Finding>& problems_;
};

}  // namespace cassmesh::render
