#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"

/// Who defines the subsets of a host.
namespace cassmesh::mesh {

/// DestinationRules by their full hosts. Several definitions of one may be tried one after the
/// other, so that each of them counts.
class DestinationRules {
 public:
  /// `here`: what is judged; `everywhere`: all that was read.
  DestinationRules(const k8s::ObjectSet& here, std::span<const k8s::ObjectSet* const> everywhere,
                   const Settings& settings);

  struct Match {
    const k8s::Object* rule = nullptr;
    std::string_view host{};  ///< the full one that the rule is for
  };
  /// All here that are for a full host, the most specific ones first.
  std::vector<Match> for_host(std::string_view host) const;

  struct Definition {
    const k8s::Object* rule = nullptr;  ///< that has the subset; null if none has
    /// Why no client that sees the VirtualService gets it; empty if some may.
    std::string why_not{};
    bool is_sure = true;  ///< false: it hangs on where the gateway's pods run, which nobody says
  };
  /// Who defines a subset of a full host for the clients that see a VirtualService.
  /// `service_namespace`: where the host's Service stands.
  Definition definition(std::string_view host, std::string_view subset,
                        const k8s::Object& virtual_service,
                        std::string_view service_namespace) const;

 private:
  /// A definition in the rule of `match`.
  Definition reached(const Match& match, std::span<const Match> all,
                     const k8s::Object& virtual_service, std::string_view service_namespace) const;
  /// What of a namespace's rules has the more specific host, and so counts instead.
  std::string why_overruled(const Match& match, std::span<const Match> all) const;

  /// One of elsewhere that has the subset; null if there is none.
  const k8s::Object* find_elsewhere(std::string_view host, std::string_view subset) const;

  const k8s::ObjectSet& here_;
  std::span<const k8s::ObjectSet* const> everywhere_;
  const Settings& settings_;
  std::map<std::string, std::vector<const k8s::Object*>, std::less<>> by_host_;
};

/// The subset of that name; missing if the rule has none.
yaml::Node subset_of(const k8s::Object& rule, std::string_view name);

}  // namespace cassmesh::mesh
