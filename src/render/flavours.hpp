#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/spec.hpp"
#include "start.hpp"

/// The images that run Cassandra: how each is told its settings, and what its start script can't
/// carry. The one place that knows images: a new flavour is a row in flavours.cpp with its start
/// function (and a choice of the spec's key `flavour`).
namespace cassmesh::render {

/// A release of Cassandra. Parts that are not known count as the newest: the tag `4.1` moves with
/// 4.1.x. What comes before a release (`4.0-beta4`) counts as its first. Parts that are not known
/// count as the newest: the tag `4.1` moves with 4.1.x.
struct CassandraVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const CassandraVersion&) const = default;
};

/// Reads `3.11.2`, `4.1`, `5`, `4.0-beta4`; nothing if it is none of these.
std::optional<CassandraVersion> cassandra_version(std::string_view text);

enum class FlavourName { google_samples, official, bitnami, custom };

/// An environment variable that is set from a key of the spec.
struct Variable {
  std::string_view name;
  std::string_view key;
};

/// The variables that carry addresses; empty where the image has none.
struct AddressVariables {
  std::string_view listen;
  std::string_view listen_on_broadcast{};
  std::string_view broadcast;
  std::string_view broadcast_rpc{};
};

/// One way of configuring Cassandra in a container. A row leaves out what its image has not.
struct Flavour {
  FlavourName name;
  std::string_view spec_name;                    ///< as the spec's `flavour` has it
  std::string_view words;                        ///< as messages have it
  std::vector<std::string_view> repositories{};  ///< the ends of their paths
  /// Cassandra's release as an image's tag tells it; empty if it does not. Null: no tag does.
  std::string_view (*version)(std::string_view tag) = nullptr;
  std::string_view data;  ///< where the image writes its data
  std::vector<Variable> variables;
  AddressVariables addresses{};
  std::vector<std::string_view> reserved;       ///< would work against the listen address
  std::vector<std::string_view> overwritten{};  ///< which the start script sets itself
  std::vector<Variable> twins{};                ///< other variables that reach what a key sets
  std::vector<std::string_view> passwords{};    ///< with which the first start waits for ever
  std::string_view prefer_local{};              ///< the variable that sets the snitch's option
  std::string_view fixed_snitch{};              ///< the one that the start script always sets
  std::string_view needs_root{};                ///< why the start script does; empty: it does not
  bool starts_as_root = false;                  ///< and becomes its own user by itself
  bool dials_own_ip = false;                    ///< whether the start script dials the pod's IP
  std::vector<std::string> capabilities{};      ///< of the container, beyond the usual ones
  int fs_group = 0;  ///< of the image's user, who must be able to write to the volume; 0: none
  std::string_view client_image{};  ///< one whose cqlsh runs; empty: its own does
  Start (*start)(Listen listen, const spec::ClusterSpec& spec);  ///< null: nobody knows how
  /// What the start script would make of a value: the end of a sentence, empty if it arrives whole.
  /// Null if `start` is.
  std::string (*mangles)(std::string_view key, std::string_view value);
  std::string_view source;  ///< where all this was read
};

const Flavour& flavour(FlavourName name);

/// The flavour that the spec calls `name`; custom if there is none.
FlavourName named_flavour(std::string_view name);

/// What an image's name and tag tell.
struct ImageFacts {
  FlavourName flavour = FlavourName::custom;
  std::string version;  ///< Cassandra's, as in the tag; empty if it does not tell
};

/// `named`: the flavour that it has whatever its name tells, as a mirrored or derived image.
ImageFacts image_facts(std::string_view image, std::optional<FlavourName> named = {});

}  // namespace cassmesh::render
