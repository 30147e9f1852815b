#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "cassmesh/value.hpp"

/// Templates: one Kubernetes object a file, valid YAML with `${name}` placeholders in scalars only.
/// A scalar that is one placeholder becomes whatever value is given for it, with that value's type;
/// a placeholder within a scalar is replaced by text. What is given as absent is left out together
/// with its key, its comment, and every parent that it leaves empty. There is no other logic in
/// them.
namespace cassmesh::render {

/// A template that is part of the program.
struct EmbeddedTemplate {
  std::string_view name;  ///< file name, `service.yaml`
  std::string_view text;
};

/// All of `templates/`, sorted by name. Made at build time.
std::span<const EmbeddedTemplate> embedded_templates();

/// What a template's placeholders stand for.
using Values = std::map<std::string, yaml::Value, std::less<>>;

/// The templates of a run: the embedded ones, or those of a folder where it has a file of that
/// name.
class Templates {
 public:
  /// Throws Error if `overrides` is no folder, holds a YAML file of another name (the first one
  /// by name is told), or cannot be read.
  explicit Templates(const std::optional<std::filesystem::path>& overrides = {});

  /// Fills in the template `name`. Throws Error, with file, line and column, for a template that is
  /// no valid YAML or holds an unknown placeholder, and for one that names no object: that lacks
  /// apiVersion, kind or metadata.name.
  yaml::Value fill(std::string_view name, const Values& values) const;

  /// The placeholders that `name` holds.
  std::set<std::string, std::less<>> placeholders(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>>
      names_;  ///< template to the name shown in messages
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace cassmesh::render
