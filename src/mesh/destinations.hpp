#pragma once

#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"

/// Where the routes of a VirtualService lead.
namespace cassmesh::mesh {

struct Destination {
  yaml::Node node{};       ///< with `host`, `port`, `subset`
  bool is_mirror = false;  ///< gets copies only
};

/// All that get traffic, as `http`, `tcp` and `tls` name them in this order. One of several with
/// the weight 0 gets none: `istio/istio 1.24.0 pilot/pkg/networking/core/route/route.go:639`.
std::vector<Destination> destinations(const k8s::Object& virtual_service);

/// Whether some route leads to a subset of a full host.
bool leads_to_subset(const k8s::Object& virtual_service, std::string_view host,
                     std::string_view cluster_domain);

/// Who gets its routes. Those of a VirtualService without hosts come in others, which delegate to
/// it: whoever sees these.
Audience audience_of_routes(const k8s::Object& virtual_service, const Settings& settings);

}  // namespace cassmesh::mesh
