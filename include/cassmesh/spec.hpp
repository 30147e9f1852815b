#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/value.hpp"

/// The cluster spec: the small, closed set of keys that `render` makes manifests from. One table
/// says what a key is; the reader, the JSON Schema, the reference page and the commented spec of
/// `cassmesh init` are all made from it.
namespace cassmesh::spec {

/// The rule name of the findings that this module makes.
inline constexpr std::string_view cluster_spec = "cluster-spec";

/// What may be written at a key.
enum class Type {
  group,               ///< a mapping of further keys
  list,                ///< a list of mappings of further keys (`path[]`)
  integers,            ///< a list of port numbers
  text,                ///< any scalar, taken as it is written
  choice,              ///< one of `choices`
  integer,             ///< a whole number from `least` to `most`
  boolean,             ///< true or false
  port,                ///< a port number, or false
  text_map,            ///< a mapping of texts: labels, annotations
  kubernetes_mapping,  ///< a mapping in Kubernetes' own shape, passed through
  kubernetes_list,     ///< a list in Kubernetes' own shape, passed through
};

/// What a text must look like, beyond being one.
struct Form {
  std::string_view pattern;  ///< for the JSON Schema; empty: anything that is not empty
  int max_length;            ///< in characters; 0: no limit
  std::string (*problem)(std::string_view text);  ///< what is wrong with `text`, empty if nothing
};

/// One key: a row of the table.
struct Key {
  std::string_view path;  ///< `mesh.clients[].namespace`
  Type type;
  std::string_view
      fallback;              ///< the default as YAML; empty: none, or it depends (then `otherwise`)
  std::string_view summary;  ///< one sentence for the reference, the schema and `init`
  std::string_view otherwise{};  ///< the default in words, where it depends on other keys
  std::string_view example{};    ///< as YAML, for `init`, where there is no default
  std::vector<std::string_view> choices{};
  int least = 0;
  int most = 0;
  const Form* form = nullptr;
  bool required = false;  ///< in the items of a list
};

std::span<const Key> keys();

/// The row of `path`; null if there is none.
const Key* find_key(std::string_view path);

/// The default of `path`, read from its row; absent if there is none.
const yaml::Value& fallback(std::string_view path);

/// The rows directly below `path` (empty: the top level).
std::vector<const Key*> keys_below(std::string_view path);

/// A spec as it was given, all files and `--set`s laid over one another, with the defaults behind
/// them. Holds views into the sources it was read from.
class ClusterSpec {
 public:
  /// True if the user wrote a value; null counts as not written.
  bool given(std::string_view path) const;
  /// False if what the user wrote at `path` was refused, so that nothing further is concluded from
  /// it.
  bool sound(std::string_view path) const;

  /// What holds at `path`: the user's value, else the default, else absent.
  const yaml::Value& value(std::string_view path) const;
  /// The same for a text or choice; empty if there is neither value nor default.
  const std::string& text(std::string_view path) const { return value(path).text; }
  /// The same for an integer or port that is a number; 0 if it is absent or `false`.
  int integer(std::string_view path) const;
  bool flag(std::string_view path) const { return value(path).text == "true"; }

  /// Where the value stands; nowhere for a default.
  Place place(std::string_view path) const;

  /// The paths that were asked for, so that a test can show that no key is forgotten.
  const std::set<std::string, std::less<>>& asked() const { return asked_; }

 private:
  friend ClusterSpec read(std::span<const Source* const>, std::span<const Source* const>,
                          std::vector<Finding>&);
  /// What the user wrote at `path`, null included; nothing if it is not there.
  const yaml::Value* written(std::string_view path) const;

  std::vector<std::vector<yaml::Document>> documents_;  ///< own the nodes that the values came from
  yaml::Value root_ = yaml::Value::mapping();
  std::set<std::string, std::less<>> unsound_;
  mutable std::set<std::string, std::less<>> asked_;
};

/// Reads spec files, later over earlier, then the arguments of `--set` (`a.b=value`, later over
/// earlier). Appends every problem to `problems`; the spec is to be rendered only if there is none.
ClusterSpec read(std::span<const Source* const> files, std::span<const Source* const> sets,
                 std::vector<Finding>& problems);

/// The JSON Schema (draft-07) of a spec file, with a final line feed.
std::string json_schema();

/// A spec with every key, commented out, at its default, for people to edit.
std::string commented_spec();

/// The reference page, in Markdown.
std::string reference_page();

}  // namespace cassmesh::spec
