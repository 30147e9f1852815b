#include "precedence.hpp"

#include <tuple>

namespace cassmesh::mesh {

// sortConfigByCreationTime of istio/istio pilot/pkg/model/config.go. Kubernetes writes every time
// as 2024-11-05T09:30:00Z, so that texts sort as times do.
Precedence precedence(const k8s::Object& left, const k8s::Object& right) {
  const auto created = [](const k8s::Object& object) {
    return object["metadata"]["creationTimestamp"].text();
  };
  const bool known = created(left).ends_with('Z') && created(right).ends_with('Z') &&
                     created(left).size() == created(right).size();
  const auto place = [&](const k8s::Object& object) {
    return std::tuple(known ? created(object) : "", object.name(), object.name_space());
  };
  if (place(right) < place(left)) return {.first = &right, .second = &left, .known = known};
  return {.first = &left, .second = &right, .known = known};
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
