#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/spec.hpp"

/// From a cluster spec to manifests on which the ring forms.
namespace cassmesh::render {

struct RenderOptions {
  std::string origin;   ///< what the manifest is made from, for its header: the spec's path
  std::string command;  ///< how it is made again: `cassmesh render spec.yaml --set replicas=5`
  std::optional<std::filesystem::path>
      templates{};  ///< a folder whose templates go over the built-in ones
};

/// One object of a manifest.
struct ManifestObject {
  std::string kind;
  std::string name;
  std::string file;  ///< `50-statefulset-cassandra.yaml`: sorts in the order in which to apply
  std::string text;  ///< YAML with a final line feed
};

struct Manifest {
  std::string header;  ///< comment lines: how it was made and what it runs on
  std::vector<ManifestObject> objects;

  /// All objects as one multi-document YAML, header first.
  std::string text() const;
};

/// Makes the manifest of a spec. Appends to `problems` what is wrong with the spec (errors: there
/// is no manifest then) and what its author should know (infos). Throws Error for templates that
/// can't be used.
std::optional<Manifest> render(const spec::ClusterSpec& spec, const RenderOptions& options,
                               std::vector<Finding>& problems);

}  // namespace cassmesh::render
