#include "images.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

constexpr int newest = std::numeric_limits<int>::max();

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
  return read_version(version) ? version : std::string_view();
}

Image google_samples() {
  return {
      .flavour = Flavour::google_samples,
      .words = "google-samples images",
      .repositories = {"google-samples/cassandra", "google_samples/cassandra"},
      .version = google_samples_version,
      .data = "/cassandra_data",
      .script = "/run.sh",
      .settings = "/etc/cassandra/cassandra.yaml",
      .from_variables = {"auto_bootstrap",
                         "broadcast_address",
                         "broadcast_rpc_address",
                         "cluster_name",
                         "compaction_throughput_mb_per_sec",
                         "concurrent_compactors",
                         "concurrent_reads",
                         "concurrent_writes",
                         "counter_cache_size_in_mb",
                         "disk_optimization_strategy",
                         "endpoint_snitch",
                         "gc_warn_threshold_in_ms",
                         "internode_compression",
                         "key_cache_size_in_mb",
                         "listen_address",
                         "listen_interface",
                         "memtable_allocation_type",
                         "memtable_cleanup_threshold",
                         "memtable_flush_writers",
                         "num_tokens",
                         "rpc_address",
                         "rpc_interface",
                         "seed_provider",
                         "start_rpc"},
      .always_written = {"broadcast_address", "broadcast_rpc_address", "cluster_name",
                         "endpoint_snitch", "listen_address", "num_tokens", "rpc_address"},
      .overwritten = {"CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_BROADCAST_ADDRESS",
                      "CASSANDRA_BROADCAST_RPC_ADDRESS"},
      .fixed_snitch = "GossipingPropertyFileSnitch",
      .source = "kubernetes/examples databases/cassandra/image/files/run.sh at 279e8e4fe314",
  };
}

Image official() {
  return {
      .flavour = Flavour::official,
      .words = "the official image",
      .repositories = {"library/cassandra"},
      .version = leading_version,
      .data = "/var/lib/cassandra",
      .addresses = {.listen = "CASSANDRA_LISTEN_ADDRESS",
                    .broadcast = "CASSANDRA_BROADCAST_ADDRESS"},
      .script = "docker-entrypoint.sh",
      .settings = "/etc/cassandra/cassandra.yaml",
      .from_variables = {"broadcast_address", "broadcast_rpc_address", "cluster_name",
                         "endpoint_snitch", "listen_address", "num_tokens", "rpc_address",
                         "start_rpc"},
      .always_written = {"broadcast_address", "broadcast_rpc_address", "listen_address",
                         "rpc_address"},
      .source = "docker-library/cassandra docker-entrypoint.sh at 7b9da8f4f58f",
  };
}

Image bitnami() {
  return {
      .flavour = Flavour::bitnami,
      .words = "Bitnami's image",
      .repositories = {"bitnami/cassandra", "bitnamilegacy/cassandra", "bitnamisecure/cassandra"},
      .version = leading_version,
      .data = "/bitnami/cassandra",
      .addresses = {.listen = "CASSANDRA_CFG_YAML_LISTEN_ADDRESS",
                    .listen_on_broadcast = "CASSANDRA_CFG_YAML_LISTEN_ON_BROADCAST_ADDRESS",
                    .broadcast = "CASSANDRA_BROADCAST_ADDRESS",
                    .broadcast_rpc = "CASSANDRA_CFG_YAML_BROADCAST_RPC_ADDRESS"},
      .script = "/opt/bitnami/scripts/cassandra/",
      .settings = "/opt/bitnami/cassandra/conf/cassandra.yaml",
      .from_variables = {"authenticator", "authorizer", "broadcast_address", "cluster_name",
                         "endpoint_snitch", "internode_encryption", "num_tokens"},
      .source =
          "bitnami/containers bitnami/cassandra/5.0/debian-12 libcassandra.sh and "
          "cassandra-env.sh at 079e74b805f6",
  };
}

Image custom() {
  return {
      .flavour = Flavour::custom,
      .words = "the image",
      .data = "/var/lib/cassandra",
      .addresses = {.listen = "CASSANDRA_LISTEN_ADDRESS",
                    .broadcast = "CASSANDRA_BROADCAST_ADDRESS"},
      .source = "unknown: only the variables' names are taken from the official image",
  };
}

const std::vector<Image>& images() {
  static const std::vector<Image> rows{google_samples(), official(), bitnami(), custom()};
  return rows;
}

bool is_path_end(std::string_view repository, std::string_view end) {
  return repository == end ||
         (repository.ends_with(end) && repository[repository.size() - end.size() - 1] == '/');
}

/// The flavour whose images lie in a repository. Docker Hub's own have no folder: `cassandra` is
/// `library/cassandra`.
Flavour flavour_of(std::string_view repository) {
  constexpr std::string_view hub = "docker.io/";
  if (repository.starts_with(hub)) repository.remove_prefix(hub.size());
  const auto path = repository.find('/') == std::string_view::npos
                        ? fmt::format("library/{}", repository)
                        : std::string(repository);
  const auto known = std::ranges::find_if(images(), [&](const Image& row) {
    return std::ranges::any_of(row.repositories,
                               [&](std::string_view end) { return is_path_end(path, end); });
  });
  return known == images().end() ? Flavour::custom : known->flavour;
}

/// Words in an image's name that say a ring's node, and those that may stand beside them.
constexpr std::array node_words{"cassandra", "elassandra", "scylla", "scylladb"};
constexpr std::array shared_words{"cass", "dse"};
constexpr std::array server_words{"management", "mgmtapi", "server"};
constexpr std::array neutral_words{"alpine",  "api",    "base",        "centos",     "custom",
                                   "db",      "debian", "docker",      "enterprise", "image",
                                   "istio",   "k8s",    "kubernetes",  "lts",        "management",
                                   "mgmtapi", "node",   "oss",         "patched",    "rhel",
                                   "ring",    "server", "statefulset", "ubi",        "ubuntu"};
/// Words that say what works with a ring and is none.
constexpr std::array helper_words{
    "agent",    "backup",     "bench",       "benchmark",  "builder",   "cli",        "client",
    "config",   "connector",  "console",     "cqlsh",      "dashboard", "driver",     "dump",
    "exporter", "init",       "initializer", "job",        "keyspace",  "loader",     "logger",
    "manager",  "medusa",     "metrics",     "migrate",    "migration", "migrations", "migrator",
    "monitor",  "monitoring", "operator",    "prometheus", "proxy",     "reaper",     "repair",
    "restore",  "schema",     "setup",       "sidecar",    "stargate",  "stress",     "tool",
    "toolbox",  "tools",      "ui",          "web"};

template <std::size_t size>
bool is_one_of(const std::array<const char*, size>& words, std::string_view word) {
  return std::ranges::any_of(words, [&](const char* each) { return word == each; });
}

/// The words of a name, without the digits at their ends: `cassandra` and `mgmtapi` of
/// `cassandra3-mgmtapi-4_0`.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char letter : name) {
    if (letter == '-' || letter == '_' || letter == '.') {
      words.emplace_back();
    } else {
      words.back() += lower_case(letter);
    }
  }
  for (auto& word : words) {
    while (!word.empty() && is_digit(word.back())) word.pop_back();
  }
  std::erase(words, std::string());
  return words;
}

}  // namespace

std::optional<Version> read_version(std::string_view text) {
  std::array<int, 3> parts{0, newest, newest};
  const auto* position = text.data();
  const auto* end = text.data() + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [stop, error] = std::from_chars(position, end, parts[i]);
    if (error != std::errc()) return std::nullopt;
    position = stop;
    if (position == end || *position == '-') {
      const std::string_view suffix(position, static_cast<std::size_t>(end - position));
      if (is_prerelease(suffix)) return Version{parts[0], i > 0 ? parts[1] : 0, 0};
      return Version{parts[0], parts[1], parts[2]};
    }
    if (*position != '.') return std::nullopt;
    ++position;
  }
  return std::nullopt;
}

const Image& image(Flavour flavour) {
  return *std::ranges::find(images(), flavour, &Image::flavour);
}

ImageName image_name(std::string_view image) {
  const auto name = image.substr(0, image.find('@'));
  const auto slash = name.rfind('/');
  const auto first = slash == std::string_view::npos ? 0 : slash + 1;
  const auto colon = name.find(':', first);
  return {.repository = name.substr(0, colon),
          .name = name.substr(first, colon == std::string_view::npos ? colon : colon - first),
          .tag = colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1)};
}

ImageFacts image_facts(std::string_view image, std::optional<Flavour> named) {
  const auto [repository, name, tag] = image_name(image);
  ImageFacts facts{.flavour = named ? *named : flavour_of(repository), .version = {}};
  const auto version = cassandra::image(facts.flavour).version;
  if (version != nullptr) facts.version = version(tag);
  return facts;
}

Runs what_runs(std::string_view image) {
  const auto words = words_of(image_name(image).name);
  const auto any = [&](const auto& known) {
    return std::ranges::any_of(words,
                               [&](const std::string& word) { return is_one_of(known, word); });
  };
  if (any(helper_words)) return Runs::something_else;
  const bool names_node = any(node_words) || (any(shared_words) && any(server_words));
  const bool names_nothing_else = std::ranges::all_of(words, [](const std::string& word) {
    return is_one_of(node_words, word) || is_one_of(shared_words, word) ||
           is_one_of(neutral_words, word);
  });
  return names_node && names_nothing_else ? Runs::cassandra : Runs::unknown;
}

bool is_coordinator(std::string_view image) {
  const auto repository = image_name(image).repository;
  return repository.find("stargateio/coordinator-") != repository.npos ||
         repository.find("stargateio/stargate-") != repository.npos;
}

std::string_view dumb_init_of(std::string_view tag) {
  if (tag.starts_with("v11") || tag.starts_with("v12")) return "/sbin/dumb-init";
  if (tag.starts_with("v13") || tag.starts_with("v14")) return "/usr/bin/dumb-init";
  return {};
}

}  // namespace cassmesh::cassandra
