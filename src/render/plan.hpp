#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/spec.hpp"
#include "cassmesh/versions.hpp"
#include "flavours.hpp"

namespace cassmesh::render {

enum class MeshMode { sidecar, ambient, none };
enum class Mtls { inherit, strict, permissive };

/// One StatefulSet: the whole ring, or one of its racks.
struct StatefulSetPlan {
  std::string name;
  std::string rack;
  int replicas = 0;
  std::string zone;           ///< empty: any
  yaml::Value node_selector;  ///< the rack's own, absent if none
};

/// What a spec comes to: everything that is decided before an object is written.
struct Plan {
  FlavourName flavour = FlavourName::custom;
  std::string version;  ///< Cassandra's, empty if unknown
  Listen listen = Listen::pod_ip;
  MeshMode mode = MeshMode::sidecar;
  Mtls mtls = Mtls::inherit;
  mesh::VersionRange istio;           ///< on which the manifest runs; empty without a mesh
  bool authorization_policy = false;  ///< whether only known clients are admitted
  std::map<std::string, std::string, std::less<>>
      api_versions;  ///< of Istio's kinds that are rendered
  std::vector<StatefulSetPlan> stateful_sets;
  std::vector<std::string> seeds;  ///< DNS names
  std::string service_account;
};

/// Decides, and appends what is impossible to `problems`, each at the value that asks for it.
Plan make_plan(const spec::ClusterSpec& spec, std::vector<Finding>& problems);

}  // namespace cassmesh::render
