#pragma once

#include <optional>
#include <span>
#include <string>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"
#include "registry.hpp"

/// Why a route to a host leads nowhere.
namespace cassmesh::mesh {

struct MissingHost {
  std::string message{};
  std::string fix{};
  /// In which what is missing would stand; empty if it may stand anywhere.
  std::string name_space{};
  bool certain = false;                ///< nothing outside of the files can mend it
  const k8s::Object* other = nullptr;  ///< what was probably meant or is in the way
  std::string role{};                  ///< what `other` is
};

/// `host`: as the VirtualService writes it. Nothing if somebody makes the host and exports it to
/// somebody who sees the VirtualService, or if it comes with every cluster.
std::optional<MissingHost> missing_host(std::string_view host, const k8s::Object& virtual_service,
                                        Registry& registry);

}  // namespace cassmesh::mesh
