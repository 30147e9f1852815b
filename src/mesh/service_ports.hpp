#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cassmesh/k8s.hpp"

/// The ports of Services and those at which pods listen.
namespace cassmesh::mesh {

/// A Service's port behind which pods listen at another one.
struct MappedPort {
  const k8s::Object* service = nullptr;
  yaml::Node port{};
  int target = 0;
};

/// The port of that number, as it is written, that is a Service's alone: its pods listen at another
/// one, and no container and no Service says that they listen at this one too. Nothing where the
/// containers do not say where they listen.
std::optional<MappedPort> service_port_alone(std::string_view number,
                                             std::span<const k8s::Object* const> pods,
                                             const k8s::ObjectSet& objects);

}  // namespace cassmesh::mesh
