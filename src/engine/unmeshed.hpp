#pragma once

#include <string>
#include <vector>

#include "model.hpp"

/// Pods that ought to have a proxy and have none.
namespace cassmesh::engine {

/// Nodes of a ring that have no proxy on some of the judged versions.
struct Unmeshed {
  const Workload* node = nullptr;
  const Workload* sibling = nullptr;  ///< another StatefulSet of the ring that has one there
  mesh::VersionRange istio{};
  Grounds grounds{};  ///< why, on the first of these versions
  Intent intent{};    ///< what says that they should have one
};

/// Only where it is known, and where something says that the ring is meant to be in the mesh: where
/// the files keep it out in so many words, something that says so of this very ring.
std::vector<Unmeshed> unmeshed(const Model& model, const mesh::VersionRange& istio);

/// What to do about them: to take away what forbids a proxy, and to ask for one where nothing does
/// yet; empty where nothing forbids it.
std::string remedy(const Unmeshed& found, const k8s::ObjectSet& objects);

/// What asks for a proxy at a workload itself instead of at its pod template, where it does
/// nothing; missing if nothing does, or if the template asks as well.
yaml::Node misplaced_request(const k8s::Object& workload);

/// The annotation `sidecar.istio.io/inject` of a pod template that says the contrary of the label
/// of that name; missing if they agree.
yaml::Node contradicting_annotation(const k8s::Object& workload);

/// The label `istio.io/rev` of a Namespace that its label `istio-injection` overrules; missing if
/// it has only one of them, or if both mean the same.
yaml::Node overruled_revision(const k8s::Object& name_space);

}  // namespace cassmesh::engine
