// A variable counts only if its name is that of a setting of Cassandra, and if its value is not
// what Cassandra does anyway: everybody may have variables of his own.

#include "variables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

/// Source: apache/cassandra conf/cassandra.yaml at cassandra-3.11.2, 4.0.14, 4.1.7 and 5.0.1.
constexpr std::array settings{
    Setting{"authenticator", "AllowAllAuthenticator", false},
    Setting{"authorizer", "AllowAllAuthorizer", false},
    Setting{"auto_bootstrap", "true"},
    Setting{"broadcast_address", ""},
    Setting{"broadcast_rpc_address", ""},
    Setting{"cluster_name", "Test Cluster", false},
    Setting{"endpoint_snitch", "SimpleSnitch", false},
    Setting{"internode_encryption", "none", false},
    Setting{"listen_address", "localhost", false},
    Setting{"listen_interface", ""},
    Setting{"listen_on_broadcast_address", "false"},
    Setting{"native_transport_port", "9042", false},
    Setting{"num_tokens", "", false},
    Setting{"partitioner", "org.apache.cassandra.dht.Murmur3Partitioner", false},
    Setting{"rpc_address", "localhost", false},
    Setting{"rpc_interface", ""},
    Setting{"ssl_storage_port", "7001", false},
    Setting{"start_native_transport", "true", false},
    Setting{"start_rpc", "false", false},
    Setting{"storage_port", "7000", false},
};

constexpr std::string_view prefix = "CASSANDRA_";
constexpr std::string_view bitnami_prefix = "CASSANDRA_CFG_";
constexpr std::string_view bitnami_setting_prefix = "CASSANDRA_CFG_YAML_";

bool contains(const std::vector<std::string_view>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

/// Whether a variable sets `listen_interface` or `rpc_interface`, where the address is always set.
bool is_interface(const Image& image, std::string_view name) {
  const bool by_bitnami =
      image.flavour == Flavour::bitnami && name.starts_with(bitnami_setting_prefix);
  const auto key =
      lower_case(name.substr(by_bitnami ? bitnami_setting_prefix.size() : prefix.size()));
  return (key == "listen_interface" || key == "rpc_interface") &&
         (by_bitnami || contains(image.from_variables, key));
}

std::optional<Ignored> unread(const Image& image, const Variable& variable) {
  const auto name = variable.name;
  const bool is_bitnami = image.flavour == Flavour::bitnami;
  Ignored ignored{
      .message = fmt::format("'{}' has no effect: the start script of {} does not read it", name,
                             image.words),
      // Which is what Cassandra does anyway; a ring without it forms as well.
      .is_harmless = name == "CASSANDRA_AUTO_BOOTSTRAP"};
  if (name == (is_bitnami ? "CASSANDRA_DC" : "CASSANDRA_DATACENTER")) {
    ignored.instead = is_bitnami ? "CASSANDRA_DATACENTER" : "CASSANDRA_DC";
    return ignored;
  }
  if (name.starts_with(bitnami_prefix) && !is_bitnami) {
    ignored.fix = "remove it: only Bitnami's image reads it";
    return ignored;
  }
  const auto key = lower_case(name.substr(prefix.size()));
  const auto* setting = find_setting(key);
  if (setting == nullptr || contains(image.from_variables, key)) return std::nullopt;
  const auto& value = variable.value;
  if (value && (value->empty() || *value == setting->usual)) return std::nullopt;
  if (is_bitnami) {
    ignored.instead = variable_of(bitnami_setting_prefix, key);
  } else {
    ignored.setting = setting->key;
  }
  return ignored;
}

}  // namespace

std::span<const Setting> known_settings() {
  return settings;
}

const Setting* find_setting(std::string_view key) {
  const auto found = std::ranges::find(settings, key, &Setting::key);
  return found == settings.end() ? nullptr : &*found;
}

std::string variable_of(std::string_view beginning, std::string_view key) {
  std::string name(beginning);
  for (const char letter : key)
    name += is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
  return name;
}

std::optional<Ignored> why_ignored(const Image& image, const Variable& variable) {
  const auto name = variable.name;
  if (image.flavour == Flavour::custom || !name.starts_with(prefix)) return std::nullopt;
  if (contains(image.overwritten, name)) {
    if (variable.is_pod_ip) return std::nullopt;
    return Ignored{
        .message = fmt::format("'{}' has no effect: the start script of {} sets it to the pod's IP",
                               name, image.words),
        .fix = fmt::format("remove it, or replace its line in {} before that runs", image.script)};
  }
  if (name == "CASSANDRA_ENDPOINT_SNITCH" && !image.fixed_snitch.empty()) {
    if (!variable.names_racks || variable.value == image.fixed_snitch) return std::nullopt;
    return Ignored{
        .message = fmt::format("'{}' has no effect: as datacenter and rack are given, the start "
                               "script of {} sets {}",
                               name, image.words, image.fixed_snitch),
        .fix = "remove it"};
  }
  if (is_interface(image, name)) {
    return Ignored{.message = fmt::format(
                       "with '{}' Cassandra does not start: the start script of {} sets the "
                       "address too, and only one of the two may be set",
                       name, image.words),
                   .fix = "remove it"};
  }
  return unread(image, variable);
}

}  // namespace cassmesh::cassandra
