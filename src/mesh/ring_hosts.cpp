#include "ring_hosts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "cassmesh/hosts.hpp"

namespace cassmesh::mesh {
namespace {

/// The ring's own name that `host` is or covers.
std::optional<RingHost> concerns(std::string_view host, const Ring& ring, const Settings& settings,
                                 bool only_headless) {
  const bool wildcard = is_wildcard(host);
  const auto hosts = only_headless ? headless_hosts(ring, settings) : ring.hosts(settings);
  const auto service =
      std::ranges::find_if(hosts, [&](const std::string& own) { return covers(host, own); });
  if (service != hosts.end()) return RingHost{&ring, *service, false, wildcard};
  if (!wildcard && pod_of(host, settings.cluster_domain) && ring.has_host(host, settings))
    return RingHost{&ring, std::string(host), true, false};
  if (!wildcard || ring.governing_name().empty()) return std::nullopt;
  const auto first =
      fmt::format("{}-0.{}", ring.stateful_sets.front()->name(),
                  full_host(ring.governing_name(), ring.name_space, settings.cluster_domain));
  return covers(host, first) ? std::optional(RingHost{&ring, first, true, true}) : std::nullopt;
}

/// The namespace that the full name of a Service or of a pod tells; nothing of other hosts.
std::optional<std::string_view> namespace_of(std::string_view host, const Settings& settings) {
  if (const auto service = service_of(host, settings.cluster_domain)) return service->name_space;
  if (const auto pod = pod_of(host, settings.cluster_domain)) return pod->service.name_space;
  return std::nullopt;
}

}  // namespace

std::vector<std::string> headless_hosts(const Ring& ring, const Settings& settings) {
  auto hosts = ring.hosts(settings);
  std::erase_if(hosts, [&](const std::string& host) {
    const auto is_it = [&](const k8s::Object* service) {
      return service != nullptr && !is_headless(*service) &&
             full_host(service->name(), ring.name_space, settings.cluster_domain) == host;
    };
    return is_it(ring.service) || std::ranges::any_of(ring.services, is_it);
  });
  return hosts;
}

std::optional<RingHost> ring_host(std::string_view host, std::span<const Ring> rings,
                                  const Settings& settings, bool only_headless) {
  const auto name_space = namespace_of(host, settings);
  for (const auto& ring : rings) {
    if (name_space && *name_space != ring.name_space) continue;
    if (auto found = concerns(host, ring, settings, only_headless)) return found;
  }
  return std::nullopt;
}

std::string described(const RingHost& host) {
  const auto* what = host.is_pod ? "pod" : "host";
  if (!host.is_covered) return fmt::format("is a {} of ring '{}'", what, host.ring->name);
  return fmt::format("covers '{}', a {} of ring '{}'", host.host, what, host.ring->name);
}

HostOwner owner_of(const Ring& ring) {
  if (ring.service != nullptr) return {.object = ring.service, .role = "the ring's Service"};
  return {.object = ring.stateful_sets.front(), .role = "the ring"};
}

}  // namespace cassmesh::mesh
