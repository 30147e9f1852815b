#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The images that run Cassandra: what their names and tags tell, which files and variables each
/// knows, and what its start script makes of them. The one place that knows images.
namespace cassmesh::cassandra {

/// A release of Cassandra. Parts that are not known count as the newest: the tag `4.1` moves with
/// 4.1.x. What comes before a release (`4.0-beta4`) counts as its first.
struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const Version&) const = default;
};

/// Reads `3.11.2`, `4.1`, `5`, `4.0-beta4`; nothing if it is none of these.
std::optional<Version> read_version(std::string_view text);

/// The images whose start scripts we know; `custom`: all others.
enum class Flavour { google_samples, official, bitnami, custom };

/// The variables that carry addresses; empty where the image has none.
struct AddressVariables {
  std::string_view listen;
  std::string_view listen_on_broadcast{};
  std::string_view broadcast;
  std::string_view broadcast_rpc{};
};

/// What an image does by itself. A row leaves out what its image has not.
struct Image {
  Flavour flavour;
  std::string_view words;                        ///< as messages have it
  std::vector<std::string_view> repositories{};  ///< the ends of their paths
  /// Cassandra's release as an image's tag tells it; empty if it does not. Null: no tag does.
  std::string_view (*version)(std::string_view tag) = nullptr;
  std::string_view data;  ///< where it writes its data
  AddressVariables addresses{};
  std::string_view script{};    ///< its start script, or the folder of several
  std::string_view settings{};  ///< the path of its cassandra.yaml
  /// The keys of cassandra.yaml that the start script puts there from `CASSANDRA_KEY`.
  std::vector<std::string_view> from_variables{};
  /// Those of them that it writes whatever is in the file and in the environment.
  std::vector<std::string_view> always_written{};
  /// The variables that it sets to the pod's IP, whatever they are set to.
  std::vector<std::string_view> overwritten{};
  std::string_view fixed_snitch{};  ///< that it sets where datacenter and rack are given
  std::string_view source;          ///< where all this was read
};

const Image& image(Flavour flavour);

/// What an image's name and tag tell.
struct ImageFacts {
  Flavour flavour = Flavour::custom;
  std::string version;  ///< Cassandra's, as in the tag; empty if it does not tell
};

/// `named`: the flavour that it has whatever its name tells, as a mirrored or derived image.
ImageFacts image_facts(std::string_view image, std::optional<Flavour> named = {});

/// The parts of `registry/path/name:tag@digest`.
struct ImageName {
  std::string_view repository;
  std::string_view name;  ///< the last part of the repository
  std::string_view tag;
};
ImageName image_name(std::string_view image);

/// Whether an image runs a node of a ring, of Cassandra or of what is made after it.
enum class Runs { cassandra, something_else, unknown };
Runs what_runs(std::string_view image);

/// Whether an image runs a coordinator without data (Stargate), which joins a ring by gossip.
bool is_coordinator(std::string_view image);

/// Where the google-samples image of a tag has dumb-init, which its start command names; empty if
/// we do not know the tag.
std::string_view dumb_init_of(std::string_view tag);

}  // namespace cassmesh::cassandra
