#include "flavours.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace cassmesh::render {
namespace {

/// What the replacement of a sed makes of a value that is put into it as it is.
std::string sed_mangles(std::string_view value) {
  if (value.find('&') != std::string_view::npos)
    return "has an '&', for which its sed puts the old line";
  if (value.find('\\') != std::string_view::npos) return "has a '\\', which its sed eats";
  return {};
}

/// What YAML makes of `key: VALUE` when the value is put there as it is.
std::string plain_yaml_mangles(std::string_view value) {
  if (value.find(": ") != std::string_view::npos || value.ends_with(':')) {
    return "has a ':' that makes a mapping of it";
  }
  if (value.find(" #") != std::string_view::npos)
    return "has a ' #' that makes a comment of its rest";
  constexpr std::string_view indicators = "'\"*!@%[]{}|>`#&,";
  if (indicators.find(value.front()) != std::string_view::npos || value.starts_with("- ") ||
      value.starts_with("? ") || value == "-" || value == "?") {
    return fmt::format("begins with '{}', which has a meaning in YAML", value.front());
  }
  constexpr std::array nulls{"null", "Null", "NULL", "~"};
  if (std::ranges::find(nulls, value) != nulls.end()) return "is YAML's word for nothing";
  return {};
}

/// google-samples and official put their variables into cassandra.yaml and
/// cassandra-rackdc.properties with an unquoted, unescaped sed.
std::string plain_sed_mangles(std::string_view key, std::string_view value) {
  if (value.find('/') != std::string_view::npos) return "has a '/', at which its sed stops";
  auto problem = sed_mangles(value);
  if (problem.empty() && key == "cluster.name") problem = plain_yaml_mangles(value);
  return problem;
}

/// Bitnami puts the value between single quotes; its sed has another delimiter.
std::string quoted_sed_mangles(std::string_view key, std::string_view value) {
  auto problem = sed_mangles(value);
  if (problem.empty() && key == "cluster.name" && value.find('\'') != std::string_view::npos) {
    problem = "has a \"'\", which ends the quotes that it is put between";
  }
  return problem;
}

/// What the official image reads, and with it those that are made from it.
const std::vector<Variable> official_variables{{"MAX_HEAP_SIZE", "heap.max"},
                                               {"HEAP_NEWSIZE", "heap.new"},
                                               {"CASSANDRA_SEEDS", "seeds"},
                                               {"CASSANDRA_CLUSTER_NAME", "cluster.name"},
                                               {"CASSANDRA_DC", "cluster.datacenter"},
                                               {"CASSANDRA_RACK", "cluster.rack"},
                                               {"CASSANDRA_ENDPOINT_SNITCH", "cluster.snitch"},
                                               {"CASSANDRA_NUM_TOKENS", "cluster.numTokens"}};

const std::array flavours{
    Flavour{
        .image = cassandra::image(FlavourName::google_samples),
        .spec_name = "google-samples",
        .variables = {{"MAX_HEAP_SIZE", "heap.max"},
                      {"HEAP_NEWSIZE", "heap.new"},
                      {"CASSANDRA_SEEDS", "seeds"},
                      {"CASSANDRA_CLUSTER_NAME", "cluster.name"},
                      {"CASSANDRA_DC", "cluster.datacenter"},
                      {"CASSANDRA_RACK", "cluster.rack"},
                      {"CASSANDRA_NUM_TOKENS", "cluster.numTokens"}},
        .reserved = {"CASSANDRA_CONF", "CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_LISTEN_INTERFACE",
                     "CASSANDRA_BROADCAST_ADDRESS", "CASSANDRA_BROADCAST_RPC_ADDRESS",
                     "CASSANDRA_RPC_ADDRESS", "CASSANDRA_RPC_INTERFACE"},
        .needs_root =
            "it changes /run.sh, hands the data over to its own user and becomes that user",
        // Lets the JVM lock its memory, as Kubernetes' example has it.
        .capabilities = {"IPC_LOCK"},
        // The official image with the cqlsh of Cassandra 3.11: its own does not run.
        .client_image = "cassandra:3.11",
        .start = google_samples_start,
        .mangles = plain_sed_mangles,
    },
    Flavour{
        .image = cassandra::image(FlavourName::official),
        .spec_name = "official",
        .variables = official_variables,
        .reserved = {"CASSANDRA_CONF", "CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_BROADCAST_RPC_ADDRESS", "CASSANDRA_RPC_ADDRESS"},
        .starts_as_root = true,
        .start = official_start,
        .mangles = plain_sed_mangles,
    },
    Flavour{
        .image = cassandra::image(FlavourName::bitnami),
        .spec_name = "bitnami",
        .variables = {{"MAX_HEAP_SIZE", "heap.max"},
                      {"HEAP_NEWSIZE", "heap.new"},
                      {"CASSANDRA_SEEDS", "seeds"},
                      {"CASSANDRA_CLUSTER_NAME", "cluster.name"},
                      {"CASSANDRA_DATACENTER", "cluster.datacenter"},
                      {"CASSANDRA_RACK", "cluster.rack"},
                      {"CASSANDRA_ENDPOINT_SNITCH", "cluster.snitch"},
                      {"CASSANDRA_NUM_TOKENS", "cluster.numTokens"},
                      {"CASSANDRA_CQL_PORT_NUMBER", "ports.cql"},
                      {"CASSANDRA_TRANSPORT_PORT_NUMBER", "ports.internode"},
                      {"CASSANDRA_CFG_YAML_SSL_STORAGE_PORT", "ports.internodeTls"},
                      {"CASSANDRA_JMX_PORT_NUMBER", "ports.jmx"}},
        .reserved = {"CASSANDRA_HOST", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_CFG_YAML_LISTEN_ADDRESS", "CASSANDRA_CFG_YAML_LISTEN_INTERFACE",
                     "CASSANDRA_CFG_YAML_BROADCAST_ADDRESS",
                     "CASSANDRA_CFG_YAML_BROADCAST_RPC_ADDRESS",
                     "CASSANDRA_CFG_YAML_LISTEN_ON_BROADCAST_ADDRESS"},
        .twins = {{"CASSANDRA_CFG_YAML_CLUSTER_NAME", "cluster.name"},
                  {"CASSANDRA_CFG_YAML_ENDPOINT_SNITCH", "cluster.snitch"},
                  {"CASSANDRA_CFG_YAML_NUM_TOKENS", "cluster.numTokens"},
                  {"CASSANDRA_CFG_YAML_NATIVE_TRANSPORT_PORT", "ports.cql"},
                  {"CASSANDRA_CFG_YAML_STORAGE_PORT", "ports.internode"},
                  {"CASSANDRA_CFG_RACKDC_DC", "cluster.datacenter"},
                  {"CASSANDRA_CFG_RACKDC_RACK", "cluster.rack"}},
        // Without a seeder the first start waits for the new password; a seeder waits for the other
        // seeds, which Kubernetes starts after it.
        .passwords = {"CASSANDRA_PASSWORD", "CASSANDRA_PASSWORD_SEEDER"},
        .prefer_local = "CASSANDRA_CFG_RACKDC_PREFER_LOCAL",
        .dials_own_ip = true,
        .fs_group = 1001,
        .start = bitnami_start,
        .mangles = quoted_sed_mangles,
    },
    Flavour{
        .image = cassandra::image(FlavourName::custom),
        .spec_name = "custom",
        .variables = official_variables,
        .reserved = {"CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_BROADCAST_RPC_ADDRESS", "CASSANDRA_RPC_ADDRESS"},
        .start = nullptr,
        .mangles = nullptr,
    },
};

}  // namespace

const Flavour& flavour(FlavourName name) {
  return *std::ranges::find_if(flavours,
                               [&](const Flavour& row) { return row.image.flavour == name; });
}

FlavourName named_flavour(std::string_view name) {
  const auto known = std::ranges::find(flavours, name, &Flavour::spec_name);
  return known == flavours.end() ? FlavourName::custom : known->image.flavour;
}

}  // namespace cassmesh::render
