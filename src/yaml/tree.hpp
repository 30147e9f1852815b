#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cassmesh/yaml.hpp"

/// The tree behind `yaml::Node`, and the Builder through which every reader makes one. All offsets
/// count from the beginning of the document's part of the source.
namespace cassmesh::yaml::detail {

/// What is wrong at which bytes. Thrown inside the reader, caught in `parse_part`, which makes a
/// Finding of it: yaml-cpp can only be stopped by an exception.
struct Invalid {
  std::size_t begin;
  std::size_t end;
  std::string message;
  std::string fix;
};

/// A value or a key. Number 0 is the missing one, so 0 as a link means "none".
struct Record {
  std::uint32_t begin = 0;  ///< where it stands, a value that was left out at its key or `-`
  std::uint32_t end = 0;
  std::uint32_t text = 0;  ///< of a scalar: where its text begins; else: its first child
  std::uint32_t size = 0;  ///< of a scalar: the length of its text; else: the number of children
  std::uint32_t next = 0;  ///< the next child of the same parent
  std::uint32_t key = 0;   ///< the record of its key
  std::uint32_t tag = 0;   ///< which of the tree's tags
  Kind kind = Kind::missing;
  Style style = Style::none;
  bool decoded = false;  ///< the text is in Tree::decoded, not in the source
  bool quoted = false;
};

struct Tree {
  const Source* source = nullptr;
  std::size_t base = 0;   ///< where the part begins in the source
  std::string_view part;  ///< the part's text
  std::vector<Record> records = std::vector<Record>(1);
  std::string decoded;  ///< the texts that could not be views into the source
  std::vector<std::string> tags = std::vector<std::string>(1);
  std::uint32_t root = 0;
  std::vector<Finding> problems;
  /// In a tree that was put together from several sources: where each record stands. Its offsets
  /// count from the beginning of that source.
  std::vector<const Source*> sources;

  const Source& source_of(std::uint32_t index) const {
    return sources.empty() ? *source : *sources[index];
  }

  std::string_view text(const Record& record) const {
    const std::string_view all = record.decoded ? std::string_view(decoded) : part;
    return all.substr(record.text, record.size);
  }
};

/// Tag and anchor in front of a value. Anchors are numbers from 1, given by the reader.
struct Properties {
  std::string_view tag{};
  std::size_t anchor = 0;
};

/// Puts a tree together from values in source order; keys and values of a mapping alternate.
/// Resolves aliases and merges, and throws Invalid where Kubernetes would not take the result.
class Builder {
 public:
  Builder(Tree& tree, std::size_t alias_nodes) : tree_(tree), alias_nodes_(alias_nodes) {
    frames_.reserve(16);
  }

  /// A scalar whose text is the part's from `text` on, or, if that differs, the decoded one.
  void scalar(std::size_t begin, std::size_t end, Style style, std::size_t text,
              std::string_view value, const Properties& properties);
  void null(std::size_t begin, std::size_t end, Style style, const Properties& properties);
  void alias(std::size_t begin, std::size_t end, std::size_t anchor);
  /// Begins a mapping or sequence; what follows goes into it until its `end_collection`.
  void begin_collection(std::size_t begin, Kind kind, Style style, const Properties& properties);
  /// `end` 0: where its last child ends.
  void end_collection(std::size_t end);

  /// The collection that is being filled; the missing record outside of any.
  const Record& parent() const;
  bool expects_key() const;
  /// The key whose value is due; the missing record if none is.
  const Record& key() const;

 private:
  struct Frame {
    std::uint32_t index = 0;
    std::uint32_t last = 0;  ///< its newest child
    std::uint32_t key = 0;   ///< the key whose value is due
    std::size_t anchor = 0;
    std::size_t nodes_before = 0;
    bool merges = false;
  };
  struct Anchor {
    std::uint32_t index = 0;
    std::size_t nodes = 0;  ///< how many values it stands for; 0 while it is still open
  };

  /// Adds a record, which `link_newest` puts in its place.
  Record& start(std::size_t begin, std::size_t end, Kind kind, Style style,
                const Properties& properties);
  std::uint32_t tag_number(std::string_view tag);
  std::uint32_t link_newest();
  void append(Frame& frame, std::uint32_t index);
  void set_anchor(std::size_t number, Anchor anchor);
  bool is_alias(const Record& record) const;
  bool is_merge(const Record& child) const;
  void count_expanded(std::size_t nodes, const Record& where);
  /// Which child of a mapping has a key that others may not bring; 0: an explicit one.
  using Keys = std::unordered_map<std::string_view, std::uint32_t>;
  void resolve_merges(Frame& frame);
  void merge(Frame& frame, std::uint32_t mapping, Keys& keys);
  std::vector<std::uint32_t> merged_mappings(std::uint32_t value) const;

  Tree& tree_;
  std::size_t alias_nodes_;
  std::size_t nodes_ = 0;     ///< values so far, those that aliases stand for included
  std::size_t expanded_ = 0;  ///< of these, the ones that aliases and merges stand for
  std::vector<Frame> frames_;
  std::vector<Anchor> anchors_;
  std::map<std::string, std::uint32_t, std::less<>> tags_;
};

/// Reads `tree.part` with yaml-cpp, which takes any YAML. Throws Invalid.
void read_with_yaml_cpp(Tree& tree, const Limits& limits);

}  // namespace cassmesh::yaml::detail
