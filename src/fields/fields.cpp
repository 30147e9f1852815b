// Reads fields.txt, once, when the first object asks. Its first lines name the kinds, then a block
// for each message: its fields, `?` what excludes each other, `!` what must be there. A type is a
// word; `#7` is a message, `[]` and `{}` a list and a map of what follows (`{int}`: by numbers),
// `int:0:65535` a range. `@5-` are the minors from 1.5 on, `@0-4` those up to 1.4; without, it is
// there as long as the message is.

#include "fields.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "lines.hpp"
#include "text.hpp"

namespace cassmesh::fields {

/// The text of fields.txt; made by CMake.
std::string_view fields_text();

namespace {

using mesh::VersionRange;

class Table {
 public:
  explicit Table(std::string_view text) {
    auto heads = text.substr(0, text.find("\n\n"));
    text.remove_prefix(heads.size());
    while (!text.empty()) block(text);
    while (!heads.empty()) kind(cut(heads, '\n'));
  }

  const KindFields* find(std::string_view group, std::string_view name) const {
    const auto found = std::ranges::find_if(
        kinds_, [&](const KindFields& each) { return each.kind == name && each.group == group; });
    return found == kinds_.end() ? nullptr : &*found;
  }

 private:
  Message* message(std::string_view number_text) {
    const auto index = number<std::size_t>(number_text).value_or(0);
    if (messages_.size() <= index) messages_.resize(index + 1);
    return &messages_[index];
  }

  void kind(std::string_view line) {
    KindFields made;
    made.kind = cut(line, ' ');
    made.group = cut(line, ' ');
    made.spec = message(cut(line, ' ').substr(1));
    made.istio = minors(line.substr(1));
    kinds_.push_back(std::move(made));
  }

  /// One message, behind the empty lines in front of it.
  void block(std::string_view& text) {
    auto head = cut(text, '\n');
    if (head.empty()) return;
    auto& made = *message(head.substr(1));
    while (!text.empty() && text.front() != '\n') line(made, cut(text, '\n'));
  }

  void line(Message& made, std::string_view line) {
    const auto name = cut(line, ' ');
    auto what = cut(line, ' ');
    const auto istio = minors(line.empty() ? line : line.substr(1));
    if (name == "!") {
      made.required.push_back({what, istio});
    } else if (name == "?") {
      auto& one_of = made.one_ofs.emplace_back(OneOf{{}, istio});
      while (!what.empty()) one_of.names.push_back(cut(what, '|'));
    } else {
      made.fields.push_back({name, type(what), istio});
    }
  }

  Type type(std::string_view text) {
    Type made;
    if (text.starts_with('[') || text.starts_with('{')) {
      made.kind = text.starts_with('[') ? Kind::list : Kind::map;
      made.keyed_by_number = text.starts_with("{int}");
      made.inner.push_back(type(text.substr(made.keyed_by_number ? 5 : 2)));
    } else if (text.starts_with('#')) {
      made.kind = Kind::message;
      made.message = message(text.substr(1));
    } else {
      made.kind = plain(cut(text, ':'));
      if (made.kind == Kind::enumeration) {
        while (!text.empty()) made.values.push_back(value(cut(text, '|')));
      } else {
        made.least = number<double>(cut(text, ':'));
        made.greatest = number<double>(text);
      }
    }
    return made;
  }

  static EnumValue value(std::string_view text) {
    const auto name = cut(text, '@');
    return {name, minors(text)};
  }

  static Kind plain(std::string_view word) {
    struct Named {
      std::string_view word;
      Kind kind;
    };
    static constexpr std::array names{
        Named{"bool", Kind::boolean},     Named{"duration", Kind::duration},
        Named{"enum", Kind::enumeration}, Named{"int", Kind::integer},
        Named{"number", Kind::number},    Named{"int-or-string", Kind::integer_or_string},
        Named{"string", Kind::string}};
    const auto* const found = std::ranges::find(names, word, &Named::word);
    return found == names.end() ? Kind::open : found->kind;
  }

  std::deque<Message> messages_;  // messages point at each other
  std::vector<KindFields> kinds_;
};

/// The places of a name in a message and what it holds, level by level.
class Search {
 public:
  explicit Search(std::string_view name) : name_(name) {}

  std::vector<std::string_view> nearest(const Message& from) {
    std::vector<Place> level{{&from, {}}};
    for (int depth = 0; depth < deepest && !level.empty(); ++depth) {
      std::vector<Place> next;
      for (const auto& place : level) step(place, next);
      if (found_ > 0) return found_ == 1 ? path_ : std::vector<std::string_view>();
      level = std::move(next);
    }
    return {};
  }

 private:
  static constexpr int deepest = 4;

  struct Place {
    const Message* message;
    std::vector<std::string_view> path;
  };

  void step(const Place& place, std::vector<Place>& next) {
    for (const auto& field : place.message->fields) {
      const auto* type = &field.type;
      while (!type->inner.empty()) type = &type->inner.front();
      if (type->message == nullptr) continue;
      auto path = place.path;
      path.push_back(field.name);
      if (type->message->find(name_) != nullptr) {
        ++found_;
        path_ = path;
      }
      next.push_back({type->message, std::move(path)});
    }
  }

  std::string_view name_;
  std::vector<std::string_view> path_;
  int found_ = 0;
};

}  // namespace

const Field* Message::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(fields, name, {}, &Field::name);
  return found == fields.end() || found->name != name ? nullptr : &*found;
}

const KindFields* fields_of(std::string_view group, std::string_view kind) {
  static const Table table(fields_text());
  return table.find(group, kind);
}

std::vector<std::string_view> where_else(std::string_view name, const Message& message) {
  return Search(name).nearest(message);
}

std::string in_camel_case(std::string_view name) {
  std::string camel;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool starts_word = name[i] == '_' && i + 1 < name.size() && is_lower(name[i + 1]);
    camel += starts_word ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
  }
  return camel;
}

const VersionRange& pruned(std::string_view kind) {
  static const auto most = VersionRange::from({6, 0});
  static const auto envoy_filter = VersionRange::from({10, 0});
  return kind == "EnvoyFilter" ? envoy_filter : most;
}

}  // namespace cassmesh::fields
