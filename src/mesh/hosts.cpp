#include "cassmesh/hosts.hpp"

#include <fmt/core.h>

#include <string>

#include "text.hpp"

namespace cassmesh::mesh {
namespace {

/// What stands before `.svc.DOMAIN`; nothing if the host does not end so.
std::optional<std::string_view> before_svc(std::string_view host, std::string_view cluster_domain) {
  constexpr std::string_view svc = ".svc.";
  if (is_wildcard(host) || !host.ends_with(cluster_domain)) return {};
  host.remove_suffix(cluster_domain.size());
  if (!host.ends_with(svc)) return {};
  return host.substr(0, host.size() - svc.size());
}

/// `name.namespace`, both there and without further dots.
std::optional<ServiceName> name_and_namespace(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {};
  const ServiceName service{.name = text.substr(0, dot), .name_space = text.substr(dot + 1)};
  const bool dotted = service.name_space.find('.') != std::string_view::npos;
  if (dotted || service.name.empty() || service.name_space.empty()) return {};
  return service;
}

/// `text` without the `.svc`, `.svc.cluster`, … at its end: the domain, or what is left of it when
/// labels at its end are left out.
std::string_view without_domain(std::string_view text, std::string_view cluster_domain) {
  auto domain = ".svc." + lower_case(cluster_domain);
  while (domain.size() > 1) {
    if (text.ends_with(domain)) return text.substr(0, text.size() - domain.size());
    domain.resize(domain.rfind('.'));
  }
  return text;
}

}  // namespace

std::string full_host(std::string_view host, std::string_view name_space,
                      std::string_view cluster_domain) {
  // A colon stands in no name, only in an IPv6 address.
  const bool complete = host.empty() || host == "*" || host.find_first_of(".:") != host.npos;
  auto full = std::string(host);
  if (complete) return full;
  if (!name_space.empty()) full.append(".").append(name_space);
  if (!cluster_domain.empty()) full.append(".svc.").append(cluster_domain);
  return full;
}

std::string full_gateway(std::string_view gateway, std::string_view name_space) {
  if (gateway == "mesh") return "mesh";
  const auto slash = gateway.find('/');
  if (slash != gateway.npos) {
    const auto space = gateway.substr(0, slash);
    return std::string(space == "." ? name_space : space).append(gateway.substr(slash));
  }
  const auto dot = gateway.find('.');
  if (dot == gateway.npos) return std::string(name_space).append("/").append(gateway);
  const auto rest = gateway.substr(dot + 1);
  return std::string(rest.substr(0, rest.find('.'))).append("/").append(gateway.substr(0, dot));
}

bool is_wildcard(std::string_view host) {
  return host.starts_with('*');
}

bool covers(std::string_view pattern, std::string_view host) {
  if (!is_wildcard(pattern)) return pattern == host;
  if (!is_wildcard(host)) return host.ends_with(pattern.substr(1));
  return host.size() >= pattern.size() && host.substr(1).ends_with(pattern.substr(1));
}

bool overlap(std::string_view left, std::string_view right) {
  return covers(left, right) || covers(right, left);
}

bool more_specific(std::string_view left, std::string_view right) {
  if (is_wildcard(left) != is_wildcard(right)) return is_wildcard(right);
  if (left.size() != right.size()) return left.size() > right.size();
  return left < right;
}

std::optional<ServiceName> service_of(std::string_view host, std::string_view cluster_domain) {
  const auto rest = before_svc(host, cluster_domain);
  return rest ? name_and_namespace(*rest) : std::nullopt;
}

std::optional<PodName> pod_of(std::string_view host, std::string_view cluster_domain) {
  const auto rest = before_svc(host, cluster_domain);
  const auto dot = rest ? rest->find('.') : 0;
  if (!rest || dot == 0 || dot == rest->npos) return {};
  const auto service = name_and_namespace(rest->substr(dot + 1));
  if (!service) return {};
  return PodName{.pod = rest->substr(0, dot), .service = *service};
}

std::optional<MeantService> meant_service(std::string_view host, std::string_view cluster_domain) {
  if (is_wildcard(host)) return {};
  const auto small = lower_case(host);
  // No Service has capitals in its name, but the domain may be configured with some.
  const auto named = service_of(host, cluster_domain);
  if (named && small.starts_with(fmt::format("{}.{}.", named->name, named->name_space))) return {};
  std::string_view text = small;
  if (text.ends_with('.')) text.remove_suffix(1);
  const auto rest = without_domain(text, cluster_domain);
  const auto meant = name_and_namespace(rest);
  if (!meant) return {};
  return MeantService{.name = std::string(meant->name),
                      .name_space = std::string(meant->name_space),
                      .certain = rest.size() < text.size()};
}

}  // namespace cassmesh::mesh
