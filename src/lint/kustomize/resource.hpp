#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/value.hpp"
#include "cassmesh/yaml.hpp"

namespace cassmesh::lint::kustomize {

/// What kustomize knows an object by.
struct Id {
  std::string group;
  std::string version;
  std::string kind;
  std::string name_space;  ///< `default` if the object says none; empty for cluster-wide kinds
  std::string name;
  bool operator==(const Id&) const = default;
};

/// The Id that a value or node has: an object, or a patch that looks like a part of one.
Id id_of(const yaml::Value& object);
Id id_of(const yaml::Node& object);

/// Whether kustomize knows that objects of that kind stand in no namespace.
bool is_cluster_wide(std::string_view group, std::string_view kind);

/// Whether Kubernetes itself serves it, so that its lists are merged by their keys.
bool has_schema(const Id& id);

/// What a value with that text counts for: memory is what is short.
constexpr std::size_t cost_of(std::string_view text) {
  return 1 + text.size() / 16;
}

/// How many values may be made in one run, over all kustomizations: a base that is included by two,
/// which are included by two, and so on, stops here.
struct Budget {
  std::size_t values = 4'000'000;  ///< as `cost_of` counts them
  /// False if that is more than there is left.
  bool take(std::size_t count);
};

/// One object on its way through a kustomization. It becomes a Value when something changes it.
class Resource {
 public:
  Resource(const yaml::Node& written, const yaml::Document& document);

  /// As it stands in its file.
  const yaml::Node& written() const { return written_; }
  const yaml::Document& document() const { return *document_; }

  bool is_changed() const { return value_.has_value(); }
  const yaml::Value& value() const { return *value_; }
  /// To change it. Afterwards `renew` has to be called if that could change its Id.
  yaml::Value& change();
  void renew();

  const Id& id() const { return id_; }
  /// What it was before it was renamed or moved, first to last.
  const std::vector<Id>& before() const { return before_; }
  void remember();
  /// The first Id that it had.
  const Id& first_id() const { return before_.empty() ? id_ : before_.front(); }
  /// Whether it is or was known by that Id.
  bool was(const Id& id) const;

  /// Something that is not applied would change it.
  bool is_unsure = false;
  std::vector<std::string> prefixes{};
  std::vector<std::string> suffixes{};

 private:
  yaml::Node written_;
  const yaml::Document* document_;
  std::optional<yaml::Value> value_{};
  Id id_;
  std::vector<Id> before_{};
};

}  // namespace cassmesh::lint::kustomize
