// The rules of iptables that a sidecar's init container sets, read in their order. What is no port
// and no range of addresses is passed over: with it the injector refuses the pod as a whole (see
// `invalid-annotation-value`), or, in includeOutboundPorts, iptables fails and the pod never
// starts. Sources: istio/istio tools/deb/istio-iptables.sh at 1.0.0 and 1.1.0,
// tools/packaging/common/istio-iptables.sh at 1.2.0 and 1.4.0,
// tools/istio-iptables/pkg/capture/run.go at 1.30.0 (handleInboundPortsInclude, Run),
// pkg/kube/inject/validate.go at 1.20.0; for what is given to it
// install/kubernetes/helm/istio/files/injection-template.yaml at 1.2.0 and 1.3.0,
// manifests/charts/istio-control/istio-discovery/files/injection-template.yaml at 1.6.0.

#include "interception.hpp"

#include <algorithm>
#include <array>

#include "../text.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

/// Calls `take` with each item of a list, without the spaces around it.
template <typename Take>
void each_item(std::string_view list, const Take& take) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    take(trim(list.substr(begin, end - begin)));
    begin = end + 1;
  }
}

/// A range of addresses, as far as it matters whether pods have them.
struct Range {
  bool is_all = false;         ///< of IPv4
  bool is_never_pods = false;  ///< a single address, or one of a kind that pods do not have
};

std::optional<Range> range_of(std::string_view text) {
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const bool is_ipv6 = text.substr(0, slash).find(':') != std::string_view::npos;
  const auto bits = whole_number(text.substr(slash + 1), 0, is_ipv6 ? 128 : 32);
  if (!bits) return std::nullopt;
  if (is_ipv6) return Range{.is_never_pods = *bits == 128};
  std::array<int, 4> parts{};
  std::size_t count = 0;
  bool is_sound = true;
  for (auto rest = text.substr(0, slash);;) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const auto part = whole_number(rest.substr(0, dot), 0, 255);
    is_sound = is_sound && part && count < parts.size();
    if (is_sound) parts.at(count++) = *part;
    if (dot == rest.size()) break;
    rest.remove_prefix(dot + 1);
  }
  if (!is_sound || count != parts.size()) return std::nullopt;
  const bool is_link_local = parts[0] == 169 && parts[1] == 254 && *bits >= 16;
  const bool is_loopback = parts[0] == 127 && *bits >= 8;
  return Range{.is_all = *bits == 0, .is_never_pods = *bits == 32 || is_link_local || is_loopback};
}

}  // namespace

Interception::Interception(const k8s::Object& workload) : workload_(&workload) {
  for (const auto& container : k8s::containers(workload)) {
    if (container.init) continue;
    for (const auto& port : container.node["ports"]) {
      const auto protocol = port["protocol"].text();
      const auto declared = whole_number(port["containerPort"].text(), 0, 65535);
      if (declared && (protocol.empty() || protocol == "TCP")) container_ports_.insert(*declared);
    }
  }
  const auto annotations = workload.pod_annotations();
  mode_ = annotations["sidecar.istio.io/interceptionMode"];
  include_inbound_ = ports_of(annotations["traffic.sidecar.istio.io/includeInboundPorts"]);
  exclude_inbound_ = ports_of(annotations["traffic.sidecar.istio.io/excludeInboundPorts"]);
  include_outbound_ = ports_of(annotations["traffic.sidecar.istio.io/includeOutboundPorts"]);
  exclude_outbound_ = ports_of(annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]);
  include_addresses_ = included(annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"]);
  exclude_addresses_ = excluded(annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"]);
}

Interception Interception::of_all_ports() {
  Interception all;
  all.declares_all_ = true;
  return all;
}

bool Interception::has_annotations() const {
  return include_inbound_ || exclude_inbound_ || include_outbound_ || exclude_outbound_ ||
         include_addresses_ || exclude_addresses_ || mode_.text() == "NONE";
}

std::optional<Interception::Ports> Interception::ports_of(const yaml::Node& annotation) {
  if (!annotation.is_scalar()) return std::nullopt;
  const auto text = trim(annotation.text());
  Ports ports{.at = annotation, .is_all = text == "*"};
  each_item(text, [&](std::string_view item) {
    if (const auto port = whole_number(item, 0, 65535)) ports.numbers.insert(*port);
  });
  const bool says_something = ports.is_all || text.empty() || !ports.numbers.empty();
  return says_something ? std::optional(std::move(ports)) : std::nullopt;
}

std::optional<Interception::Addresses> Interception::included(const yaml::Node& annotation) {
  if (!annotation.is_scalar()) return std::nullopt;
  const auto text = trim(annotation.text());
  if (text.empty()) return Addresses{.at = annotation, .pods = Addresses::Pods::none};
  if (text == "*") return Addresses{.at = annotation, .pods = Addresses::Pods::all};
  std::optional<Addresses> found;
  each_item(text, [&](std::string_view item) {
    const auto range = range_of(item);
    if (!range) return;
    if (!found) found = Addresses{.at = annotation, .pods = Addresses::Pods::unknown};
    if (range->is_all) found->pods = Addresses::Pods::all;
  });
  return found;
}

std::optional<Interception::Addresses> Interception::excluded(const yaml::Node& annotation) {
  std::optional<Addresses> found;
  each_item(annotation.text(), [&](std::string_view item) {
    const auto range = range_of(item);
    if (!range || range->is_never_pods) return;
    if (!found) found = Addresses{.at = annotation, .pods = Addresses::Pods::unknown};
    if (range->is_all) found->pods = Addresses::Pods::all;
  });
  return found;
}

Interception::Decision Interception::decide(bool is_captured, const yaml::Node& at,
                                            std::string_view why) const {
  return {.is_captured = is_captured,
          .by = at ? Evidence{.object = workload_, .at = at} : Evidence{},
          .why = why};
}

bool Interception::is_off(const Moment& version) const {
  return mode_.text() == "NONE" && version.has(Capability::interception_mode_none);
}

Interception::Decision Interception::inbound_by_container(int port) const {
  if (declares_all_ || container_ports_.contains(port))
    return decide(true, {}, "a container declares the port");
  return decide(false, workload_ == nullptr ? yaml::Node() : workload_->pod_spec()["containers"],
                "no container declares the port");
}

Interception::Decision Interception::inbound(int port, const Moment& version) const {
  constexpr std::array own_ports{15008, 15020, 15021, 15090};
  if (is_off(version)) return decide(false, mode_, "interceptionMode is NONE");
  if (std::ranges::find(own_ports, port) != own_ports.end())
    return decide(false, {}, "the port is the sidecar's own");
  if (include_inbound_ && !include_inbound_->is_all) {
    return include_inbound_->contains(port)
               ? decide(true, include_inbound_->at, "includeInboundPorts lists the port")
               : decide(false, include_inbound_->at, "includeInboundPorts leaves the port out");
  }
  if (!include_inbound_ && version.has(Capability::inbound_captures_container_ports))
    return inbound_by_container(port);
  if (exclude_inbound_ && exclude_inbound_->numbers.contains(port))
    return decide(false, exclude_inbound_->at, "excludeInboundPorts lists the port");
  return decide(true, include_inbound_ ? include_inbound_->at : yaml::Node(),
                "it takes in all ports");
}

bool Interception::leaves_out(int port, const Moment& version) const {
  return exclude_outbound_ && exclude_outbound_->numbers.contains(port) &&
         version.has(Capability::exclude_outbound_ports);
}

Interception::Decision Interception::outbound(int port, const Moment& version) const {
  if (is_off(version)) return decide(false, mode_, "interceptionMode is NONE");
  if (leaves_out(port, version))
    return decide(false, exclude_outbound_->at, "excludeOutboundPorts lists the port");
  if (exclude_addresses_ && exclude_addresses_->pods == Addresses::Pods::all)
    return decide(false, exclude_addresses_->at, "excludeOutboundIPRanges leaves all out");
  auto decision = outbound_by_address(port, version);
  if (!exclude_addresses_ || !decision.is_captured) return decision;
  decision = decide(true, exclude_addresses_->at,
                    "excludeOutboundIPRanges does not hold the pods' addresses");
  decision.is_known = false;
  return decision;
}

/// Without what is excluded.
Interception::Decision Interception::outbound_by_address(int port, const Moment& version) const {
  if (include_outbound_ && include_outbound_->contains(port) &&
      version.has(Capability::include_outbound_ports))
    return decide(true, include_outbound_->at, "includeOutboundPorts lists the port");
  if (!include_addresses_) return decide(true, {}, "it takes all that goes out");
  switch (include_addresses_->pods) {
    case Addresses::Pods::all:
      return decide(true, include_addresses_->at, "it takes all that goes out");
    case Addresses::Pods::none:
      return decide(false, include_addresses_->at, "includeOutboundIPRanges is empty");
    case Addresses::Pods::unknown:
      break;
  }
  auto decision =
      decide(true, include_addresses_->at, "includeOutboundIPRanges holds the pods' addresses");
  decision.is_known = false;
  return decision;
}

}  // namespace cassmesh::engine
