#include "old_policies.hpp"

#include <algorithm>

#include "cassmesh/hosts.hpp"

namespace cassmesh::engine {
namespace {

bool is_meant(const yaml::Node& selector, const Port& port) {
  const auto name = port.node["name"].text();
  return selector["number"].text() == fmt::format("{}", port.number) ||
         (!name.empty() && selector["name"].text() == name);
}

const k8s::Object* for_service(const Model& model, const Service& service, const Port& port) {
  const k8s::Object* whole = nullptr;
  for (const auto* policy : model.objects.old_policies) {
    for (const auto& target : (*policy)["spec"]["targets"]) {
      const auto host = mesh::full_host(target["name"].text(), policy->name_space(),
                                        model.settings->cluster_domain);
      if (host != service.host) continue;
      const auto ports = target["ports"];
      if (std::ranges::any_of(ports, [&](const yaml::Node& it) { return is_meant(it, port); }))
        return policy;
      if (ports.size() == 0 && whole == nullptr) whole = policy;
    }
  }
  return whole;
}

/// One for a whole namespace, or for the mesh, must have this name.
const k8s::Object* named_default(const Model& model, std::string_view kind,
                                 std::string_view name_space) {
  const auto found = std::ranges::find_if(model.objects.old_policies, [&](const auto* policy) {
    return policy->is(kind) && policy->name() == "default" && policy->name_space() == name_space &&
           (*policy)["spec"]["targets"].size() == 0;
  });
  return found == model.objects.old_policies.end() ? nullptr : *found;
}

}  // namespace

const k8s::Object* find_old_policy(const Model& model, const Service* service, const Port* port) {
  if (service != nullptr && port != nullptr) {
    if (const auto* policy = for_service(model, *service, *port)) return policy;
  }
  if (const auto* policy = named_default(model, "Policy", model.ring->name_space)) return policy;
  return named_default(model, "MeshPolicy", {});
}

PeerPolicy read_old_policy(const k8s::Object& policy) {
  const auto peers = policy["spec"]["peers"];
  for (const auto& peer : peers) {
    const auto mtls = peer["mtls"];
    if (!mtls) continue;
    // Without a mode it is STRICT, also where `mtls` has no value at all.
    const auto mode = mtls["mode"].text() == "PERMISSIVE" ? MtlsMode::permissive : MtlsMode::strict;
    return {.mode = mode,
            .by = {&policy, mtls["mode"] ? mtls["mode"] : mtls},
            .why = fmt::format("{} asks for {}", k8s::described(policy), to_string(mode))};
  }
  return {.mode = MtlsMode::disable,
          .by = {&policy, peers ? peers : policy.name_node()},
          .why = fmt::format("{} has no peer with mtls", k8s::described(policy))};
}

}  // namespace cassmesh::engine
