#pragma once

#include <string_view>

#include "cassmesh/rule.hpp"
#include "unmeshed.hpp"

/// What asks for proxies in a way that nobody hears: at the wrong place, or misspelt.
namespace cassmesh::engine {

struct LostRequest {
  const k8s::Object* object = nullptr;
  yaml::Node at{};
  std::string_view meant{};  ///< the key that was; empty: it is written rightly
};

/// On a workload or its Namespace; of several the one that is misplaced. No object if there is
/// none.
LostRequest lost_request(const k8s::Object& workload, const Scope& scope);

/// The nodes of a ring of which `not-injected` speaks.
std::vector<Unmeshed> not_injected(const mesh::Ring& ring, const Scope& scope);

/// Whether it names this very annotation or label.
bool is_named_by_not_injected(const yaml::Node& request, const Scope& scope);

/// Whether an annotation or a label `sidecar.istio.io/inject` that nobody reads asks for what is so
/// without it, on all judged versions.
bool is_fulfilled(const k8s::Object& workload, const yaml::Node& request, const Scope& scope);

}  // namespace cassmesh::engine
