#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/yaml.hpp"

/// The tree that a manifest is built in: ordered, mutable, with comments. Templates and the spec's
/// values become Values, patches change them, `write_yaml` prints them.
namespace cassmesh::yaml {

struct Entry;

/// One value of a manifest.
struct Value {
  enum class Kind { absent, null, scalar, sequence, mapping };

  Value();
  /// A text: arrives as this very string, whatever it looks like.
  static Value string(std::string text);
  /// A number or boolean, written as it is.
  static Value literal(std::string text);
  static Value integer(long number);
  static Value sequence();
  static Value sequence(std::vector<Value> items);
  static Value strings(const std::vector<std::string>& items);
  static Value mapping();
  static Value mapping(std::vector<Entry> entries);
  /// A copy of what the user wrote; remembers where it stands.
  static Value from(const Node& node);

  /// Absent values leave no trace in a manifest: not their key, not their comment.
  explicit operator bool() const { return kind != Kind::absent; }
  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }

  /// The value of `key`; one that is absent if there is none.
  const Value& operator[](std::string_view key) const;
  /// The entry of `key`, or null.
  Entry* find(std::string_view key);
  /// Sets `key`, in its old position if it is there already.
  Value& set(std::string key, Value value);
  /// Takes `key` away, if it is there.
  void erase(std::string_view key);
  /// Appends an item to a sequence.
  Value& add(Value item);
  Value& add(Value item, std::vector<std::string> comment);

  Kind kind = Kind::absent;
  bool typed = false;          ///< a scalar whose text is a number, boolean or such, not a string
  std::string text;            ///< of a scalar
  std::vector<Entry> entries;  ///< of a mapping, or (with empty keys) of a sequence
  Node origin;                 ///< where the user wrote it; missing if nobody did
};

/// One key of a mapping or item of a sequence, with the comment lines that stand above it.
struct Entry {
  std::string key;
  Value value;
  std::vector<std::string> comment{};  ///< without `#`
};

/// Lays `over` upon `base`: mappings merge key by key, everything else is replaced, null removes;
/// an absent value changes nothing.
void merge(Value& base, const Value& over);

/// A Document that holds a value, for those who read Nodes. Each of its nodes, keys included,
/// stands where the value that it is made from came from (Value::origin), also if these are several
/// sources; what came from nowhere stands where what holds it does. The sources must outlive it,
/// the nodes need not. Missing root if nothing in it came from anywhere.
Document document_from(const Value& value);

/// True if every YAML reader, of 1.1 and of 1.2, takes the plain `text` for a string.
bool plain_is_string(std::string_view text);

/// A scalar as it is written on one line: plain where that is safe, else quoted.
std::string quoted(std::string_view text);

/// Block-style YAML, two spaces a level, a final line feed. Multi-line texts become literal blocks.
std::string write_yaml(const Value& value);

}  // namespace cassmesh::yaml
