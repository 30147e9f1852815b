#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/config_keys.hpp"

/// What is in force for a key: one function for each shape of a value, to be named in the table of
/// keys.
namespace cassmesh::config {

/// The words that may be written, and what they stand for.
template <typename Value, std::size_t count>
using Words = std::array<std::pair<std::string_view, Value>, count>;

constexpr Words<mesh::Mode, 3> modes{{{"sidecar", mesh::Mode::sidecar},
                                      {"ambient", mesh::Mode::ambient},
                                      {"none", mesh::Mode::none}}};

constexpr Words<mesh::InboundPolicy, 2> inbound_policies{
    {{"PASSTHROUGH", mesh::InboundPolicy::passthrough},
     {"LOCALHOST", mesh::InboundPolicy::localhost}}};

constexpr Words<mesh::OutboundPolicy, 2> outbound_policies{
    {{"ALLOW_ANY", mesh::OutboundPolicy::allow_any},
     {"REGISTRY_ONLY", mesh::OutboundPolicy::registry_only}}};

constexpr Words<std::optional<Severity>, 4> severities{{{"off", std::nullopt},
                                                        {"info", Severity::info},
                                                        {"warning", Severity::warning},
                                                        {"error", Severity::error}}};

template <typename Value, std::size_t count>
constexpr std::array<std::string_view, count> names_in(const Words<Value, count>& words) {
  std::array<std::string_view, count> names{};
  for (std::size_t i = 0; i < count; ++i) names[i] = words[i].first;
  return names;
}

template <const auto& words>
inline constexpr auto names_of = names_in(words);

/// The word for a value that has one.
template <typename Value, std::size_t count>
std::string word_for(const Words<Value, count>& words, const Value& value) {
  const auto found = std::ranges::find(words, value, &std::pair<std::string_view, Value>::second);
  return std::string(found->first);
}

inline yaml::Value shown_value(const std::string& text) {
  return yaml::Value::string(text);
}
inline yaml::Value shown_value(const std::vector<std::string>& texts) {
  return yaml::Value::strings(texts);
}
inline yaml::Value shown_value(bool is) {
  return yaml::Value::literal(is ? "true" : "false");
}
template <typename Value>
yaml::Value shown_value(const std::optional<Value>& value) {
  return value ? shown_value(*value) : yaml::Value();
}

/// What only the configuration says.
template <auto member>
yaml::Value configured(const InForce& in_force) {
  return shown_value(in_force.config.*member);
}

/// What the linted files may say too.
template <auto member>
yaml::Value setting(const InForce& in_force) {
  return shown_value(in_force.settings.*member);
}

/// The same for an audience: without one it is everybody.
template <auto member>
yaml::Value audience_in_force(const InForce& in_force) {
  const auto& names = in_force.settings.*member;
  return names.empty() ? yaml::Value::strings({"*"}) : shown_value(names);
}

template <auto member, const auto& words>
yaml::Value word_in_force(const InForce& in_force) {
  const auto& value = in_force.settings.*member;
  return value ? yaml::Value::string(word_for(words, *value)) : yaml::Value();
}

yaml::Value istio_in_force(const InForce& in_force);
yaml::Value kubernetes_in_force(const InForce& in_force);
yaml::Value inbound_in_force(const InForce& in_force);
yaml::Value outbound_in_force(const InForce& in_force);
yaml::Value auto_mtls_in_force(const InForce& in_force);
yaml::Value scopes_in_force(const InForce& in_force);

}  // namespace cassmesh::config
