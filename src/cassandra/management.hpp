#pragma once

#include <vector>

#include "setup.hpp"

/// How nodes are managed and guarded, as far as mounted files and variables say.
namespace cassmesh::cassandra {

/// What switches the password of a JMX that is open to other pods off; missing if nothing does.
yaml::Node jmx_without_password(const Setup& setup);

/// A setting that goes by the address that a connection comes from.
struct ByAddress {
  const k8s::Object* map = nullptr;  ///< whose cassandra.yaml it is
  Place place{};
  std::string key{};
  std::string_view what{};  ///< what becomes of it where all come from one address: a clause
  bool is_internode = false;
};

/// Those of the mounted cassandra.yaml that are set and count.
std::vector<ByAddress> settings_by_address(const Setup& setup);

}  // namespace cassmesh::cassandra
