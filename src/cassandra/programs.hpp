#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/yaml.hpp"

/// Which programs a container or a probe is told to run.
namespace cassmesh::cassandra {

/// A program with its arguments. What a shell would put in stays as it is: `$(hostname -i)`.
struct Program {
  std::string name;  ///< without its folder
  std::vector<std::string> arguments{};
};

/// Those that a command runs, as a list of words of which a shell's `-c` takes one as its script.
/// What only starts another program (`exec`, `timeout 5`, the shell itself) is left out, and what
/// the shell does by itself (`if`, `export`) is not.
std::vector<Program> programs(const std::vector<std::string_view>& words);

/// The words of a container's `command` and `args`.
std::vector<std::string_view> start_words(const yaml::Node& container);

/// Whether a container starts Cassandra itself, with nothing before it that could change its files
/// but what Edit tells.
bool starts_cassandra_itself(const yaml::Node& container);

/// Whether a container is told to run something else than a node of a ring: a tool, or to wait.
bool runs_no_node(const yaml::Node& container);

}  // namespace cassmesh::cassandra
