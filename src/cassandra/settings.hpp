#pragma once

#include <optional>
#include <string_view>

#include "configuration.hpp"

namespace cassmesh::cassandra {

/// What a node's settings are in the end: what its image's start script makes of variables and
/// files. The one place that knows which of them wins.
class Settings {
 public:
  explicit Settings(const Setup& setup);

  /// A key of cassandra.yaml. Addresses are as they are written, the pod's own `own_address`.
  /// `nothing`: it is not set, and Cassandra's own default counts; `unknown`: the files do not
  /// tell.
  Told operator[](std::string_view key) const;
  /// Whether nodes dial the address that others listen at, once they know it: the snitch's option
  /// `prefer_local`.
  Told prefer_local() const;
  /// `LOCAL_JMX` of cassandra-env.sh: anything but `yes` opens JMX to other pods.
  Told local_jmx() const;
  Told variable(std::string_view name) const { return told_by_variable(setup_, name); }

 private:
  Told by_start_script(std::string_view key) const;
  Told google_samples(std::string_view key) const;
  Told official(std::string_view key) const;
  Told official_variable(std::string_view key) const;
  Told bitnami(std::string_view key) const;
  Told bitnami_default(std::string_view key) const;
  Told unknown_script(std::string_view key) const;
  Told deliberate(std::string_view key) const;
  bool may_read(std::string_view key) const;
  Told scylla_argument(std::string_view key) const;
  Told by_image(std::string_view value) const;
  bool names_racks() const;

  const Setup& setup_;
  Configuration files_;
  bool starts_itself_ = false;  ///< Cassandra, past the image's start script, by a known file
};

/// Whether an image runs ScyllaDB, which takes its settings as arguments too.
bool is_scylla(const Setup& setup);

}  // namespace cassmesh::cassandra
