#pragma once

#include <string>

#include "flow.hpp"

/// What a client's sidecar knows of: by `exportTo`, and by the Sidecar that shapes it.
namespace cassmesh::engine {

/// Whether an object that these namespaces see counts for the client.
bool sees(const Flow& flow, const mesh::Audience& audience);

/// A reason, with what it rests on; none if it is empty.
struct Reason {
  std::string why{};
  Evidence by{};
  explicit operator bool() const { return !why.empty(); }
};

/// Why the client's sidecar knows nothing of a Service's port, or has no listener for its pods.
Reason hidden_from_client(const Flow& flow, const Service& service, int port);

/// Whether the client's Sidecar lets it know of a host that stands in a namespace.
bool imports(const Flow& flow, std::string_view host, std::string_view name_space);
bool imports_taker(const Flow& flow, const Taker& taker);

/// What closes connections to all that the registry does not know; none if nothing does.
Reason only_registry(const Flow& flow);

}  // namespace cassmesh::engine
