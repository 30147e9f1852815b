#pragma once

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "../shown.hpp"
#include "../text.hpp"
#include "cassmesh/config_keys.hpp"
#include "check.hpp"

/// How the table of keys is read.
namespace cassmesh::config {

/// A key, and what takes its value.
template <typename Target>
struct Row {
  Key key;
  void (*take)(Checker& checker, const yaml::Node& node, Target& target);
};

/// The keys of a mapping that are known, each once. What is left empty counts as left out.
template <typename Target>
void take_keys(Checker& checker, const yaml::Node& mapping, std::span<const Row<Target>> rows,
               std::string_view holder, Target& target) {
  Seen seen;
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(last_part(row.key.path));
  for (const auto& child : mapping) {
    if (!is_first(checker, child, seen)) continue;
    const auto known = std::ranges::find(names, child.key());
    if (known == names.end()) {
      auto fix = meant(child.key(), names);
      if (fix.empty()) fix = fmt::format("the keys here are {}", fmt::join(names, ", "));
      checker.complain(child.key_where(),
                       fmt::format("unknown key '{}'{}", cut(child.key()), holder), std::move(fix));
    } else if (!child.is_null()) {
      const auto& row = rows[static_cast<std::size_t>(known - names.begin())];
      row.take(checker, child, target);
      if constexpr (std::is_same_v<Target, Config>) checker.note(row.key.path, child);
    }
  }
}

/// Takes a whole file.
void take_config(Checker& checker, const yaml::Node& root, Config& config);

}  // namespace cassmesh::config
