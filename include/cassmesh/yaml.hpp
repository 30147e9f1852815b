#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/source.hpp"

/// YAML with places: an immutable tree in which every key and value knows where it stands.
///
/// Each `---` part of a source is read alone, as Kubernetes does it, so that one broken part hides
/// nothing else. Nodes live in one arena a document; their texts are views into the source where
/// nothing had to be decoded, else into the arena. Which reader built a tree cannot be seen here.
namespace cassmesh::yaml {

/// The rule name of every finding that this module makes.
inline constexpr std::string_view invalid_yaml = "invalid-yaml";

enum class Kind : std::uint8_t { missing, null, scalar, sequence, mapping };

/// How a value is written. `none`: left out (`key:` with nothing behind it), or missing.
enum class Style : std::uint8_t {
  none,
  plain,
  single_quoted,
  double_quoted,
  literal,
  folded,
  block,
  flow
};

class Document;

namespace detail {
struct Tree;
}

/// One value: a small view into its Document, which must outlive it. A missing node stands for what
/// is not there: every lookup in it is missing again, so chains of lookups need no checks.
class Node {
 public:
  Node() = default;

  /// Whether both are one value, reached by whatever way; any two missing ones are. What a merge or
  /// a patch made of one value is several, which stand at one place.
  bool operator==(const Node&) const = default;
  /// False if missing.
  explicit operator bool() const { return kind() != Kind::missing; }
  Kind kind() const;
  Style style() const;
  bool is_mapping() const { return kind() == Kind::mapping; }
  bool is_sequence() const { return kind() == Kind::sequence; }
  bool is_scalar() const { return kind() == Kind::scalar; }
  bool is_null() const { return kind() == Kind::null; }
  /// True for a scalar that is text whatever it looks like: quoted, a block scalar, or `!!str`.
  bool quoted() const;
  /// The decoded text of a scalar, empty for everything else. A plain `null` or `~` is Kind::null.
  std::string_view text() const;
  /// The explicit tag as it resolves (`tag:yaml.org,2002:binary`), empty if none is written.
  std::string_view tag() const;

  /// The value of `key` in a mapping, missing if there is none. Of duplicates the last, as kubectl.
  Node operator[](std::string_view key) const;
  /// The children in source order, duplicate keys kept, aliases and `<<` merges resolved.
  class Iterator;
  Iterator begin() const;
  Iterator end() const;
  std::size_t size() const;

  /// The key under which this value stands in its mapping; empty for items and roots.
  std::string_view key() const;

  /// Where the value stands. An alias stands where `*name` is written, what came by a merge where
  /// it is written at the anchor, and a value that was left out where its key (or its `-`) stands.
  Place where() const;
  /// Where the key stands; the value's place for items and roots.
  Place key_where() const;
  /// The most telling single-line place: the key for a block mapping or sequence, else the value
  /// (its first line).
  Place place() const;

  /// The bytes of the source that the value and, where there is one, its key take up.
  std::size_t begin_offset() const;
  std::size_t end_offset() const;
  std::size_t key_offset() const;
  std::size_t key_end_offset() const;

  /// The source in which it stands; must not be called on a missing node.
  const Source& source() const;

 private:
  friend class Document;
  friend class Iterator;
  Node(const detail::Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}

  const detail::Tree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

class Node::Iterator {
 public:
  using value_type = Node;
  using difference_type = std::ptrdiff_t;
  Iterator() = default;
  Node operator*() const { return {tree_, index_}; }
  Iterator& operator++();
  Iterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Iterator&) const = default;

 private:
  friend class Node;
  Iterator(const detail::Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}

  const detail::Tree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

/// One `---` part of a source. Holds the arena that its nodes look into; the Source must outlive
/// it.
class Document {
 public:
  explicit Document(std::unique_ptr<detail::Tree> tree);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  /// Missing if the part is empty, holds only comments, or is broken.
  Node root() const;
  /// What is wrong with it (rule `invalid-yaml`); a document with problems has no root.
  const std::vector<Finding>& problems() const;
  const Source& source() const;
  /// The part of the source that it was read from.
  std::string_view text() const;

 private:
  std::unique_ptr<detail::Tree> tree_;
};

/// Hostile input is refused beyond these.
struct Limits {
  std::size_t document_bytes = std::size_t{64} << 20U;  ///< size of one `---` part
  std::size_t alias_nodes = 100'000;  ///< nodes that all aliases of a document expand to, together
};

/// Reads all parts of a source, the empty ones too. Never throws for what the text holds.
std::vector<Document> parse(const Source& source, const Limits& limits = {});

/// Reads the bytes from `begin` up to `end` of a source as one document.
Document parse_part(const Source& source, std::size_t begin, std::size_t end,
                    const Limits& limits = {});

}  // namespace cassmesh::yaml
