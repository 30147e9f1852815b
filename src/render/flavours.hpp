#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../cassandra/images.hpp"
#include "cassmesh/spec.hpp"
#include "start.hpp"

/// How each image is told the spec's settings, and what its start script can't carry. A new flavour
/// is a row in flavours.cpp with its start function (and a choice of the spec's key `flavour`), and
/// one in cassandra/images.cpp.
namespace cassmesh::render {

using cassandra::ImageFacts;
using FlavourName = cassandra::Flavour;

/// An environment variable that is set from a key of the spec.
struct Variable {
  std::string_view name;
  std::string_view key;
};

/// One way of configuring Cassandra in a container. A row leaves out what its image has not.
struct Flavour {
  const cassandra::Image& image;  ///< what it does by itself
  std::string_view spec_name;     ///< as the spec's `flavour` has it
  std::vector<Variable> variables;
  std::vector<std::string_view> reserved;     ///< would work against the listen address
  std::vector<Variable> twins{};              ///< other variables that reach what a key sets
  std::vector<std::string_view> passwords{};  ///< with which the first start waits for ever
  std::string_view prefer_local{};            ///< the variable that sets the snitch's option
  std::string_view needs_root{};              ///< why the start script does; empty: it does not
  bool starts_as_root = false;                ///< and becomes its own user by itself
  bool dials_own_ip = false;                  ///< whether the start script dials the pod's IP
  std::vector<std::string> capabilities{};    ///< of the container, beyond the usual ones
  int fs_group = 0;  ///< of the image's user, who must be able to write to the volume; 0: none
  std::string_view client_image{};  ///< one whose cqlsh runs; empty: its own does
  Start (*start)(Listen listen, const spec::ClusterSpec& spec);  ///< null: nobody knows how
  /// What the start script would make of a value: the end of a sentence, empty if it arrives whole.
  /// Null if `start` is.
  std::string (*mangles)(std::string_view key, std::string_view value);
};

const Flavour& flavour(FlavourName name);

/// The flavour that the spec calls `name`; custom if there is none.
FlavourName named_flavour(std::string_view name);

}  // namespace cassmesh::render
