#include "unknown.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "fields.hpp"
#include "scalar.hpp"
#include "text.hpp"
#include "walk.hpp"

namespace cassmesh::fields {
namespace {

using mesh::VersionRange;
using yaml::Node;

/// What happens to a field that is not known. istioctl reads an IstioOperator strictly. Pilot and
/// its webhook did so up to 1.1 (istio/istio 1.1.0 pilot/pkg/model/conversion.go:85, no more in
/// 1.2.0), then dropped what they did not know; since 1.6 the API server prunes.
std::string_view consequence(std::string_view kind, const VersionRange& istio) {
  static const auto strict = VersionRange::parse("..1.1");
  if (kind == "IstioOperator") return "istioctl refuses it";
  return strict.contains(istio) ? "Istio refuses the object" : "Istio drops it silently";
}

/// `retries` of `retry`, `hosts` of `host`.
std::string plural(const std::string& word) {
  return word.ends_with('y') ? word.substr(0, word.size() - 1) + "ies" : word + "s";
}

/// Whether a word is the other but for its case or its number: then nothing else was meant.
bool nearly(std::string_view word, std::string_view other) {
  const auto left = lower_case(word);
  const auto right = lower_case(other);
  return left == right || plural(left) == right || left == plural(right);
}

class Visitor {
 public:
  Visitor(const k8s::Object& object, const KindFields& kind, bool each)
      : object_(object), kind_(kind), each_(each) {}

  std::vector<UnknownField> visit(const VersionRange& judged) {
    root(judged & kind_.istio);
    walk_.object(object_, kind_, judged);
    return std::move(found_);
  }

  void mapping(const Node& /*node*/, const Message& /*message*/, const VersionRange& /*istio*/) {}
  void value(const Node& /*node*/, const Type& /*type*/, const VersionRange& /*istio*/) {}

  void only_on(const Node& node, const Field& field, const VersionRange& not_on,
               const VersionRange& there) {
    if (!there.empty() && !each_) return;
    found_.push_back(
        {node.key_where(),
         fmt::format("{} is a field of '{}' only on {}, elsewhere {}", quoted(node.key()),
                     walk_.path(), in_words(field.istio), consequence(kind_.kind, not_on)),
         "leave it out, or lint for versions that have it", not_on});
  }

  void underscored(const Node& node, const Field& field, const VersionRange& istio) {
    found_.push_back({node.key_where(),
                      fmt::format("{} is how only Istio up to 1.5 reads '{}', since then {}",
                                  quoted(node.key()), field.name, consequence(kind_.kind, istio)),
                      fmt::format("write '{}'", field.name), istio});
  }

  void unknown(const Node& node, const Message& message, const VersionRange& istio) {
    add(node, walk_.path(), suggestion(node.key(), message), istio);
  }

 private:
  /// What to say of where it belongs, and what to do.
  struct Suggestion {
    std::string words;
    std::string fix;
  };

  /// Beside `spec`.
  void root(const VersionRange& istio) {
    static constexpr std::array<std::string_view, 5> keys{"apiVersion", "kind", "metadata", "spec",
                                                          "status"};
    if (istio.empty()) return;
    for (const auto& child : object_.node()) {
      const auto key = child.key();
      if (std::ranges::find(keys, key) != keys.end()) continue;
      const bool in_spec = kind_.spec->find(key) != nullptr;
      add(child, std::string(kind_.kind),
          in_spec ? belongs("spec", key) : meant(closest(key, keys)), istio);
    }
  }

  void add(const Node& node, std::string_view parent, const Suggestion& suggestion,
           const VersionRange& istio) {
    found_.push_back({node.key_where(),
                      fmt::format("{} is no field of '{}', {}{}", quoted(node.key()), parent,
                                  consequence(kind_.kind, istio), suggestion.words),
                      suggestion.fix, istio});
  }

  static Suggestion meant(std::string_view name) {
    if (name.empty()) return {};
    return {fmt::format(": did you mean '{}'?", name), fmt::format("write '{}'", name)};
  }

  static Suggestion belongs(std::string_view parent, std::string_view key) {
    return {fmt::format(": it belongs under '{}'", parent),
            fmt::format("move '{}' under '{}'", key, parent)};
  }

  Suggestion suggestion(std::string_view key, const Message& message) {
    // In a file full of them, further suggestions only cost time.
    static constexpr int most = 50;
    if (++asked_ > most || key.size() > longest) return {};
    std::vector<std::string_view> names;
    for (const auto& field : message.fields) names.push_back(field.name);
    const auto same =
        std::ranges::find_if(names, [&](std::string_view name) { return nearly(key, name); });
    if (same != names.end()) return meant(*same);
    const auto near = closest(key, names);
    const auto within = where_else(key, message);
    if (!within.empty()) return belongs(fmt::format("{}", fmt::join(within, ".")), key);
    if (!near.empty()) return meant(near);
    if (kind_.spec->find(key) != nullptr) return belongs("spec", key);
    const auto elsewhere = where_else(key, *kind_.spec);
    if (elsewhere.empty()) return {};
    return belongs(fmt::format("spec.{}", fmt::join(elsewhere, ".")), key);
  }

  static constexpr std::size_t longest = 63;

  const k8s::Object& object_;
  const KindFields& kind_;
  bool each_;
  Walk<Visitor> walk_{*this};
  std::vector<UnknownField> found_;
  int asked_ = 0;
};

}  // namespace

std::vector<UnknownField> unknown_fields(const k8s::Object& object, const VersionRange& judged,
                                         bool each) {
  const auto* kind = fields_of(object.group(), object.kind());
  if (kind == nullptr) return {};
  return Visitor(object, *kind, each).visit(judged);
}

}  // namespace cassmesh::fields
