#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cassmesh/config.hpp"
#include "cassmesh/mesh.hpp"
#include "cassmesh/value.hpp"
#include "cassmesh/versions.hpp"

/// The keys of `.cassmesh.yaml`. One table says what a key is; the reader, `lint --show-config`,
/// `init --config`, the JSON Schema and the reference page are all made from it.
namespace cassmesh::config {

/// What may be written at a key.
enum class Type {
  range,    ///< versions
  text,     ///< any scalar, taken as it is written
  choice,   ///< one of `choices`
  boolean,  ///< true or false
  texts,    ///< a list of texts
  group,    ///< a mapping of further keys
  list,     ///< a list of mappings of further keys (`path[]`)
  rules,    ///< a mapping of rules' names, each to one of `choices`
};

/// What a run goes by, once the linted files are read.
struct InForce {
  const Config& config;
  const mesh::Settings& settings;
  const mesh::VersionRange& istio;
  const mesh::VersionRange& kubernetes;
};

/// One key: a row of the table.
struct Key {
  std::string_view path;  ///< `defaultExportTo.service`, `scopes[].name`
  Type type;
  std::string_view fallback;     ///< the default as YAML; empty: it depends (then `otherwise`)
  std::string_view meaning;      ///< one sentence or two
  std::string_view otherwise{};  ///< in words, what holds where nobody sets it
  std::string_view example{};    ///< as YAML on one line, where there is no default
  std::span<const std::string_view> choices{};
  bool required = false;  ///< in the items of a list
  bool in_files = false;  ///< the linted files may tell it
  /// What is in force, whoever says so; absent if that is not one value. Null for groups, rules and
  /// what stands in lists.
  yaml::Value (*value)(const InForce& in_force) = nullptr;
};

/// All of them, those of a group behind it.
std::span<const Key> keys();
/// Those directly below a group or list (`scopes`), or of the file itself (empty).
std::vector<const Key*> keys_below(std::string_view path);

/// docs/config.md.
std::string reference_page();
/// The JSON Schema of the file. `rules`: the names that there are.
std::string json_schema(const std::vector<std::string_view>& rules);

}  // namespace cassmesh::config
