#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/spec.hpp"
#include "cassmesh/versions.hpp"
#include "complaints.hpp"

namespace cassmesh::render {

/// Something that a spec asks for, the versions on which it works, and how to say that on others it
/// does not.
struct Requirement {
  std::string path;  ///< the key that asks
  mesh::VersionRange works;
  std::string what;  ///< the subject of a sentence: "'listen: pod-ip'"
  std::string why;   ///< why it does not work elsewhere
  std::string fix{};
};

/// All requirements of a spec. They are collected first; then the range that the user asked for is
/// held against each, or, if none was asked for, the newest span of versions that satisfies all is
/// taken.
class Requirements {
 public:
  void add(Requirement requirement) { requirements_.push_back(std::move(requirement)); }

  /// The versions that the manifest is for; complains where a requirement does not work on them.
  mesh::VersionRange resolve(const spec::ClusterSpec& spec, Complaints& complain) const;

 private:
  void narrow(mesh::VersionRange& range, const Requirement& requirement,
              Complaints& complain) const;

  std::vector<Requirement> requirements_;
};

/// The range in `mesh.istio`, which must be given and sound.
mesh::VersionRange asked_range(const spec::ClusterSpec& spec);

}  // namespace cassmesh::render
