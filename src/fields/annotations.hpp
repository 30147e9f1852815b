#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "cassmesh/versions.hpp"

/// The annotations and labels that Istio reads, by version, as annotations.txt has them, which
/// tools/fields/annotations makes.
namespace cassmesh::fields {

enum class Use : std::uint8_t {
  annotation,
  label,
  read,  ///< Istio's source names it, and nothing says as what
};

/// `annotation`, `label`.
std::string_view to_string(Use use);

/// A key of metadata that Istio reads.
struct Key {
  std::string_view name;
  Use use;
  std::string_view resources;  ///< on which it is read: `Namespace|Pod`, `Any`
  mesh::VersionRange istio;

  bool is_read_on(std::string_view resource) const;
};

/// What Istio reads by that name in that way; null if nothing.
const Key* key_of(std::string_view name, Use use);

/// The versions that read something by that name, in whatever way; empty if none does.
mesh::VersionRange versions_reading(std::string_view name);

/// Whether Istio writes this annotation itself, so that it stands in what was got from a cluster.
bool is_written_by_istio(std::string_view name);

/// The key that was meant by one that Istio does not know, on some of the judged versions: of
/// another use only if none of its own is as near. Null if it is not near any, or if Istio knows
/// it in any way.
///
/// Near is what differs by a slip or two, by an ending, or by its prefix alone. That is less than
/// `closest` takes: newer versions and other tools have keys of their own, and Istio's resemble
/// each other.
const Key* meant_by(std::string_view name, Use use, const mesh::VersionRange& judged);

/// Annotations or labels of an object, and what they are read as.
struct Metadata {
  yaml::Node node;
  Use use;
  std::string_view resource;  ///< its kind; `Pod` at the template of a workload's pods
};

/// Those of an object itself, of its pods and, of a CronJob, of its jobs, as far as they are there.
std::vector<Metadata> metadata_of(const k8s::Object& object);

}  // namespace cassmesh::fields
