// From a Value back to nodes. All texts are copied, so that the tree needs no other one.

#include <utility>

#include "cassmesh/value.hpp"
#include "yaml/tree.hpp"

namespace cassmesh::yaml {
namespace {

using detail::Record;

/// Where something stands.
struct Where {
  const Source* source = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;
};

Where where_of(const Node& node) {
  return {&node.source(), node.begin_offset(), node.end_offset()};
}

/// The place of the key under which a node stands.
Where key_of(const Node& node) {
  return {&node.source(), node.key_offset(), node.key_end_offset()};
}

class Maker {
 public:
  explicit Maker(detail::Tree& tree) : tree_(tree) { tree_.sources.resize(1); }

  std::uint32_t add(const Value& value, const Where& holder) {
    const auto where = value.origin ? where_of(value.origin) : holder;
    Record record;
    record.kind = kind_of(value);
    record.style = style_of(value);
    if (value.kind == Value::Kind::scalar) {
      record.quoted = quoted(value);
      set_text(record, value.text);
    }
    const auto index = push(record, where);
    if (value.kind == Value::Kind::mapping || value.kind == Value::Kind::sequence)
      add_children(value, index, where);
    return index;
  }

 private:
  static Kind kind_of(const Value& value) {
    switch (value.kind) {
      case Value::Kind::absent:
      case Value::Kind::null:
        return Kind::null;
      case Value::Kind::scalar:
        return Kind::scalar;
      case Value::Kind::sequence:
        return Kind::sequence;
      case Value::Kind::mapping:
        return Kind::mapping;
    }
    return Kind::missing;
  }

  static bool is_as_written(const Value& value) {
    return value.origin && value.origin.kind() == kind_of(value);
  }

  static Style style_of(const Value& value) {
    if (is_as_written(value)) return value.origin.style();
    return value.kind == Value::Kind::scalar ? Style::plain : Style::flow;
  }

  static bool quoted(const Value& value) {
    return is_as_written(value) ? value.origin.quoted() : !value.typed;
  }

  void set_text(Record& record, std::string_view text) {
    record.decoded = true;
    record.text = static_cast<std::uint32_t>(tree_.decoded.size());
    record.size = static_cast<std::uint32_t>(text.size());
    tree_.decoded += text;
  }

  std::uint32_t push(Record record, const Where& where) {
    record.begin = static_cast<std::uint32_t>(where.begin);
    record.end = static_cast<std::uint32_t>(where.end);
    tree_.records.push_back(record);
    tree_.sources.push_back(where.source);
    return static_cast<std::uint32_t>(tree_.records.size() - 1);
  }

  /// A key stands where its value was written under this very key, else where the value stands.
  std::uint32_t add_key(const Entry& entry, const Where& holder) {
    const auto& origin = entry.value.origin;
    Record record;
    record.kind = Kind::scalar;
    record.style = Style::plain;
    set_text(record, entry.key);
    if (!origin) return push(record, holder);
    return push(record, origin.key() == entry.key ? key_of(origin) : where_of(origin));
  }

  void add_children(const Value& value, std::uint32_t index, const Where& where) {
    std::uint32_t last = 0;
    std::uint32_t count = 0;
    for (const auto& entry : value.entries) {
      if (!entry.value) continue;
      const auto key = value.is_mapping() ? add_key(entry, where) : 0;
      const auto child = add(entry.value, where);
      tree_.records[child].key = key;
      (last == 0 ? tree_.records[index].text : tree_.records[last].next) = child;
      last = child;
      ++count;
    }
    tree_.records[index].size = count;
  }

  detail::Tree& tree_;
};

/// The first value that came from somewhere.
Node first_origin(const Value& value) {
  if (value.origin) return value.origin;
  for (const auto& entry : value.entries) {
    if (const auto found = first_origin(entry.value)) return found;
  }
  return {};
}

}  // namespace

Document document_from(const Value& value) {
  auto tree = std::make_unique<detail::Tree>();
  if (const auto origin = first_origin(value)) {
    tree->source = &origin.source();
    tree->root = Maker(*tree).add(value, where_of(origin));
  }
  return Document(std::move(tree));
}

}  // namespace cassmesh::yaml
