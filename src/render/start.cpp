// The start scripts of the images, or what is put in front of them.

#include "start.hpp"

#include <fmt/core.h>

#include <vector>

namespace cassmesh::render {
namespace {

using yaml::Value;

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

}  // namespace

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
Start bitnami_start(Listen listen, const spec::ClusterSpec& /*spec*/) {
  if (listen == Listen::pod_ip) return {};
  constexpr std::string_view file = "/opt/bitnami/cassandra/conf/cassandra.yaml";
  std::string body = "# The image has written its configuration by now: see that it took.\n";
  body += check_line(file, "'listen_address: 127.0.0.1'");
  body += check_line(file, "\"broadcast_address: $POD_IP\"");
  if (listen == Listen::both) body += check_line(file, "'listen_on_broadcast_address: true'");
  body += "exec /opt/bitnami/scripts/cassandra/run.sh\n";
  return {.command = {}, .args = Value::strings(bash(body))};
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
