#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/yaml.hpp"

/// The few things that matter in the shell scripts with which containers start.
namespace cassmesh::cassandra {

/// A change to a file: `sed -i 's/PATTERN/TEXT/' FILE`, or `echo TEXT >> FILE`.
struct Edit {
  std::string file;
  std::string pattern;  ///< of sed; empty for what echo writes
  std::string text;     ///< what it puts there
  std::string written;  ///< the word of the script that says so, without its quotes
  yaml::Node node;      ///< the text that the script stands in
};

/// The changes that a container's `command` and `args` make. Only what can be read with certainty:
/// one substitution with a literal file. A shell's variables stay as they are written.
std::vector<Edit> edits(const yaml::Node& container);

/// A variable that a script sets for what it starts: `export NAME=VALUE`, `NAME=VALUE command`.
struct Assignment {
  std::string name;
  std::string value;  ///< without its quotes; what a shell would put in for `$` stays as it is
  yaml::Node node{};  ///< the text that the script stands in
};

/// What else a container's `command` and `args` tell.
struct Calls {
  std::vector<Assignment> assignments{};
  /// What functions that the script defines itself are given, if it is a file and a line for it, as
  /// in `put /etc/cassandra/cassandra.yaml 'storage_port: 7010'`. They make no change that edits()
  /// would tell: only the script knows what becomes of the line.
  std::vector<Edit> lines{};
};

Calls calls(const yaml::Node& container);

}  // namespace cassmesh::cassandra
