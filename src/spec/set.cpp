#include "set.hpp"

#include <fmt/core.h>

#include <utility>

namespace cassmesh::spec {
namespace {

using yaml::Node;
using yaml::Value;

struct Segment {
  std::string name;
  std::size_t begin;
  std::size_t end;
};

/// The parts of `a.b.c` in front of the `=`; `\.` is a dot within a part.
std::vector<Segment> segments_of(std::string_view path) {
  std::vector<Segment> segments{{{}, 0, 0}};
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\' && i + 1 < path.size()) {
      segments.back().name += path[++i];
    } else if (path[i] == '.') {
      segments.push_back({{}, i + 1, i + 1});
      continue;
    } else {
      segments.back().name += path[i];
    }
    segments.back().end = i + 1;
  }
  return segments;
}

/// Reads one `--set`: what it says as a tree of its own, absent if it is wrong.
class SetReader {
 public:
  SetReader(const Source& source, const Node& value, Checker& checker)
      : source_(source), value_(value), checker_(checker) {}

  Value read(std::size_t equals) {
    const auto segments = segments_of(source_.text().substr(0, equals));
    std::string path;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const auto& [name, begin, end] = segments[i];
      if (name.empty()) {
        checker_.complain(source_.place(0, equals), "a part of the key is empty",
                          "remove the needless dot");
        return {};
      }
      if (name.find('[') != std::string::npos) {
        checker_.complain(source_.place(begin, end), "--set does not reach into lists",
                          fmt::format("set the list as a whole: --set '{}=[…]'",
                                      source_.text().substr(0, begin + name.find('['))));
        return {};
      }
      const auto parent = path;
      path += (path.empty() ? "" : ".") + name;
      const auto* key = find_key(path);
      if (!key) {
        checker_.unknown(name, parent, source_.place(begin, end));
        return {};
      }
      const bool last = i + 1 == segments.size();
      if (!last && key->type != Type::group) return inside(*key, segments, i + 1);
      if (last) return wrap(segments, i, checker_.value(value_, *key));
    }
    return {};
  }

 private:
  /// `labels.team=x`, `resources.limits.memory=2Gi`: the rest of the path is a mapping's own keys.
  Value inside(const Key& key, const std::vector<Segment>& segments, std::size_t next) {
    const Place rest = source_.place(segments[next].begin, segments.back().end);
    if (key.type == Type::text_map && segments.size() == next + 1) {
      return wrap(segments, next, checker_.text_entry(value_, segments[next].name, rest, key));
    }
    if (key.type == Type::text_map) {
      checker_.complain(rest, fmt::format("'{}' holds texts, no mappings", key.path),
                        "write a dot that belongs to the key as '\\.'");
      return {};
    }
    if (key.type == Type::kubernetes_mapping) {
      const bool none = !value_ || value_.is_null();
      return wrap(segments, segments.size() - 1,
                  none ? checker_.value(value_, key) : checker_.kubernetes(value_, key));
    }
    const bool is_list = key.type == Type::list || key.type == Type::kubernetes_list;
    checker_.complain(
        rest, fmt::format("'{}' is {}: it has no keys", key.path, wanted(key)),
        is_list ? fmt::format("set the list as a whole: --set '{}=[…]'", key.path) : "");
    return {};
  }

  static Value wrap(const std::vector<Segment>& segments, std::size_t last, Value value) {
    if (!value) return {};
    for (auto i = last + 1; i-- > 0;) {
      auto outer = Value::mapping();
      outer.set(segments[i].name, std::move(value));
      value = std::move(outer);
    }
    return value;
  }

  const Source& source_;
  const Node& value_;
  Checker& checker_;
};

}  // namespace

Value read_set(const Source& source, const Node& value, std::size_t equals, Checker& checker) {
  return SetReader(source, value, checker).read(equals);
}

}  // namespace cassmesh::spec
