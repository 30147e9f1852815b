#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "engine/flow.hpp"

/// A ring in the namespace `data`, a client in `shop`, and policies: what the stages of the engine
/// that apply policies look at, made by hand.
class PolicyScene {
 public:
  /// `policies`: further objects. The ring: StatefulSet and Service `cassandra`, account
  /// `cassandra`, ports 7000 and 9042; 7199 is a port of the container that no Service declares.
  /// The client: Deployment `web`, account `web`.
  explicit PolicyScene(std::string_view policies, cassmesh::mesh::Settings settings = {});

  cassmesh::engine::Model model{};
  cassmesh::engine::Workload client{};

  const cassmesh::engine::Workload& node() const { return model.nodes.front(); }
  /// From one node to another.
  cassmesh::engine::Route gossip(int port = 7000) const;
  /// From the client, or from nobody that is known.
  cassmesh::engine::Route cql(int port = 9042) const;
  cassmesh::engine::Route outside(int port = 9042) const;

 private:
  cassmesh::Sources sources_;
  std::vector<cassmesh::yaml::Document> documents_;
  cassmesh::k8s::ObjectSet objects_;
  cassmesh::mesh::Settings settings_;
  std::vector<cassmesh::mesh::Ring> rings_;
};

/// An object in one line of YAML and a `---`.
std::string object(std::string_view api_version, std::string_view kind, std::string_view name_space,
                   std::string_view name, std::string_view spec, std::string_view annotations = "");

/// `1.9.3`; `1.9` is 1.9.0.
cassmesh::mesh::IstioVersion istio(std::string_view version);

/// What a stage made of a flow: `passes`, `reset`, `denied`, `unknown`; and what it said last.
struct Result {
  std::string outcome{};
  std::string said{};
  cassmesh::engine::Evidence by{};
};
Result result(cassmesh::engine::Flow& flow);
