// Says only what the API server refuses by the object's definition, or istiod because it can't read
// the value at all. That a valid value is a bad idea is for other rules.

#include "values.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "fields.hpp"
#include "scalar.hpp"
#include "text.hpp"
#include "walk.hpp"

namespace cassmesh::fields {
namespace {

using mesh::VersionRange;
using yaml::Node;

/// Since 1.4 the definitions have types. Before, Istio's own reader took numbers in quotes, and
/// the number of an enumeration's value. Source: istio/istio 1.4.0
/// install/kubernetes/helm/istio-init/files/crd-10.yaml
const VersionRange& typed() {
  static const auto range = VersionRange::parse("1.4..");
  return range;
}

class Visitor {
 public:
  /// `typed`: the versions on which a number in quotes is no number.
  Visitor(const KindFields& kind, bool each, VersionRange typed)
      : kind_(kind), each_(each), typed_(std::move(typed)) {}

  std::vector<WrongValue> visit(const Node& spec, const VersionRange& judged) {
    walk_.root(spec, kind_, judged);
    return std::move(found_);
  }

  void mapping(const Node& node, const Message& message, const VersionRange& istio) {
    for (const auto& one_of : message.one_ofs) exclusive(node, one_of, istio);
    const auto* const item = node.key().empty() ? "an item of " : "";
    for (const auto& required : message.required) {
      if (node[required.name]) continue;
      const auto on = istio & required.istio;
      add(node.place(),
          fmt::format("{}'{}' lacks '{}', which must be there", item, walk_.path(), required.name),
          fmt::format("write '{}'", required.name), on);
    }
  }

  void value(const Node& node, const Type& type, const VersionRange& istio) {
    const auto json = json_type(node);
    if (json == Json::null || json == Json::unknown) return;
    switch (type.kind) {
      case Kind::open:
      case Kind::integer_or_string:
        break;
      case Kind::message:
        needs(json == Json::object, node, "a mapping", istio);
        break;
      case Kind::map:
        map(node, json, type, istio);
        break;
      case Kind::list:
        needs(json == Json::list, node, "a list", istio);
        break;
      case Kind::string:
        string(node, json, istio);
        break;
      case Kind::boolean:
        needs(json == Json::boolean, node, "true or false", istio);
        break;
      case Kind::integer:
        integer(node, json, type, istio);
        break;
      case Kind::number:
        number(node, json, type, istio);
        break;
      case Kind::duration:
        duration(node, json, istio);
        break;
      case Kind::enumeration:
        enumeration(node, json, type, istio);
        break;
    }
  }

  // These are unknown-field's.
  void only_on(const Node& /*node*/, const Field& /*field*/, const VersionRange& /*not_on*/,
               const VersionRange& /*istio*/) {}
  void underscored(const Node& /*node*/, const Field& /*field*/, const VersionRange& /*istio*/) {}
  void unknown(const Node& /*node*/, const Message& /*message*/, const VersionRange& /*istio*/) {}

 private:
  void add(const Place& place, std::string message, std::string fix, const VersionRange& istio) {
    if (!istio.empty()) found_.push_back({place, std::move(message), std::move(fix), istio});
  }

  /// `'mode'`, `an item of 'hosts'`.
  std::string subject(const Node& node) const {
    const auto& names = walk_.names();
    const auto name = quoted(names.empty() ? std::string_view("spec") : names.back());
    return node.key().empty() ? fmt::format("an item of {}", name) : name;
  }

  void needs(bool is_right, const Node& node, std::string_view what, const VersionRange& istio,
             std::string fix = "") {
    if (is_right) return;
    add(node.place(), fmt::format("{} must be {}, not {}", subject(node), what, described(node)),
        std::move(fix), istio);
  }

  void map(const Node& node, Json json, const Type& type, const VersionRange& istio) {
    needs(json == Json::object, node, "a mapping", istio);
    if (!type.keyed_by_number || json != Json::object) return;
    for (const auto& child : node) {
      if (!child.key().empty() && std::ranges::all_of(child.key(), is_digit)) continue;
      add(child.key_where(),
          fmt::format("the keys of {} are numbers, not {}", subject(node), quoted(child.key())), "",
          istio);
    }
  }

  void string(const Node& node, Json json, const VersionRange& istio) {
    const bool is_scalar = json != Json::list && json != Json::object;
    needs(json == Json::text, node, "a text", istio,
          is_scalar ? fmt::format("put it in quotes: \"{}\"", node.text()) : "");
  }

  /// A number in quotes is wrong only where the definitions have types.
  static bool is_number_in_quotes(const Node& node, Json json) {
    return json == Json::text && !node.text().empty() && std::ranges::all_of(node.text(), is_digit);
  }

  void integer(const Node& node, Json json, const Type& type, const VersionRange& istio) {
    if (is_number_in_quotes(node, json)) {
      return needs(false, node, "a number", istio & typed_,
                   fmt::format("take away the quotes: {}", node.text()));
    }
    const bool is_whole = json == Json::integer || (json == Json::fraction &&
                                                    std::floor(number_of(node)) == number_of(node));
    if (!is_whole) return needs(false, node, "a whole number", istio);
    in_range(node, type, istio);
  }

  void number(const Node& node, Json json, const Type& type, const VersionRange& istio) {
    if (json == Json::integer || json == Json::fraction) return in_range(node, type, istio);
    // Istio's own reader took every number in quotes.
    const bool in_quotes = json == Json::text && node.quoted();
    needs(false, node, "a number", in_quotes ? istio & typed_ : istio);
  }

  void in_range(const Node& node, const Type& type, const VersionRange& istio) {
    const auto value = number_of(node);
    const bool too_small = type.least && value < *type.least;
    const bool too_great = type.greatest && value > *type.greatest;
    if (!too_small && !too_great) return;
    auto range = type.least && type.greatest
                     ? fmt::format("{:.0f} to {:.0f}", *type.least, *type.greatest)
                 : type.least ? fmt::format("at least {:.0f}", *type.least)
                              : fmt::format("at most {:.0f}", *type.greatest);
    add(node.where(),
        fmt::format("{} must be {}, not {}", subject(node), range, quoted(node.text())), "", istio);
  }

  void duration(const Node& node, Json json, const VersionRange& istio) {
    if (json == Json::text && is_duration(node.text())) return;
    const auto text = node.text();
    const bool is_number = !text.empty() && std::ranges::all_of(text, is_digit);
    needs(false, node, "a duration with its unit, as in '5s'", istio,
          is_number ? fmt::format("write {}s, if seconds were meant", text) : "");
  }

  void enumeration(const Node& node, Json json, const Type& type, const VersionRange& istio) {
    if (json == Json::integer) return needs(false, node, "one of its names", istio & typed_);
    if (json != Json::text) return needs(false, node, "one of its names", istio);
    const auto found = std::ranges::find(type.values, node.text(), &EnumValue::name);
    if (found == type.values.end()) return no_value(node, type, istio);
    if (found->istio == VersionRange::any()) return;
    const auto there = istio & found->istio;
    if (there == istio || (!each_ && !there.empty())) return;
    add(node.where(),
        fmt::format("{} takes {} only on {}", subject(node), quoted(node.text()),
                    in_words(found->istio)),
        "", istio - found->istio);
  }

  void no_value(const Node& node, const Type& type, const VersionRange& istio) {
    std::vector<std::string_view> names;
    for (const auto& value : type.values) {
      if (istio.overlaps(value.istio)) names.push_back(value.name);
    }
    const auto near = node.text().size() < 64 ? closest(node.text(), names) : std::string_view();
    const auto message = fmt::format("{} is no value of {}", quoted(node.text()), subject(node));
    if (near.empty()) {
      return add(node.where(), fmt::format("{}, which takes {}", message, fmt::join(names, ", ")),
                 "", istio);
    }
    add(node.where(), fmt::format("{}: did you mean '{}'?", message, near),
        fmt::format("write '{}'", near), istio);
  }

  void exclusive(const Node& node, const OneOf& one_of, const VersionRange& istio) {
    Node first;
    for (const auto& child : node) {
      if (child.is_null() || std::ranges::find(one_of.names, child.key()) == one_of.names.end())
        continue;
      if (!first) {
        first = child;
      } else if (child.key() != first.key()) {
        return exclude(first, child, istio & one_of.istio);
      }
    }
  }

  /// What may stand together may change from version to version; that two exclude each other is
  /// said once.
  void exclude(const Node& first, const Node& second, const VersionRange& istio) {
    if (istio.empty()) return;
    const auto place = second.key_where();
    if (!found_.empty() && found_.back().excluded_by && found_.back().place == place) {
      found_.back().istio = found_.back().istio | istio;
      return;
    }
    add(place,
        fmt::format("'{}' and '{}' exclude each other in '{}'", first.key(), second.key(),
                    walk_.path()),
        "keep one of them", istio);
    found_.back().excluded_by = first.key_where();
  }

  const KindFields& kind_;
  bool each_;
  VersionRange typed_;
  Walk<Visitor> walk_{*this};
  std::vector<WrongValue> found_;
};

}  // namespace

std::vector<WrongValue> wrong_values(const k8s::Object& object, const VersionRange& judged,
                                     bool each) {
  const auto* kind = fields_of(object.group(), object.kind());
  if (kind == nullptr) return {};
  return Visitor(*kind, each, typed()).visit(object["spec"], judged);
}

std::vector<WrongValue> wrong_values_of_proxy_config(const yaml::Node& config,
                                                     const VersionRange& judged, bool each) {
  const auto* kind = fields_of("mesh.istio.io", "proxy.istio.io/config");
  if (kind == nullptr) return {};
  return Visitor(*kind, each, {}).visit(config, judged);
}

}  // namespace cassmesh::fields
