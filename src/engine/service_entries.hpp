#pragma once

#include "flow.hpp"

/// ServiceEntries with a host of the ring.
namespace cassmesh::engine {

/// Whether one has taken the place of the Service that owns the listener for this client; then it
/// says what becomes of the connection.
bool take_by_service_entry(Flow& flow);

/// The one that adds endpoints without mTLS to a Service's port, as both have one host and one
/// namespace; nothing if there is none.
Evidence endpoints_without_mtls(const Flow& flow, const Service& service, int port);

}  // namespace cassmesh::engine
