#include "tree.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace cassmesh::yaml::detail {
namespace {

constexpr std::string_view str_tag = "tag:yaml.org,2002:str";
constexpr std::string_view null_tag = "tag:yaml.org,2002:null";
constexpr std::string_view merge_tag = "tag:yaml.org,2002:merge";

}  // namespace

const Record& Builder::parent() const {
  return tree_.records[frames_.empty() ? 0 : frames_.back().index];
}

bool Builder::expects_key() const {
  return parent().kind == Kind::mapping && frames_.back().key == 0;
}

const Record& Builder::key() const {
  return tree_.records[frames_.empty() ? 0 : frames_.back().key];
}

void Builder::scalar(std::size_t begin, std::size_t end, Style style, std::size_t text,
                     std::string_view value, const Properties& properties) {
  if (properties.tag == null_tag) return null(begin, end, style, properties);
  Record& record = start(begin, end, Kind::scalar, style, properties);
  record.quoted = (style != Style::plain && style != Style::none) || properties.tag == str_tag ||
                  properties.tag == "!";
  record.size = static_cast<std::uint32_t>(value.size());
  const bool is_view = value.data() == tree_.part.data() + text;
  if (is_view || tree_.part.substr(text, value.size()) == value) {
    record.text = static_cast<std::uint32_t>(text);
  } else {
    record.decoded = true;
    record.text = static_cast<std::uint32_t>(tree_.decoded.size());
    tree_.decoded += value;
  }
  set_anchor(properties.anchor, {.index = link_newest(), .nodes = 1});
}

void Builder::null(std::size_t begin, std::size_t end, Style style, const Properties& properties) {
  if (expects_key()) {
    if (style == Style::none) {
      throw Invalid{begin, end, "a key is missing before ':'", "write the key"};
    }
    throw Invalid{begin, end,
                  fmt::format("the key '{}' is no text", tree_.part.substr(begin, end - begin)),
                  "quote the key"};
  }
  start(begin, end, Kind::null, style, properties);
  set_anchor(properties.anchor, {.index = link_newest(), .nodes = 1});
}

void Builder::alias(std::size_t begin, std::size_t end, std::size_t anchor) {
  const Anchor target = anchor < anchors_.size() ? anchors_[anchor] : Anchor{};
  Record record = tree_.records[target.index];
  record.begin = static_cast<std::uint32_t>(begin);
  record.end = static_cast<std::uint32_t>(end);
  record.next = record.key = 0;
  const std::string_view name = tree_.part.substr(begin, end - begin);
  if (target.nodes == 0) {
    throw Invalid{begin, end, fmt::format("the alias '{}' refers to itself", name),
                  "write the value out"};
  }
  if (expects_key() && record.kind != Kind::scalar) {
    throw Invalid{begin, end, fmt::format("the key '{}' is no text", name), "write the key out"};
  }
  count_expanded(target.nodes, record);
  tree_.records.push_back(record);
  link_newest();
}

void Builder::begin_collection(std::size_t begin, Kind kind, Style style,
                               const Properties& properties) {
  if (expects_key()) {
    const bool mapping = kind == Kind::mapping;
    const std::size_t line_end = std::min(tree_.part.find('\n', begin), tree_.part.size());
    throw Invalid{begin, style == Style::flow ? begin + 1 : line_end,
                  fmt::format("a {} is the key here", mapping ? "mapping" : "list"),
                  "write a text as the key, or quote it"};
  }
  start(begin, begin, kind, style, properties);
  const std::size_t before = nodes_;
  const std::uint32_t index = link_newest();
  frames_.push_back({.index = index, .anchor = properties.anchor, .nodes_before = before});
  set_anchor(properties.anchor, {.index = index, .nodes = 0});
}

void Builder::end_collection(std::size_t end) {
  Frame frame = frames_.back();
  frames_.pop_back();
  if (frame.merges) resolve_merges(frame);
  Record& record = tree_.records[frame.index];
  if (end != 0) record.end = static_cast<std::uint32_t>(end);
  set_anchor(frame.anchor, {.index = frame.index, .nodes = nodes_ - frame.nodes_before});
  if (!frames_.empty()) {
    Record& outer = tree_.records[frames_.back().index];
    outer.end = std::max(outer.end, record.end);
  }
}

Record& Builder::start(std::size_t begin, std::size_t end, Kind kind, Style style,
                       const Properties& properties) {
  Record& record = tree_.records.emplace_back();
  record.begin = static_cast<std::uint32_t>(begin);
  record.end = static_cast<std::uint32_t>(end);
  record.kind = kind;
  record.style = style;
  if (!properties.tag.empty()) record.tag = tag_number(properties.tag);
  return record;
}

std::uint32_t Builder::tag_number(std::string_view tag) {
  auto known = tags_.find(tag);
  if (known == tags_.end()) {
    known = tags_.emplace(tag, static_cast<std::uint32_t>(tree_.tags.size())).first;
    tree_.tags.emplace_back(tag);
  }
  return known->second;
}

std::uint32_t Builder::link_newest() {
  const auto index = static_cast<std::uint32_t>(tree_.records.size() - 1);
  if (frames_.empty()) {
    ++nodes_;
    tree_.root = index;
    return index;
  }
  Frame& frame = frames_.back();
  Record& record = tree_.records[index];
  Record& outer = tree_.records[frame.index];
  outer.end = std::max(outer.end, record.end);
  if (outer.kind == Kind::mapping && frame.key == 0) {
    frame.key = index;
    return index;
  }
  ++nodes_;
  record.key = std::exchange(frame.key, 0);
  frame.merges = frame.merges || is_merge(record);
  append(frame, index);
  return index;
}

void Builder::append(Frame& frame, std::uint32_t index) {
  Record& outer = tree_.records[frame.index];
  (frame.last != 0 ? tree_.records[frame.last].next : outer.text) = index;
  frame.last = index;
  ++outer.size;
}

void Builder::set_anchor(std::size_t number, Anchor anchor) {
  if (number == 0) return;
  if (anchors_.size() <= number) anchors_.resize(number + 1);
  anchors_[number] = anchor;
}

bool Builder::is_alias(const Record& record) const {
  return tree_.part[record.begin] == '*';
}

bool Builder::is_merge(const Record& child) const {
  const Record& key = tree_.records[child.key];
  return key.size == 2 && key.style == Style::plain && tree_.text(key) == "<<" &&
         (key.tag == 0 || tree_.tags[key.tag] == merge_tag);
}

void Builder::count_expanded(std::size_t nodes, const Record& where) {
  nodes_ += nodes;
  expanded_ += nodes;
  if (expanded_ <= alias_nodes_) return;
  throw Invalid{
      where.begin, where.end,
      fmt::format("the aliases of this document stand for more than {} values", alias_nodes_),
      "write the values out"};
}

/// Replaces each `<<` by what it brings: an explicit key wins over a merged one wherever it stands,
/// and of several mappings the earlier wins.
void Builder::resolve_merges(Frame& frame) {
  std::vector<std::uint32_t> children;
  Keys keys;
  for (auto child = tree_.records[frame.index].text; child != 0;
       child = tree_.records[child].next) {
    children.push_back(child);
    const Record& record = tree_.records[child];
    if (!is_merge(record)) keys.emplace(tree_.text(tree_.records[record.key]), 0);
  }
  tree_.records[frame.index].text = tree_.records[frame.index].size = frame.last = 0;
  for (const auto child : children) {
    tree_.records[child].next = 0;
    if (!is_merge(tree_.records[child])) {
      append(frame, child);
      continue;
    }
    for (const auto mapping : merged_mappings(child)) merge(frame, mapping, keys);
  }
}

/// Appends copies of a mapping's children whose keys are not taken yet.
void Builder::merge(Frame& frame, std::uint32_t mapping, Keys& keys) {
  const auto first_copy = static_cast<std::uint32_t>(tree_.records.size());
  for (auto source = tree_.records[mapping].text; source != 0;
       source = tree_.records[source].next) {
    if (!is_alias(tree_.records[mapping])) count_expanded(1, tree_.records[mapping]);
    Record copy = tree_.records[source];
    copy.next = 0;
    const auto index = static_cast<std::uint32_t>(tree_.records.size());
    const auto [known, fresh] = keys.emplace(tree_.text(tree_.records[copy.key]), index);
    if (fresh) {
      tree_.records.push_back(copy);
      append(frame, index);
    } else if (known->second >= first_copy) {  // twice in this mapping, where the last wins
      copy.next = tree_.records[known->second].next;
      tree_.records[known->second] = copy;
    }
  }
}

/// The mappings that the value of a `<<` names: itself, or the items of its list.
std::vector<std::uint32_t> Builder::merged_mappings(std::uint32_t value) const {
  const Record& merged = tree_.records[value];
  std::vector<std::uint32_t> mappings;
  if (merged.kind == Kind::mapping) {
    mappings.push_back(value);
  } else if (merged.kind == Kind::sequence && !is_alias(merged)) {
    for (auto item = merged.text; item != 0; item = tree_.records[item].next) {
      mappings.push_back(item);
    }
  }
  const auto is_mapping = [&](std::uint32_t index) {
    return tree_.records[index].kind == Kind::mapping;
  };
  const bool is_list = merged.kind == Kind::sequence && !is_alias(merged);
  if ((is_list || !mappings.empty()) && std::ranges::all_of(mappings, is_mapping)) return mappings;
  throw Invalid{merged.begin, merged.end, "'<<' merges what is no mapping",
                "merge a mapping, or quote '<<' if it is a key"};
}

}  // namespace cassmesh::yaml::detail
