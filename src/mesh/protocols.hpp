#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"
#include "cassmesh/versions.hpp"

/// Which protocol the control plane takes a Service's port for.
/// Source: istio/istio pkg/config/kube/conversion.go (ConvertProtocol) from 1.3.0 on.
namespace cassmesh::mesh {

/// `unknown`: from 1.3 on the proxy looks into the connection, before that it is TCP.
enum class Protocol {
  unknown,
  tcp,
  udp,
  tls,
  https,
  http,
  http2,
  http_proxy,
  grpc,
  grpc_web,
  mongo,
  mysql,
  redis
};

/// By the part of a port's name before the first `-`, in any case of letters.
Protocol protocol_of_name(std::string_view name);
/// By `appProtocol`: the same, and three names of Kubernetes' own.
Protocol protocol_of_app(std::string_view app_protocol);
bool is_http(Protocol protocol);

/// From which version on `appProtocol` counts, and then instead of the name.
const VersionRange& versions_with_app_protocol();
/// On which versions the control plane knows the protocol of a port neither by its name nor by its
/// `appProtocol`, so that proxies have to guess.
VersionRange versions_that_guess(const yaml::Node& port);

/// Whether the name and the `appProtocol` of a port name two different protocols. One that is a
/// closer word for the other is not different.
bool names_two_protocols(const yaml::Node& port);

/// The ports of a Service that carry TCP and whose number says nothing: 25, 53, 3306 and 27017 are
/// TCP to Istio, and 15000 to 15099 are its own.
std::vector<yaml::Node> ports_to_name(const k8s::Object& service);

/// The namespaces of which the files say that they are in a mesh of sidecars.
class Meshed {
 public:
  Meshed(const k8s::ObjectSet& objects, const Settings& settings);
  /// Whether sidecars route by the protocols of a Service's ports. A ring's Service is taken for
  /// one of a mesh unless the files say otherwise.
  bool routes_by_protocol(const k8s::Object& service, bool is_ring) const;

 private:
  using Names = std::set<std::string_view, std::less<>>;
  Names in_;
  Names out_;
  bool everywhere_ = false;
  bool nowhere_ = false;
};

}  // namespace cassmesh::mesh
