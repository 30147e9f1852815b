#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "cassmesh/engine.hpp"
#include "moment.hpp"

/// Which ports of a pod with a sidecar go through it.
namespace cassmesh::engine {

/// What the annotations `traffic.sidecar.istio.io/*` of a pod template say.
class Interception {
 public:
  Interception() = default;  ///< no annotation, no port of a container
  explicit Interception(const k8s::Object& workload);
  /// As it should be: no annotation, and containers that declare every port.
  static Interception of_all_ports();

  struct Decision {
    bool is_captured = true;
    bool is_known = true;  ///< false: it hangs on addresses that the files do not tell
    Evidence by{};         ///< the annotation; nothing for the default
    std::string_view why;  ///< a clause, a literal: `includeInboundPorts leaves it out`
  };
  /// Whether what comes in for a port goes through the sidecar. Up to 1.2 only ports that the
  /// containers declare do by default, from 1.3 on all but the sidecar's own.
  Decision inbound(int port, const Moment& version) const;
  /// Whether what goes out to a port of another pod does.
  Decision outbound(int port, const Moment& version) const;
  /// Whether a port is left out of what goes out, wherever it goes: to the pod itself as well.
  bool leaves_out(int port, const Moment& version) const;

  /// Whether anything says other than the default.
  bool has_annotations() const;

 private:
  /// A list of ports in an annotation.
  struct Ports {
    yaml::Node at{};
    bool is_all = false;
    std::set<int> numbers{};

    bool contains(int port) const { return is_all || numbers.contains(port); }
  };
  /// A list of addresses in an annotation: which of the pods' it holds.
  struct Addresses {
    enum class Pods { none, all, unknown };
    yaml::Node at{};
    Pods pods = Pods::none;
  };
  static std::optional<Ports> ports_of(const yaml::Node& annotation);
  static std::optional<Addresses> included(const yaml::Node& annotation);
  static std::optional<Addresses> excluded(const yaml::Node& annotation);

  Decision decide(bool is_captured, const yaml::Node& at, std::string_view why) const;
  Decision inbound_by_container(int port) const;
  Decision outbound_by_address(int port, const Moment& version) const;
  bool is_off(const Moment& version) const;

  const k8s::Object* workload_ = nullptr;
  bool declares_all_ = false;
  std::set<int> container_ports_;
  yaml::Node mode_{};  ///< `interceptionMode`
  std::optional<Ports> include_inbound_;
  std::optional<Ports> exclude_inbound_;
  std::optional<Ports> include_outbound_;
  std::optional<Ports> exclude_outbound_;
  std::optional<Addresses> include_addresses_;
  std::optional<Addresses> exclude_addresses_;
};

}  // namespace cassmesh::engine
