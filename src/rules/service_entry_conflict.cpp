#include "../engine/telling.hpp"
#include "cassmesh/rule.hpp"
#include "mesh/service_entries.hpp"

namespace cassmesh::rules {
namespace {

std::string_view for_whom(const mesh::Precedence& order) {
  return order.first->name_space() == order.second->name_space()
             ? ""
             : "where neither is in the client's own namespace, ";
}

void check(const k8s::ObjectSet& objects, Report& report) {
  const auto all = mesh::disagreements(objects, report.scope().settings);
  for (const auto* object : all.left_out) {
    report.leave_out(*object, fmt::format("{} has more hosts and ports than can be compared with "
                                          "others",
                                          k8s::described(*object)));
  }
  for (const auto& found : all.found) {
    const auto& order = found.order;
    const auto* ring = report.scope().ring_of(found.host);
    const auto said =
        report(*order.second, found.second_at,
               "port {} of host '{}' has {} '{}' here and '{}' in {}: {}{}", found.port, found.host,
               found.what, found.second_says, found.first_says, k8s::described(*order.first),
               for_whom(order), mesh::only_the_first_counts(order));
    said.related(*order.first, found.first_at, "the other ServiceEntry").ring(ring);
    if (ring != nullptr) engine::tell_why(said, report.scope().engine.effect(*order.first, *ring));
  }
}

}  // namespace

extern const Rule service_entry_conflict{
    .name = "service-entry-conflict",
    .severity = Severity::warning,
    .kinds = {"ServiceEntry"},
    .summary = "ServiceEntries for one port of a host agree on what is there.",
    .why =
        "Of several ServiceEntries for a host, a proxy goes by one: that of its own namespace, "
        "else "
        "the one created first. Whether the host is reached by DNS or at the address that the "
        "client dials, with TLS or as plain HTTP, then turns on which of them was applied first, "
        "and changes when that one is deleted.",
    .fix = "say the same in both, or show each only to those that it is for, by exportTo",
    .versions = "from 1.24 a namespace's own entry comes first; before, only with a Sidecar",
    .source =
        "istio/istio 1.24.0 pilot/pkg/model/sidecar.go (selectServices, appendSidecarServices), "
        "push_context.go (SortServicesByCreationTime)",
    .check = check,
};

}  // namespace cassmesh::rules
