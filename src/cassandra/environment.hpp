#pragma once

#include <string>
#include <string_view>

#include "setup.hpp"

namespace cassmesh::cassandra {

/// What stands for the pod's own address in what a node is told: its IP by the downward API, or one
/// of its own names, which its /etc/hosts knows.
inline constexpr std::string_view own_address = "the pod IP";

/// What a node is told of one thing, and by whom.
struct Told {
  enum class State { nothing, something, unknown };
  State state = State::nothing;
  std::string value{};  ///< of `something`; may be empty
  const k8s::Object* object = nullptr;
  yaml::Node at{};   ///< the very node that says so; missing for an image's own defaults
  std::string by{};  ///< for people: `CASSANDRA_HOST`, `the start command`, `ConfigMap 'data/m'`

  bool is_value() const { return state == State::something && !value.empty(); }
  bool is_unknown() const { return state == State::unknown; }
  bool is(std::string_view text) const { return state == State::something && value == text; }
};

/// The value that a variable has for the image's start script: by the start command, `env`, or
/// `envFrom`. `unknown` if only the cluster knows.
Told told_by_variable(const Setup& setup, std::string_view name);

/// What a word means once a shell has put in what it knows: `$POD_IP`, `$(hostname -i)`.
Told told_by_shell(const Setup& setup, std::string_view word, const yaml::Node& at);

}  // namespace cassmesh::cassandra
