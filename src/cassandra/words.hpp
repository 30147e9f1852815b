#pragma once

#include <string_view>

#include "setup.hpp"

namespace cassmesh::cassandra {

/// The line of a text that sets a key at its start, without its comment; empty if there is none.
std::string_view line_that_sets(std::string_view text, std::string_view key);

/// The very words at a node by which a key of cassandra.yaml, or a property, is set: a change that
/// the start command makes, a line of a mounted file. The node's own place for all else.
Place words_that_set(const Setup& setup, const yaml::Node& at, std::string_view key);

/// How to have a node listen for its peers at 127.0.0.1 and at the pod IP, as an order: what its
/// image takes. `listens_at_loopback`: the first half is done.
std::string how_to_listen_twice(const Setup& setup, bool listens_at_loopback);

/// How to have a node listen at the pod IP alone, where it listens at 127.0.0.1.
std::string how_to_listen_at_pod_ip(const Setup& setup);

}  // namespace cassmesh::cassandra
