#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "images.hpp"

/// What becomes of variables that people set for Cassandra, image by image: the one table behind
/// what lint says of a manifest and what render says of a spec.
namespace cassmesh::cassandra {

/// A setting of cassandra.yaml that people try to reach by a variable.
struct Setting {
  std::string_view key;
  std::string_view usual;        ///< Cassandra's default; empty: nothing is
  bool is_commented_out = true;  ///< in the file that images bring
};

std::span<const Setting> known_settings();

/// The row of `key`; null if there is none.
const Setting* find_setting(std::string_view key);

/// The variable that is named after a setting: `CASSANDRA_STORAGE_PORT`.
std::string variable_of(std::string_view beginning, std::string_view key);

/// A variable of a container, as far as it is known.
struct Variable {
  std::string_view name;
  std::optional<std::string> value{};
  bool is_pod_ip = false;    ///< its value is the pod's own IP
  bool names_racks = false;  ///< datacenter and rack are given besides it
};

/// Why a variable does not do what it is set for.
struct Ignored {
  std::string message;
  std::string instead{};       ///< the variable that does; empty: none
  std::string_view setting{};  ///< if no variable does, the key of cassandra.yaml that would
  std::string fix{};           ///< where there is neither
  bool is_harmless = false;    ///< the node starts, with the addresses that it was meant to have
};

/// Nothing if the start script of the image takes the variable, if it is not meant for Cassandra,
/// or if it says what Cassandra does anyway. Nothing is said of images that we do not know.
std::optional<Ignored> why_ignored(const Image& image, const Variable& variable);

}  // namespace cassmesh::cassandra
