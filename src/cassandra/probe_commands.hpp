#pragma once

#include <optional>
#include <string>

#include "setup.hpp"

namespace cassmesh::cassandra {

/// What a probe's command dials from within the container.
struct ProbeDial {
  bool is_cql = false;     ///< else it asks JMX
  bool at_pod_ip = false;  ///< else 127.0.0.1
  int port = 0;            ///< 0: the usual one
};

/// By `nodetool` or `cqlsh`; nothing where the command runs something else, or where the files do
/// not tell which host that is.
std::optional<ProbeDial> dial_of(const Setup& setup, const yaml::Node& exec);

}  // namespace cassmesh::cassandra
