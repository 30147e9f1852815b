#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"

/// Which hosts of routing objects are a ring's.
namespace cassmesh::mesh {

/// The full hosts of a ring's headless Services: of the governing one (also where it is not in the
/// files) and of others that select its pods.
std::vector<std::string> headless_hosts(const Ring& ring, const Settings& settings);

/// How a host concerns a ring.
struct RingHost {
  const Ring* ring = nullptr;
  std::string host;         ///< of the ring's Service or of its pod
  bool is_pod = false;      ///< the name of a single pod
  bool is_covered = false;  ///< by a wildcard
};

/// The ring of which `host` (a full one or a wildcard) is a name or covers one; nothing if it is
/// that of none. `only_headless`: Services with an address of their own do not count.
std::optional<RingHost> ring_host(std::string_view host, std::span<const Ring> rings,
                                  const Settings& settings, bool only_headless);

/// `is a host of ring 'data/cassandra'`, `covers '…', a host of ring '…'`: for messages that have
/// named the host.
std::string described(const RingHost& host);

/// What a ring's hosts come from, for the note beside a finding.
struct HostOwner {
  const k8s::Object* object;
  std::string role;
};
/// The governing Service, or the first StatefulSet where that is not in the files.
HostOwner owner_of(const Ring& ring);

}  // namespace cassmesh::mesh
