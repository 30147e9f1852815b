#include "flavours.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "../text.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

constexpr int newest = std::numeric_limits<int>::max();

/// What `sed 's/…/… VALUE/'` makes of a value that is put into it as it is.
std::string sed_mangles(std::string_view value) {
  if (value.find('/') != std::string_view::npos) return "has a '/', at which its sed stops";
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
  auto problem = sed_mangles(value);
  if (problem.empty() && key == "cluster.name") problem = plain_yaml_mangles(value);
  return problem;
}

/// Bitnami puts the value between single quotes; its sed has another delimiter.
std::string quoted_sed_mangles(std::string_view key, std::string_view value) {
  if (value.find('&') != std::string_view::npos)
    return "has an '&', for which its sed puts the old line";
  if (value.find('\\') != std::string_view::npos) return "has a '\\', which its sed eats";
  if (key == "cluster.name" && value.find('\'') != std::string_view::npos) {
    return "has a \"'\", which ends the quotes that it is put between";
  }
  return {};
}

std::string nothing_mangled(std::string_view /*key*/, std::string_view /*value*/) {
  return {};
}

const std::array flavours{
    Flavour{
        .name = FlavourName::google_samples,
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
                     "CASSANDRA_RPC_ADDRESS", "CASSANDRA_ENDPOINT_SNITCH"},
        .mangles = plain_sed_mangles,
        .source = "kubernetes/examples databases/cassandra/image/files/run.sh at 279e8e4fe314",
    },
    Flavour{
        .name = FlavourName::official,
        .data = "/var/lib/cassandra",
        .variables = {{"MAX_HEAP_SIZE", "heap.max"},
                      {"HEAP_NEWSIZE", "heap.new"},
                      {"CASSANDRA_SEEDS", "seeds"},
                      {"CASSANDRA_CLUSTER_NAME", "cluster.name"},
                      {"CASSANDRA_DC", "cluster.datacenter"},
                      {"CASSANDRA_RACK", "cluster.rack"},
                      {"CASSANDRA_ENDPOINT_SNITCH", "cluster.snitch"},
                      {"CASSANDRA_NUM_TOKENS", "cluster.numTokens"}},
        .reserved = {"CASSANDRA_CONF", "CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_BROADCAST_RPC_ADDRESS", "CASSANDRA_RPC_ADDRESS"},
        .mangles = plain_sed_mangles,
        .source = "docker-library/cassandra docker-entrypoint.sh at 7b9da8f4f58f",
    },
    Flavour{
        .name = FlavourName::bitnami,
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
        .reserved = {"CASSANDRA_HOST", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_CFG_YAML_LISTEN_ADDRESS", "CASSANDRA_CFG_YAML_LISTEN_INTERFACE",
                     "CASSANDRA_CFG_YAML_BROADCAST_ADDRESS",
                     "CASSANDRA_CFG_YAML_BROADCAST_RPC_ADDRESS",
                     "CASSANDRA_CFG_YAML_LISTEN_ON_BROADCAST_ADDRESS"},
        .mangles = quoted_sed_mangles,
        .source =
            "bitnami/containers bitnami/cassandra/5.0/debian-12 libcassandra.sh at 079e74b805f6",
    },
    Flavour{
        .name = FlavourName::custom,
        .data = "/var/lib/cassandra",
        .variables = {{"MAX_HEAP_SIZE", "heap.max"},
                      {"HEAP_NEWSIZE", "heap.new"},
                      {"CASSANDRA_SEEDS", "seeds"},
                      {"CASSANDRA_CLUSTER_NAME", "cluster.name"},
                      {"CASSANDRA_DC", "cluster.datacenter"},
                      {"CASSANDRA_RACK", "cluster.rack"},
                      {"CASSANDRA_ENDPOINT_SNITCH", "cluster.snitch"},
                      {"CASSANDRA_NUM_TOKENS", "cluster.numTokens"}},
        .reserved = {"CASSANDRA_LISTEN_ADDRESS", "CASSANDRA_BROADCAST_ADDRESS",
                     "CASSANDRA_BROADCAST_RPC_ADDRESS", "CASSANDRA_RPC_ADDRESS"},
        .mangles = nothing_mangled,
        .source = "unknown: only the variables' names are taken from the official image",
    },
};

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

/// The version at the front of a tag: `5.0.4` of `5.0.4-debian-12-r3`; empty if there is none.
std::string_view leading_version(std::string_view tag) {
  std::size_t end = 0;
  while (end < tag.size() && (is_digit(tag[end]) || tag[end] == '.')) ++end;
  if (end == 0 || (end < tag.size() && tag[end] != '-') || tag[end - 1] == '.') return {};
  const auto version = tag.substr(0, end);
  return cassandra_version(version) ? version : std::string_view();
}

bool is_path_end(std::string_view repository, std::string_view end) {
  return repository == end ||
         (repository.ends_with(end) && repository[repository.size() - end.size() - 1] == '/');
}

FlavourName flavour_of(std::string_view repository) {
  if (is_path_end(repository, "google-samples/cassandra") ||
      is_path_end(repository, "google_samples/cassandra")) {
    return FlavourName::google_samples;
  }
  if (is_path_end(repository, "bitnami/cassandra") ||
      is_path_end(repository, "bitnamilegacy/cassandra") ||
      is_path_end(repository, "bitnamisecure/cassandra")) {
    return FlavourName::bitnami;
  }
  if (repository == "cassandra" || repository == "docker.io/cassandra" ||
      is_path_end(repository, "library/cassandra")) {
    return FlavourName::official;
  }
  return FlavourName::custom;
}

constexpr std::string_view yaml_file = "/etc/cassandra/cassandra.yaml";
constexpr std::string_view jvm_file = "/etc/cassandra/cassandra-env.sh";

/// The functions of bash that the scripts are made of. What they say is about lines that set a key
/// (at the start, indented, behind `export` or `&&`), whatever the quotes. They run nothing in
/// `$(`, which would have to be escaped for the kubelet and so be hard to read in a manifest.
constexpr std::string_view check_function = R"sh(
stop() { # FILE LINE
  echo "cassmesh: could not set '$2' in $1: is this another image, or read-only?" >&2
  echo "cassmesh: Cassandra is not started, as its peers could not reach it." >&2
  exit 1
}
check() { # FILE LINE: LINE is in FILE, and no other line sets its key
  [[ $2 =~ ^[a-zA-Z_]+[:=] ]]
  mapfile -t lines < <(grep -E "^([^#]*[[:space:];&|({])?${BASH_REMATCH[0]}" "$1")
  [ "${lines[*]//[\"\']/}" = "$2" ] || stop "$@"
}
)sh";

/// A file is written, not replaced, so that whoever may write it needs no rights on its folder.
constexpr std::string_view put_function = R"sh(
put() { # FILE LINE: puts LINE where its key is set or commented out
  sed -E "s/^(# ?)?${2%%[:=]*}[:=].*/$2/" "$1" > /tmp/cassmesh || stop "$@"
  cat /tmp/cassmesh > "$1" || stop "$@"
  check "$@"
}
)sh";

std::string check_line(std::string_view file, std::string_view line) {
  return fmt::format("check {} {}\n", file, line);
}

std::string put_line(std::string_view file, std::string_view line) {
  return fmt::format("put {} {}\n", file, line);
}

constexpr std::string_view at_loopback =
    "# Listen at 127.0.0.1, where the sidecars of Istio up to 1.9 deliver.\n";
constexpr std::string_view at_pod_ip = "# And at the pod's IP, where all others deliver.\n";

/// What no variable of google-samples' and the official image reaches, and what their start scripts
/// put into the file only if there is a line for it.
std::string put_settings(Listen listen, const spec::ClusterSpec& spec) {
  std::string script;
  if (listen != Listen::pod_ip) {
    script += put_line(yaml_file, "'listen_address: 127.0.0.1'");
    script += put_line(yaml_file, "\"broadcast_address: $POD_IP\"");
  }
  if (listen == Listen::both) {
    script += at_pod_ip;
    script += put_line(yaml_file, "'listen_on_broadcast_address: true'");
  }
  const auto changed = [&](std::string_view path) {
    return spec.integer(path) != 0 && spec.text(path) != spec::fallback(path).text;
  };
  const auto port = [&](std::string_view path, std::string_view key) {
    if (changed(path))
      script += put_line(yaml_file, fmt::format("'{}: {}'", key, spec.integer(path)));
  };
  port("ports.cql", "native_transport_port");
  port("ports.internode", "storage_port");
  port("ports.internodeTls", "ssl_storage_port");
  if (changed("ports.jmx")) {
    script += put_line(jvm_file, fmt::format("JMX_PORT={}", spec.integer("ports.jmx")));
  }
  return script;
}

/// The functions that `body` calls, and itself.
std::vector<std::string> bash(std::string_view body) {
  std::string script(check_function.substr(1));
  if (body.find("\nput ") != std::string_view::npos || body.starts_with("put ")) {
    script += put_function.substr(1);
  }
  script += body;
  return {"/bin/bash", "-c", escape_for_kubelet(script)};
}

Start google_samples_start(Listen listen, const spec::ClusterSpec& spec) {
  std::string body;
  if (listen != Listen::pod_ip) {
    body += at_loopback;
    body +=
        "sed -i 's/^CASSANDRA_LISTEN_ADDRESS=.*/CASSANDRA_LISTEN_ADDRESS=\"127.0.0.1\"/' /run.sh\n";
    body += check_line("/run.sh", "CASSANDRA_LISTEN_ADDRESS=127.0.0.1");
  }
  body += put_settings(listen, spec);
  if (body.empty()) return {};
  body += "exec dumb-init /bin/bash /run.sh\n";
  return {.command = Value::strings(bash(body)), .args = {}};
}

Start official_start(Listen listen, const spec::ClusterSpec& spec) {
  const auto settings = put_settings(listen, spec);
  if (settings.empty()) return {};
  std::string body;
  if (listen != Listen::pod_ip) body += at_loopback;
  body += settings;
  body += "exec docker-entrypoint.sh cassandra -f\n";
  return {.command = Value::strings(bash(body)), .args = {}};
}

/// Bitnami's entrypoint writes the configuration when its arguments name run.sh, then runs them:
/// the check goes between the two.
Start bitnami_start(Listen listen) {
  if (listen == Listen::pod_ip) return {};
  constexpr std::string_view file = "/opt/bitnami/cassandra/conf/cassandra.yaml";
  std::string body = "# The image has written its configuration by now: see that it took.\n";
  body += check_line(file, "'listen_address: 127.0.0.1'");
  body += check_line(file, "\"broadcast_address: $POD_IP\"");
  if (listen == Listen::both) body += check_line(file, "'listen_on_broadcast_address: true'");
  body += "exec /opt/bitnami/scripts/cassandra/run.sh\n";
  return {.command = {}, .args = Value::strings(bash(body))};
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

ImageFacts image_facts(std::string_view image) {
  const auto name = image.substr(0, image.find('@'));
  const auto slash = name.rfind('/');
  const auto colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  const auto repository = name.substr(0, colon);
  const auto tag = colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
  ImageFacts facts{.flavour = flavour_of(repository), .version = {}};
  if (facts.flavour == FlavourName::google_samples) {
    const auto known =
        std::ranges::find(google_tags, tag, &std::pair<std::string_view, std::string_view>::first);
    if (known != google_tags.end()) facts.version = known->second;
  } else if (facts.flavour != FlavourName::custom) {  // whose tags are their makers' own versions
    facts.version = leading_version(tag);
  }
  return facts;
}

Start start(FlavourName flavour, Listen listen, const spec::ClusterSpec& spec) {
  switch (flavour) {
    case FlavourName::google_samples:
      return google_samples_start(listen, spec);
    case FlavourName::official:
      return official_start(listen, spec);
    case FlavourName::bitnami:
      return bitnami_start(listen);
    default:
      return {};
  }
}

std::string escape_for_kubelet(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const bool special =
        text[i] == '$' && i + 1 < text.size() && (text[i + 1] == '(' || text[i + 1] == '$');
    if (special) out += '$';
  }
  return out;
}

}  // namespace cassmesh::render
