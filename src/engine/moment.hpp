#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "cassmesh/versions.hpp"

namespace cassmesh::engine {

/// The version of Istio on which something is judged. Whatever hangs on the version is asked here,
/// so that it is known how far the answers reach.
class Moment {
 public:
  /// Implicit: who looks at one version alone does not care how far anything reaches.
  Moment(mesh::IstioVersion at) : at_(at) {}
  Moment(const Moment&) = delete;  // what a copy is asked the original would not know
  Moment& operator=(const Moment&) = delete;
  ~Moment() = default;

  bool is_in(const mesh::VersionRange& range) const;
  bool has(mesh::Capability capability) const { return is_in(mesh::versions_with(capability)); }
  /// `1.24.0`: for texts, which are of this version alone.
  std::string name() const;

  /// Whether all that was asked so far is answered alike on another version: on a newer one, up to
  /// where the first answer changes.
  bool is_like(mesh::IstioVersion other) const {
    return at_ <= other && (!until_ || other < *until_);
  }

 private:
  void end_at(mesh::IstioVersion edge) const;

  mesh::IstioVersion at_;
  mutable std::optional<mesh::IstioVersion> until_;
};

/// What something comes to on version after version: looked for anew only where it may be other.
template <typename Look>
class ByVersion {
 public:
  using Result = std::invoke_result_t<const Look&, const Moment&>;

  explicit ByVersion(Look look) : look_(std::move(look)) {}

  const Result& on(mesh::IstioVersion version) {
    if (!moment_ || !moment_->is_like(version)) result_ = look_(moment_.emplace(version));
    return *result_;
  }

 private:
  Look look_;
  std::optional<Moment> moment_;
  std::optional<Result> result_;
};

}  // namespace cassmesh::engine
