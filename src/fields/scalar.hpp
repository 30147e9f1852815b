#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cassmesh/yaml.hpp"

/// What a value of a manifest is once kubectl has made JSON of it (sigs.k8s.io/yaml, which reads
/// YAML 1.1: `on` and `yes` are booleans, `010` is eight).
namespace cassmesh::fields {

enum class Json : std::uint8_t { null, boolean, integer, fraction, text, list, object, unknown };

/// `unknown` for what an explicit tag decides.
Json json_type(const yaml::Node& node);

/// The number that a node of type integer or fraction stands for.
double number_of(const yaml::Node& node);

/// What is there instead of what must be: `the text 'abc'`, `the number 5`, `a list`.
std::string described(const yaml::Node& node);

/// Whether Go's time.ParseDuration reads it, which all of Istio does: `1h5m`, `0.5s`, `0`.
bool is_duration(std::string_view text);

/// A text from the input, in quotes, cut where it is long.
std::string quoted(std::string_view text);

}  // namespace cassmesh::fields
