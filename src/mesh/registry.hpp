#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/hosts.hpp"
#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"

/// The hosts that the control plane knows: those of Services and of ServiceEntries, each under the
/// very name that it has. A wildcard of a ServiceEntry is a host of its own: routes to a name below
/// it lead nowhere.
/// Source: istio/istio 1.24.0 pilot/pkg/model/push_context.go (HostnameAndNamespace).
namespace cassmesh::mesh {

/// The numbers of ports as they are written.
using Ports = std::set<std::string_view>;

/// Several definitions of an object may be tried one after the other, so that each of them counts.
class Registry {
 public:
  /// `here`: what is judged; `everywhere`: all that was read.
  Registry(const k8s::ObjectSet& here, std::span<const k8s::ObjectSet* const> everywhere,
           const Settings& settings);

  const k8s::ObjectSet& here() const { return here_; }
  const Settings& settings() const { return settings_; }

  /// The Services and ServiceEntries that make a full host, those of elsewhere only if none is
  /// here; none if nobody does.
  std::vector<const k8s::Object*> find(std::string_view host) const;
  /// The Service of a namespace that was probably meant by a name, or else the one of the very name
  /// in another namespace; null if there is none here, or if that was asked too often.
  const k8s::Object* service_near(const ServiceName& name);
  /// The `hosts` item of a ServiceEntry with the longest wildcard that covers a host.
  struct Wildcard {
    const k8s::Object* service_entry = nullptr;
    yaml::Node host{};
  };
  Wildcard wildcard_over(std::string_view host) const;

 private:
  using Objects = std::vector<const k8s::Object*>;
  Objects find_elsewhere(std::string_view host) const;

  const k8s::ObjectSet& here_;
  std::span<const k8s::ObjectSet* const> everywhere_;
  const Settings& settings_;
  std::map<std::pair<std::string_view, std::string_view>, Objects> services_;  ///< namespace, name
  std::map<std::string_view, Objects> entries_;                                ///< by host
  std::vector<Wildcard> wildcards_;
  std::size_t suggestions_ = 0;
};

/// The ports of a Service or ServiceEntry.
Ports ports_of(const k8s::Object& object);
/// Those of all who make one host; none where the files do not hold them all.
Ports ports_of(std::span<const k8s::Object* const> owners);

}  // namespace cassmesh::mesh
