// The tcp routes of VirtualServices that hold for a listener of the client's sidecar.
// Source: istio/istio 1.24.0 pilot/pkg/networking/core/tls.go (getConfigsForHost,
// buildSidecarOutboundTCPFilterChainOpts): of the VirtualServices for a host, the oldest first, the
// first route that matches counts.

#include <algorithm>

#include "../mesh/virtual_services.hpp"
#include "cassmesh/hosts.hpp"
#include "flow.hpp"
#include "match.hpp"
#include "sight.hpp"

namespace cassmesh::engine {
namespace {

bool is_for_host(const Flow& flow, const k8s::Object& service) {
  const auto& domain = flow.model.settings->cluster_domain;
  return std::ranges::any_of(service["spec"]["hosts"], [&](const yaml::Node& host) {
    // For sidecars a lone `*` is no host.
    return host.text() != "*" &&
           mesh::covers(mesh::full_host(host.text(), service.name_space(), domain),
                        flow.owner->host);
  });
}

bool is_for_mesh(const yaml::Node& match, const k8s::Object& service) {
  const auto own = match["gateways"];
  return mesh::names_sidecars(own.size() > 0 ? own : service["spec"]["gateways"]);
}

bool fits_source(const Flow& flow, const yaml::Node& match) {
  const auto* source = flow.route.source;
  const auto name_space = match["sourceNamespace"].text();
  if (!name_space.empty() && (source == nullptr || source->name_space != name_space)) return false;
  const auto labels = match["sourceLabels"];
  return labels.size() == 0 ||
         (source != nullptr && source->object != nullptr && k8s::selects(labels, *source->object));
}

bool fits(const Flow& flow, const yaml::Node& match, const k8s::Object& service) {
  const auto port = match["port"].text();
  return is_for_mesh(match, service) && fits_source(flow, match) &&
         (port.empty() || port == std::to_string(flow.owner_port->number));
}

/// Whether a route takes the connection. `unknown`: it asks for addresses, which no file tells.
Match match_of(const Flow& flow, const yaml::Node& route, const k8s::Object& service) {
  const auto all = route["match"];
  if (all.size() == 0) return is_for_mesh(all, service) ? Match::yes : Match::no;
  auto found = Match::no;
  for (const auto& match : all) {
    if (!fits(flow, match, service)) continue;
    if (match["destinationSubnets"].size() == 0) return Match::yes;
    found = Match::unknown;
  }
  return found;
}

/// Says where a route leads.
void follow_route(Flow& flow, const yaml::Node& route, const k8s::Object& service, Match matches) {
  const auto& domain = flow.model.settings->cluster_domain;
  for (const auto& destination : mesh::destinations_of(route)) {
    const auto host = destination["host"];
    const Evidence by{.object = &service, .at = host};
    const auto leads_on =
        mesh::full_host(host.text(), service.name_space(), domain) == flow.owner->host;
    if (!leads_on && matches == Match::unknown) {
      flow.doubt(Step::route, by, "whether the pod's address is in destinationSubnets of {}",
                 k8s::described(service));
    } else if (!leads_on) {
      flow.fail(Outcome::misrouted, Step::route, by,
                "a tcp route of {} leads to '{}', whichever pod was dialled",
                k8s::described(service), host.text());
      return;
    } else {
      flow.subset = std::string(destination["subset"].text());
      flow.hop(Step::route, by, "a tcp route of {} leads where it goes anyway",
               k8s::described(service));
    }
  }
}

}  // namespace

void follow_routes(Flow& flow) {
  if (flow.owner == nullptr) return;
  for (const auto* service : flow.model.objects.virtual_services) {
    if (!mesh::is_for_sidecars(*service) || !is_for_host(flow, *service) ||
        !sees(flow, mesh::audience(*service, *flow.model.settings)) ||
        !imports(flow, flow.owner->host, service->name_space()))
      continue;
    for (const auto& route : (*service)["spec"]["tcp"]) {
      const auto how = match_of(flow, route, *service);
      if (how == Match::no) continue;
      follow_route(flow, route, *service, how);
      if (how == Match::yes) return;
    }
  }
}

}  // namespace cassmesh::engine
