#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"

/// The routes of VirtualServices as the control plane compares them.
namespace cassmesh::mesh {

/// Which list of a VirtualService a route stands in: each kind of port has its own.
enum class Layer { http, tls, tcp };

/// What of a route's match is settled when a proxy gets its routes; what is empty fits all.
struct Source {
  std::string_view name_space{};
  std::string_view port{};
  std::map<std::string_view, std::string_view> labels{};
  auto operator<=>(const Source&) const = default;
};

/// Whether there can be a proxy that both fit.
bool can_meet(const Source& left, const Source& right);

/// What a VirtualService claims for itself. Of two claims of the same layer and match, whose
/// sources can meet, only one is heard.
struct Claim {
  Layer layer = Layer::http;
  /// What is compared with each connection or request; equal for equal ones. Sidecars hear one
  /// VirtualService for a host, so that for them it is empty in the HTTP layer.
  std::string match{};
  Source source{};
  yaml::Node at{};  ///< the match, the route if that has none, the name of an SNI
};

/// What a VirtualService claims on a gateway, sorted by layer, match and source, each once.
struct Claims {
  std::vector<Claim> all{};
  bool is_whole = true;  ///< false: it delegates to more routes than are looked at
};

/// All claims of a VirtualService on a gateway (`mesh` or `namespace/name`). `objects`: where the
/// VirtualServices are that it delegates to.
Claims claims(const k8s::Object& virtual_service, std::string_view gateway,
              const k8s::ObjectSet& objects);

}  // namespace cassmesh::mesh
