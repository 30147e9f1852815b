#include "precedence.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

namespace cassmesh::mesh {
namespace {

std::string_view created(const k8s::Object& object) {
  return object["metadata"]["creationTimestamp"].text();
}

/// Kubernetes writes every time as 2024-11-05T09:30:00Z, so that texts sort as times do.
bool is_dated(const k8s::Object* object) {
  const auto text = created(*object);
  return text.size() == std::string_view("2024-11-05T09:30:00Z").size() && text.ends_with('Z');
}

bool is_named_before(const k8s::Object* left, const k8s::Object* right) {
  return std::tuple(left->name(), left->name_space()) <
         std::tuple(right->name(), right->name_space());
}

}  // namespace

// sortConfigByCreationTime of istio/istio pilot/pkg/model/config.go.
Objects by_precedence(std::span<const k8s::Object* const> objects) {
  Objects ordered(objects.begin(), objects.end());
  std::ranges::stable_sort(ordered, is_named_before);
  Objects dated;
  std::ranges::copy_if(ordered, std::back_inserter(dated), is_dated);
  std::ranges::stable_sort(dated, {}, [](const k8s::Object* object) { return created(*object); });
  auto next = dated.begin();
  for (auto& each : ordered) {
    if (is_dated(each)) each = *next++;
  }
  return ordered;
}

Objects possible_firsts(std::span<const k8s::Object* const> objects) {
  Objects first;
  bool has_dated = false;
  for (const auto* each : by_precedence(objects)) {
    if (is_dated(each) && std::exchange(has_dated, true)) continue;
    if (std::ranges::none_of(first, [&](const auto* other) { return are_one(*other, *each); }))
      first.push_back(each);
  }
  return first;
}

Precedence precedence(const k8s::Object& left, const k8s::Object& right) {
  const auto order = by_precedence(std::array{&left, &right});
  return {.first = order.front(),
          .second = order.back(),
          .known = std::ranges::all_of(order, is_dated)};
}

bool are_one(const k8s::Object& left, const k8s::Object& right) {
  return left.kind() == right.kind() && left.name() == right.name() &&
         left.name_space() == right.name_space();
}

std::string only_the_first_counts(const Precedence& order) {
  return order.known ? "only that one counts, being the older"
                     : "only the older of the two counts, and the files do not tell which that is";
}

}  // namespace cassmesh::mesh
