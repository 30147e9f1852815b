#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/spec.hpp"

/// The images that run Cassandra: how each is told its settings, and what its start script can't
/// carry. The one place that knows images.
namespace cassmesh::render {

/// A release of Cassandra. Parts that are not known count as the newest: the tag `4.1` moves
/// with 4.1.x.
struct CassandraVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const CassandraVersion&) const = default;
};

/// Reads `3.11.2`, `4.1`, `5`, `4.0-beta4`; nothing if it is none of these.
std::optional<CassandraVersion> cassandra_version(std::string_view text);

enum class FlavourName { google_samples, official, bitnami, custom };

/// Where Cassandra listens for its peers.
enum class Listen { both, loopback, pod_ip };

/// An environment variable that is set from a key of the spec.
struct Variable {
  std::string_view name;
  std::string_view key;
};

/// One way of configuring Cassandra in a container.
struct Flavour {
  FlavourName name;
  std::string_view data;  ///< where the image writes its data
  std::vector<Variable> variables;
  std::vector<std::string_view> reserved;  ///< variables that must not be set besides
  /// What the start script would make of a value: the end of a sentence, empty if it arrives whole.
  std::string (*mangles)(std::string_view key, std::string_view value);
  std::string_view source;  ///< where all this was read
};

const Flavour& flavour(FlavourName name);

/// What an image's name and tag tell.
struct ImageFacts {
  FlavourName flavour = FlavourName::custom;
  std::string version;  ///< Cassandra's, as in the tag; empty if it does not tell
};

ImageFacts image_facts(std::string_view image);

/// A container's command and arguments; both absent if it starts as the image says.
struct Start {
  yaml::Value command;
  yaml::Value args;
};

/// How a container is started so that Cassandra listens at `listen` and has the ports of the spec.
/// Where files of the image are changed, the script makes sure that they end up as meant, else it
/// stops.
Start start(FlavourName flavour, Listen listen, const spec::ClusterSpec& spec);

/// `text` so that the kubelet's expansion of `$(NAME)` gives `text` again.
/// Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go.
std::string escape_for_kubelet(std::string_view text);

}  // namespace cassmesh::render
