#pragma once

#include <string_view>

#include "cassmesh/spec.hpp"
#include "complaints.hpp"
#include "flavours.hpp"
#include "plan.hpp"
#include "requirements.hpp"

namespace cassmesh::render {

/// Where Cassandra shall listen: what the spec asks for, or, for `auto`, both wherever Cassandra
/// can. Says what is impossible, and on which versions of Istio the choice works.
Listen choose_listen(const spec::ClusterSpec& spec, const ImageFacts& image, MeshMode mode,
                     Requirements& requirements, Complaints& complain);

/// Requires, for `path`, that nothing of the pod's dials the pod's own IP through the pod's own
/// sidecar: up to Istio 1.4 it does, in plaintext, which strict mTLS and policies on identities
/// refuse.
void require_own_address(const spec::ClusterSpec& spec, const ImageFacts& image,
                         std::string_view path, Requirements& requirements);

}  // namespace cassmesh::render
