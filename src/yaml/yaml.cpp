#include "cassmesh/yaml.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "fast.hpp"
#include "guard.hpp"
#include "parts.hpp"
#include "tree.hpp"

namespace cassmesh::yaml {
namespace {

using detail::Invalid;
using detail::Record;
using detail::Tree;

const Record& record_of(const Tree* tree, std::uint32_t index) {
  static const Record missing;
  return tree == nullptr ? missing : tree->records[index];
}

bool is_collection(const Record& record) {
  return record.kind == Kind::mapping || record.kind == Kind::sequence;
}

bool is_block(const Record& record) {
  return is_collection(record) && record.style == Style::block;
}

/// A part of a source that offsets are counted in.
struct Part {
  const Source& source;
  std::size_t base;
  std::string_view text;
};

Part part_of(const Tree& tree, std::uint32_t index) {
  if (tree.sources.empty()) return {*tree.source, tree.base, tree.part};
  return {*tree.sources[index], 0, tree.sources[index]->text()};
}

/// Puts a place that points past the text, or at the blanks at its end, at its last character, and
/// cuts it to one line.
Place place_of(const Part& part, std::size_t begin, std::size_t end) {
  const std::string_view text = part.text;
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) begin = 0;
  if (last != std::string_view::npos && begin > last) {
    begin = last;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
    end = last + 1;
  }
  end = std::min({end, text.find_first_of("\r\n", begin), text.size()});
  return part.source.place(part.base + begin, part.base + end);
}

void add_problem(Tree& tree, const Invalid& invalid) {
  tree.problems.push_back(
      {.rule = invalid_yaml,
       .message = invalid.message,
       .place = place_of({*tree.source, tree.base, tree.part}, invalid.begin, invalid.end),
       .fix = invalid.fix});
}

Finding bad_separator(const Source& source, std::string_view behind) {
  const auto offset = static_cast<std::size_t>(behind.data() - source.text().data());
  return {.rule = invalid_yaml,
          .message = fmt::format("'{}' stands after '---' on its line", detail::excerpt(behind)),
          .place = source.place(offset, offset + behind.size()),
          .fix = "begin the document on the next line"};
}

std::unique_ptr<Tree> read_part(const Source& source, std::size_t begin, std::size_t end,
                                const Limits& limits) {
  auto tree = std::make_unique<Tree>();
  tree->source = &source;
  // Readers take a byte order mark for columns of the first line.
  if (begin == 0) begin = detail::byte_order_mark_size(source.text().substr(0, end));
  tree->base = std::min(begin, source.text().size());
  tree->part = source.text().substr(tree->base, std::max(begin, end) - begin);
  try {
    detail::check_text(tree->part, limits.document_bytes);
    if (!detail::read_fast(*tree)) detail::read_with_yaml_cpp(*tree, limits);
  } catch (const Invalid& invalid) {
    add_problem(*tree, invalid);
  }
  return tree;
}

/// The places of problems must not be looked up in a tree that nobody may see.
void drop_broken(Tree& tree) {
  if (tree.problems.empty()) return;
  tree.root = 0;
  tree.records = std::vector<Record>(1);
  tree.decoded = {};
  tree.tags = std::vector<std::string>(1);
}

}  // namespace

Kind Node::kind() const {
  return record_of(tree_, index_).kind;
}

Style Node::style() const {
  return record_of(tree_, index_).style;
}

bool Node::quoted() const {
  return record_of(tree_, index_).quoted;
}

std::string_view Node::text() const {
  return is_scalar() ? tree_->text(tree_->records[index_]) : "";
}

std::string_view Node::tag() const {
  return tree_ == nullptr ? "" : std::string_view(tree_->tags[tree_->records[index_].tag]);
}

Node Node::operator[](std::string_view key) const {
  Node found;
  if (!is_mapping()) return found;
  for (auto child = tree_->records[index_].text; child != 0; child = tree_->records[child].next) {
    if (tree_->text(tree_->records[tree_->records[child].key]) == key) found = {tree_, child};
  }
  return found;
}

Node::Iterator Node::begin() const {
  const Record& record = record_of(tree_, index_);
  return is_collection(record) && record.text != 0 ? Iterator{tree_, record.text} : Iterator{};
}

// NOLINTNEXTLINE(readability-convert-member-functions-to-static): a range asks for a member
Node::Iterator Node::end() const {
  return {};
}

std::size_t Node::size() const {
  const Record& record = record_of(tree_, index_);
  return is_collection(record) ? record.size : 0;
}

Node::Iterator& Node::Iterator::operator++() {
  index_ = tree_->records[index_].next;
  if (index_ == 0) tree_ = nullptr;
  return *this;
}

std::string_view Node::key() const {
  return tree_ == nullptr ? "" : tree_->text(tree_->records[tree_->records[index_].key]);
}

Place Node::where() const {
  if (kind() == Kind::missing) return {};
  return source().place(begin_offset(), end_offset());
}

Place Node::key_where() const {
  const std::uint32_t key = record_of(tree_, index_).key;
  return key == 0 ? where() : Node(tree_, key).where();
}

Place Node::place() const {
  if (kind() == Kind::missing) return {};
  const Record& record = tree_->records[index_];
  if (is_block(record) && record.key != 0) return Node(tree_, record.key).place();
  return place_of(part_of(*tree_, index_), record.begin, record.end);
}

std::size_t Node::begin_offset() const {
  return tree_ == nullptr ? 0 : tree_->base + tree_->records[index_].begin;
}

std::size_t Node::end_offset() const {
  return tree_ == nullptr ? 0 : tree_->base + tree_->records[index_].end;
}

std::size_t Node::key_offset() const {
  const std::uint32_t key = record_of(tree_, index_).key;
  return key == 0 ? begin_offset() : Node(tree_, key).begin_offset();
}

std::size_t Node::key_end_offset() const {
  const std::uint32_t key = record_of(tree_, index_).key;
  return key == 0 ? begin_offset() : Node(tree_, key).end_offset();
}

const Source& Node::source() const {
  return tree_->source_of(index_);
}

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Node Document::root() const {
  return tree_->root == 0 ? Node() : Node(tree_.get(), tree_->root);
}

const std::vector<Finding>& Document::problems() const {
  return tree_->problems;
}

std::string_view Document::text() const {
  return tree_->part;
}

const Source& Document::source() const {
  return *tree_->source;
}

Document parse_part(const Source& source, std::size_t begin, std::size_t end,
                    const Limits& limits) {
  auto tree = read_part(source, begin, end, limits);
  drop_broken(*tree);
  return Document(std::move(tree));
}

std::vector<Document> parse(const Source& source, const Limits& limits) {
  const std::vector<detail::Part> parts = detail::parts_of(source.text());
  std::vector<Document> documents;
  documents.reserve(parts.size());
  for (const detail::Part& part : parts) {
    auto tree = read_part(source, part.begin, part.end, limits);
    if (!part.behind.empty()) {
      tree->problems.insert(tree->problems.begin(), bad_separator(source, part.behind));
    }
    drop_broken(*tree);
    documents.emplace_back(std::move(tree));
  }
  return documents;
}

}  // namespace cassmesh::yaml
