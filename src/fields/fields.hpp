#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/versions.hpp"

/// The fields of Istio's kinds, by version, as fields.txt has them, which tools/fields/generate
/// makes. What Istio itself leaves open (EnvoyFilter's patches, IstioOperator's `values`) is open.
namespace cassmesh::fields {

enum class Kind : std::uint8_t {
  open,  ///< anything
  message,
  list,
  map,
  string,
  boolean,
  integer,
  integer_or_string,
  number,
  duration,
  enumeration
};

struct Message;

/// One value of an enumeration.
struct EnumValue {
  std::string_view name;
  mesh::VersionRange istio;
};

/// What a value must be.
struct Type {
  Kind kind = Kind::open;
  const Message* message = nullptr;  ///< of a message
  std::vector<Type> inner{};         ///< of a list and a map: one
  bool keyed_by_number = false;      ///< of a map
  std::vector<EnumValue> values{};   ///< of an enumeration
  std::optional<double> least{};     ///< of a number, both inclusive
  std::optional<double> greatest{};
};

/// One field of a message.
struct Field {
  std::string_view name;
  Type type;
  mesh::VersionRange istio;
};

/// Fields of which at most one may be there.
struct OneOf {
  std::vector<std::string_view> names;
  mesh::VersionRange istio;
};

/// A field that must be there.
struct Required {
  std::string_view name;
  mesh::VersionRange istio;
};

/// A mapping with given keys.
struct Message {
  std::vector<Field> fields;  ///< sorted by name
  std::vector<OneOf> one_ofs;
  std::vector<Required> required;

  /// The field of that name; null if there is none.
  const Field* find(std::string_view name) const;
};

/// A kind of Istio's.
struct KindFields {
  std::string_view kind;
  std::string_view group;
  mesh::VersionRange istio;  ///< in which it is there
  const Message* spec = nullptr;
};

/// The kind of that group and name; null for what is not in the table.
const KindFields* fields_of(std::string_view group, std::string_view kind);

/// Where below a message a name is a field: the names of the fields down to there. Nothing if there
/// is none, or if several places are the nearest.
std::vector<std::string_view> where_else(std::string_view name, const Message& message);

/// `exportTo` for `export_to`: the name in JSON of a protocol buffer's field.
std::string in_camel_case(std::string_view name);

/// From which Istio version on the API server takes away, silently, what the CRD of a kind does not
/// name. Before, istiod read names with `_` as well.
const mesh::VersionRange& pruned(std::string_view kind);

}  // namespace cassmesh::fields
