#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../cassandra/setup.hpp"
#include "cassmesh/engine.hpp"

/// Where a node of a ring listens, and whom it dials.
namespace cassmesh::engine {

/// An address as far as files tell it.
enum class Address { pod_ip, loopback, wildcard, unknown };

/// Whether an address or a name, as people write it, stands for the pod that dials it.
bool is_loopback(std::string_view address);

/// What a port is bound to.
struct Binding {
  bool on_loopback = true;
  bool on_pod_ip = true;
  bool is_known = true;  ///< false: nobody knows, and both are assumed
  /// False: it is told something that stands for no address that is known.
  bool is_understood = true;
  Evidence by{};      ///< what says so; nothing for the image's or Cassandra's default
  std::string why{};  ///< a clause: `listen_address is 127.0.0.1`
};

/// A fact that holds or does not, with what it rests on.
struct Fact {
  bool holds = false;
  Evidence by{};
  std::string why{};
};

/// All that matters of a node's network settings. As it is made by default, everything is as it
/// should be.
struct Sockets {
  int internode_port = 7000;  ///< at which the others dial: `ssl_storage_port` with old TLS
  int cql_port = 9042;
  int jmx_port = 7199;
  bool has_internode_tls = false;  ///< Cassandra's own

  Binding internode{};
  Binding cql{};
  Binding jmx{.on_loopback = true, .on_pod_ip = false};

  /// The address that it is told to listen at, whatever else is bound.
  Address listen = Address::loopback;
  Address broadcast = Address::pod_ip;  ///< that nodes tell the others
  Evidence broadcast_by{};
  std::string broadcast_why{};
  Address broadcast_rpc = Address::pod_ip;  ///< that nodes tell drivers
  Evidence broadcast_rpc_by{};
  std::string broadcast_rpc_why{};

  /// Where a node dials itself: its listen address, or (4.0.0 to 4.0.7 and 4.1.0) its broadcast
  /// address.
  Address self = Address::loopback;
  Fact binds_outbound{};  ///< it dials out from 127.0.0.1, where it listens: before 3.10
  Fact prefers_local{};   ///< it dials the address that others listen at, once it knows it
  /// Names or addresses that it is given as seeds, as far as files tell; with the variable.
  std::vector<std::string> seeds{};
  Evidence seeds_by{};
  /// Why none of them is anybody: the end of a sentence that begins with the first. Empty if one is
  /// or may be.
  std::string lost_seeds{};
};

/// As the image's flavour, its start command, environment and mounted configuration say, by
/// Cassandra's version. An edit that has no effect counts as not made.
/// Source: DatabaseDescriptor.applyAddressConfig, OutboundConnectionSettings.connectTo of Cassandra
/// 3.11, 4.0, 4.1 and 5.0; CASSANDRA-9748, CASSANDRA-12673, CASSANDRA-18200; conf/cassandra-env.sh.
Sockets sockets_of(const cassandra::Setup& setup);

}  // namespace cassmesh::engine
