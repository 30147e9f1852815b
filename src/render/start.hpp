#pragma once

#include <string>
#include <string_view>

#include "cassmesh/spec.hpp"

namespace cassmesh::render {

/// Where Cassandra listens for its peers.
enum class Listen { both, loopback, pod_ip };

/// A container's command and arguments; both absent if it starts as the image says.
struct Start {
  yaml::Value command;
  yaml::Value args;
};

// How a container is started so that Cassandra listens at `listen` and has the ports of the spec.
// Where files of the image are changed, the script makes sure that they end up as meant, else it
// stops.
Start google_samples_start(Listen listen, const spec::ClusterSpec& spec);
Start official_start(Listen listen, const spec::ClusterSpec& spec);
Start bitnami_start(Listen listen, const spec::ClusterSpec& spec);

/// `text` so that the kubelet's expansion of `$(NAME)` gives `text` again.
/// Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go.
std::string escape_for_kubelet(std::string_view text);

}  // namespace cassmesh::render
