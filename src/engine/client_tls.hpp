#pragma once

#include "flow.hpp"

namespace cassmesh::engine {

/// What DestinationRules say of a connection.
struct TlsSetting {
  const k8s::Object* rule = nullptr;  ///< that counts; null: none is for the host
  yaml::Node tls{};                   ///< its word on TLS for this port; missing: it says nothing
  yaml::Node at{};                    ///< the mode, or the rule's host
};

/// The one that counts for a client of a Service's port. `client`: null for one of which nothing is
/// known.
/// Source: istio/istio 1.24.0 pilot/pkg/model/push_context.go (destinationRule), 1.1 upgrade notes.
TlsSetting tls_setting(const Model& model, const Workload* client, const Service& service, int port,
                       std::string_view subset, const Moment& version);

}  // namespace cassmesh::engine
