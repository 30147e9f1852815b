// Which address the server's side dials for what it took in.
// Sources: istio/istio pilot/pkg/networking/core/v1alpha3/cluster.go
// at 1.0.0, 1.3.0, 1.9.0, 1.10.0; istio/istio#30226, #28178, #48718, #49035;
// architecture/ambient/ztunnel.md.

#include "capture.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

void deliver_as_usual(Flow& flow, const Service& service) {
  flow.to_loopback = delivers_to_loopback(flow);
  const auto& port = *service.port_to(flow.route.port);
  flow.hop(Step::address, {.object = service.object, .at = port.node["port"]},
           "the sidecar dials {}:{}", flow.last_address(), flow.route.port);
}

void deliver_undeclared(Flow& flow, const Evidence& by, std::string_view why) {
  if (flow.has(Capability::inbound_unbound_port_blackholed)) {
    flow.fail(Outcome::refused, Step::address, by, "{}: this Istio's sidecar sends it nowhere",
              why);
    return;
  }
  flow.hop(Step::address, by, "{}: the sidecar dials the pod IP", why);
}

/// What a Sidecar's ingress listener says of the address.
void deliver_by_ingress(Flow& flow, const k8s::Object& sidecar, const yaml::Node& ingress) {
  const auto endpoint = ingress["defaultEndpoint"];
  const auto text = endpoint.text();
  const Evidence by{.object = &sidecar, .at = endpoint ? endpoint : ingress};
  const auto who = k8s::described(sidecar);
  if (text.empty()) {
    flow.to_loopback = !flow.has(Capability::sidecar_default_endpoint_optional);
    flow.hop(Step::address, by, "{} names no defaultEndpoint: the sidecar dials {}", who,
             flow.last_address());
    return;
  }
  const auto port = text.substr(text.rfind(':') + 1);
  if (text.starts_with("unix:") || port != std::to_string(flow.route.port)) {
    flow.fail(Outcome::refused, Step::address, by, "{} sends it to '{}', where no Cassandra is",
              who, text);
    return;
  }
  flow.to_loopback = !(text.starts_with("0.0.0.0:") || text.starts_with("[::]:")) ||
                     !flow.has(Capability::sidecar_default_endpoint_instance_ip);
  flow.hop(Step::address, by, "{} has the sidecar dial {}:{}", who, flow.last_address(), port);
}

/// The Sidecar that lists ports of the pods; null if none does.
const k8s::Object* ingress_sidecar(const Flow& flow) {
  const auto* sidecar = flow.route.target->sidecar;
  const bool lists = sidecar != nullptr && flow.has(Capability::sidecar_ingress) &&
                     (*sidecar)["spec"]["ingress"].size() > 0;
  return lists ? sidecar : nullptr;
}

yaml::Node ingress_for(const k8s::Object& sidecar, int port) {
  for (const auto& each : sidecar["spec"]["ingress"]) {
    if (each["port"]["number"].text() == std::to_string(port)) return each;
  }
  return {};
}

void read_inbound_protocol(Flow& flow, const Service& service) {
  const auto& port = *service.port_to(flow.route.port);
  if (!mesh::is_http(protocol_on(port, flow.version))) return;
  const auto* const field = protocol_field(port, flow.version);
  flow.fail(Outcome::reset, Step::address, {.object = service.object, .at = port.node[field]},
            "the {} of port {} makes the server's sidecar read it as HTTP, and answer 400", field,
            port.number);
}

}  // namespace

void choose_address(Flow& flow) {
  if (flow.server == Proxy::none) return;
  if (flow.server == Proxy::ambient)
    return flow.hop(Step::address, {}, "ztunnel dials the pod IP:{}", flow.route.port);
  if (const auto* sidecar = ingress_sidecar(flow)) {
    if (const auto ingress = ingress_for(*sidecar, flow.route.port))
      return deliver_by_ingress(flow, *sidecar, ingress);
    return deliver_undeclared(
        flow, {.object = sidecar, .at = (*sidecar)["spec"]["ingress"]},
        fmt::format("{} lists other ports than {}", k8s::described(*sidecar), flow.route.port));
  }
  const auto* service = declaring(flow.model, flow.route.node, flow.route.port);
  if (service == nullptr) {
    return deliver_undeclared(flow, {},
                              fmt::format("no Service declares port {}", flow.route.port));
  }
  read_inbound_protocol(flow, *service);
  deliver_as_usual(flow, *service);
}

}  // namespace cassmesh::engine
