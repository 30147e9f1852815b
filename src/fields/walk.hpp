#pragma once

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "fields.hpp"

namespace cassmesh::fields {

/// Goes along an object's `spec` and the fields of its kind, and tells the visitor what it meets,
/// each with the versions on which the place itself is there:
///
///     mapping(node, message, istio)          a mapping that is one, before its fields
///     value(node, type, istio)               each value
///     only_on(node, field, not_on, istio)    a field that does not exist on `not_on`
///     underscored(node, field, istio)        it is written as only old versions read it
///     unknown(node, message, istio)          a key that is no field
///
/// What is unknown is not entered.
template <typename Visitor>
class Walk {
 public:
  explicit Walk(Visitor& visitor) : visitor_(visitor) {}
  Walk(const Walk&) = delete;  // a copy of a visitor would be told what the first one meets
  Walk& operator=(const Walk&) = delete;
  ~Walk() = default;

  void object(const k8s::Object& object, const KindFields& kind, const mesh::VersionRange& judged) {
    root(object["spec"], kind, judged);
  }

  /// The same along a node that stands for the `spec`.
  void root(const yaml::Node& spec, const KindFields& kind, const mesh::VersionRange& judged) {
    const auto istio = judged & kind.istio;
    if (istio.empty() || !spec) return;
    pruned_ = pruned(kind.kind);
    Type type;
    type.kind = Kind::message;
    type.message = kind.spec;
    value(spec, type, istio);
  }

  /// The names down to where the walk is: `spec.http.route`.
  std::string path() const { return fmt::format("{}", fmt::join(names_, ".")); }
  const std::vector<std::string_view>& names() const { return names_; }

 private:
  void value(const yaml::Node& node, const Type& type, const mesh::VersionRange& istio) {
    const bool named = !node.key().empty();
    if (named) names_.push_back(node.key());
    visitor_.value(node, type, istio);
    if (type.kind == Kind::message && node.is_mapping()) {
      mapping(node, *type.message, istio);
    } else if ((type.kind == Kind::list && node.is_sequence()) ||
               (type.kind == Kind::map && node.is_mapping())) {
      for (const auto& item : node) value(item, type.inner.front(), istio);
    }
    if (named) names_.pop_back();
  }

  void mapping(const yaml::Node& node, const Message& message, const mesh::VersionRange& istio) {
    visitor_.mapping(node, message, istio);
    for (const auto& child : node) {
      if (const auto* field = message.find(child.key())) {
        known(child, *field, istio);
      } else if (const auto* meant = underscored(child.key(), message)) {
        const auto lost = istio & pruned_;
        if (!lost.empty()) visitor_.underscored(child, *meant, lost);
        known(child, *meant, istio - pruned_);
      } else {
        visitor_.unknown(child, message, istio);
      }
    }
  }

  void known(const yaml::Node& node, const Field& field, const mesh::VersionRange& istio) {
    if (istio.empty()) return;
    if (field.istio == any_) return value(node, field.type, istio);  // most are, and sets cost time
    const auto there = istio & field.istio;
    if (there != istio) visitor_.only_on(node, field, istio - field.istio, there);
    if (!there.empty()) value(node, field.type, there);
  }

  static const Field* underscored(std::string_view key, const Message& message) {
    return key.find('_') == std::string_view::npos ? nullptr : message.find(in_camel_case(key));
  }

  Visitor& visitor_;
  mesh::VersionRange any_ = mesh::VersionRange::any();
  mesh::VersionRange pruned_;
  std::vector<std::string_view> names_;
};

}  // namespace cassmesh::fields
