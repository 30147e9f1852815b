#include "flavours.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "../text.hpp"

namespace cassmesh::render {
namespace {

constexpr int newest = std::numeric_limits<int>::max();

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

/// Cassandra's releases in the tags of google-samples.
/// Source: kubernetes/examples cassandra/image/Makefile and build.sh at 37aa34b6, cabf8b8e,
/// 40f5426f; kubernetes/kubernetes examples/storage/cassandra/image at 064976be.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> google_tags{{
    {"v11", "3.9"},
    {"v12", "3.10"},
    {"v13", "3.11.2"},
    {"v14", "3.11.2"},
    {"v13-dev", "3.11.2"},
    {"v14-dev", "3.11.2"},
}};

std::string_view google_samples_version(std::string_view tag) {
  const auto known =
      std::ranges::find(google_tags, tag, &std::pair<std::string_view, std::string_view>::first);
  return known == google_tags.end() ? std::string_view() : known->second;
}

/// Whether the end of a version or tag (`-beta4`) says that it comes before the release.
bool is_prerelease(std::string_view suffix) {
  return suffix.starts_with("-alpha") || suffix.starts_with("-beta") || suffix.starts_with("-rc");
}

/// The version at the front of a tag: `5.0.4` of `5.0.4-debian-12-r3`, `4.0-beta4` of `4.0-beta4`;
/// empty if there is none.
std::string_view leading_version(std::string_view tag) {
  std::size_t end = 0;
  while (end < tag.size() && (is_digit(tag[end]) || tag[end] == '.')) ++end;
  if (end == 0 || (end < tag.size() && tag[end] != '-') || tag[end - 1] == '.') return {};
  if (is_prerelease(tag.substr(end))) end = std::min(tag.find('-', end + 1), tag.size());
  const auto version = tag.substr(0, end);
  return cassandra_version(version) ? version : std::string_view();
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
        .name = FlavourName::google_samples,
        .spec_name = "google-samples",
        .words = "google-samples images",
        .repositories = {"google-samples/cassandra", "google_samples/cassandra"},
        .version = google_samples_version,
        .data = "/cassandra_data",
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
        .overwritten = {"CASSANDRA_ENDPOINT_SNITCH"},
        .fixed_snitch = "GossipingPropertyFileSnitch",
        .needs_root =
            "it changes /run.sh, hands the data over to its own user and becomes that user",
        // Lets the JVM lock its memory, as Kubernetes' example has it.
        .capabilities = {"IPC_LOCK"},
        // The official image with the cqlsh of Cassandra 3.11: its own does not run.
        .client_image = "cassandra:3.11",
        .start = google_samples_start,
        .mangles = plain_sed_mangles,
        .source = "kubernetes/examples databases/cassandra/image/files/run.sh at 279e8e4fe314",
    },
    Flavour{
        .name = FlavourName::official,
        .spec_name = "official",
        .words = "the official image",
        .repositories = {"library/cassandra"},
        .version = leading_version,
        .data = "/var/lib/cassandra",
        .variables = official_variables,
        .addresses = {.listen = "CASSANDRA_LISTEN_ADDRESS",
                      .broadcast = "CASSANDRA_BROADCAST_ADDRESS"},
        .reserved = {"CASSANDRA_CONF", "CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_BROADCAST_RPC_ADDRESS", "CASSANDRA_RPC_ADDRESS"},
        .starts_as_root = true,
        .start = official_start,
        .mangles = plain_sed_mangles,
        .source = "docker-library/cassandra docker-entrypoint.sh at 7b9da8f4f58f",
    },
    Flavour{
        .name = FlavourName::bitnami,
        .spec_name = "bitnami",
        .words = "Bitnami's image",
        .repositories = {"bitnami/cassandra", "bitnamilegacy/cassandra", "bitnamisecure/cassandra"},
        .version = leading_version,
        .data = "/bitnami/cassandra",
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
        .addresses = {.listen = "CASSANDRA_CFG_YAML_LISTEN_ADDRESS",
                      .listen_on_broadcast = "CASSANDRA_CFG_YAML_LISTEN_ON_BROADCAST_ADDRESS",
                      .broadcast = "CASSANDRA_BROADCAST_ADDRESS",
                      .broadcast_rpc = "CASSANDRA_CFG_YAML_BROADCAST_RPC_ADDRESS"},
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
        .source =
            "bitnami/containers bitnami/cassandra/5.0/debian-12 libcassandra.sh at 079e74b805f6",
    },
    Flavour{
        .name = FlavourName::custom,
        .spec_name = "custom",
        .words = "the image",
        .data = "/var/lib/cassandra",
        .variables = official_variables,
        .addresses = {.listen = "CASSANDRA_LISTEN_ADDRESS",
                      .broadcast = "CASSANDRA_BROADCAST_ADDRESS"},
        .reserved = {"CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_BROADCAST_RPC_ADDRESS", "CASSANDRA_RPC_ADDRESS"},
        .start = nullptr,
        .mangles = nullptr,
        .source = "unknown: only the variables' names are taken from the official image",
    },
};

bool is_path_end(std::string_view repository, std::string_view end) {
  return repository == end ||
         (repository.ends_with(end) && repository[repository.size() - end.size() - 1] == '/');
}

/// The flavour whose images lie in a repository. Docker Hub's own have no folder: `cassandra` is
/// `library/cassandra`.
FlavourName flavour_of(std::string_view repository) {
  constexpr std::string_view hub = "docker.io/";
  if (repository.starts_with(hub)) repository.remove_prefix(hub.size());
  const auto path = repository.find('/') == std::string_view::npos
                        ? fmt::format("library/{}", repository)
                        : std::string(repository);
  const auto known = std::ranges::find_if(flavours, [&](const Flavour& row) {
    return std::ranges::any_of(row.repositories,
                               [&](std::string_view end) { return is_path_end(path, end); });
  });
  return known == flavours.end() ? FlavourName::custom : known->name;
}

}  // namespace

std::optional<CassandraVersion> cassandra_version(std::string_view text) {
  std::array<int, 3> parts{0, newest, newest};
  const auto* position = text.data();
  const auto* end = text.data() + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [stop, error] = std::from_chars(position, end, parts[i]);
    if (error != std::errc()) return std::nullopt;
    position = stop;
    if (position == end || *position == '-') {
      const std::string_view suffix(position, static_cast<std::size_t>(end - position));
      if (is_prerelease(suffix)) return CassandraVersion{parts[0], i > 0 ? parts[1] : 0, 0};
      return CassandraVersion{parts[0], parts[1], parts[2]};
    }
    if (*position != '.') return std::nullopt;
    ++position;
  }
  return std::nullopt;
}

const Flavour& flavour(FlavourName name) {
  return *std::ranges::find(flavours, name, &Flavour::name);
}

FlavourName named_flavour(std::string_view name) {
  const auto known = std::ranges::find(flavours, name, &Flavour::spec_name);
  return known == flavours.end() ? FlavourName::custom : known->name;
}

ImageFacts image_facts(std::string_view image, std::optional<FlavourName> named) {
  const auto name = image.substr(0, image.find('@'));
  const auto slash = name.rfind('/');
  const auto colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  const auto repository = name.substr(0, colon);
  const auto tag = colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
  ImageFacts facts{.flavour = named ? *named : flavour_of(repository), .version = {}};
  const auto version = flavour(facts.flavour).version;
  if (version != nullptr) facts.version = version(tag);
  return facts;
}

}  // namespace cassmesh::render
