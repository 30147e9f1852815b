// Where a node listens and whom it dials, as its image, start command, variables and ConfigMaps
// tell.

#include "engine/sockets.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "support.hpp"

using namespace cassmesh;
using engine::Address;
using engine::Binding;
namespace fs = std::filesystem;

namespace {

std::string indented(const std::string& text, std::size_t by) {
  std::string out;
  for (const char letter : text) {
    out += letter;
    if (letter == '\n') out += std::string(by, ' ');
  }
  return out;
}

/// A StatefulSet of one container, which mounts a ConfigMap.
class Scene {
 public:
  /// `container`: its fields in flow style. `data`: the ConfigMap's, likewise.
  Scene(const std::string& container, const std::string& data, const std::string& version = "")
      : Scene(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: c, namespace: data}\n"
            "spec:\n  template:\n    metadata: {labels: {" +
            (version.empty() ? version : "app.kubernetes.io/version: " + version) +
            "}}\n    spec:\n"
            "      volumes: [{name: v, configMap: {name: m}}, {name: e, emptyDir: {}}]\n"
            "      containers:\n      - {" +
            indented(container, 8) +
            "}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: data}\n"
            "data: {" +
            indented(data, 2) + "}\n") {}

  explicit Scene(std::string text) : source_(1, "scene.yaml", std::move(text)) {
    documents_ = yaml::parse(source_);
    std::vector<k8s::Object> all;
    for (const auto& document : documents_) {
      for (const auto& problem : document.problems()) FAIL(problem.message);
      const auto root = document.root();
      if (root["kind"].text() == "List") {
        for (const auto& item : root["items"]) all.emplace_back(item, "default");
      } else if (root) {
        all.emplace_back(root, "default");
      }
    }
    objects_ = k8s::ObjectSet(std::move(all));
  }

  /// Of the first workload that runs Cassandra.
  engine::Sockets sockets() const {
    for (const auto* workload : objects_.workloads()) {
      if (workload->kind() != "StatefulSet") continue;
      if (const auto container = mesh::cassandra_container(*workload))
        return engine::sockets_of({*container, objects_});
    }
    FAIL("no ring");
    return {};
  }

 private:
  Source source_;
  std::vector<yaml::Document> documents_;
  k8s::ObjectSet objects_;
};

std::string_view shown(Address address) {
  switch (address) {
    case Address::pod_ip:
      return "pod";
    case Address::loopback:
      return "loop";
    case Address::wildcard:
      return "wild";
    case Address::unknown:
      break;
  }
  return "?";
}

std::string shown(const Binding& binding) {
  std::string text = binding.on_loopback && binding.on_pod_ip ? "both"
                     : binding.on_loopback                    ? "loop"
                     : binding.on_pod_ip                      ? "pod"
                                                              : "none";
  return binding.is_known ? text : text + "?";
}

/// `both loop pod loop | both pod | loop`: the internode binding, the addresses to listen at, to
/// broadcast and to dial oneself; the binding of CQL and what drivers are told; the binding of JMX.
std::string shown(const engine::Sockets& sockets) {
  return fmt::format("{} {} {} {} | {} {} | {}{}{}", shown(sockets.internode),
                     shown(sockets.listen), shown(sockets.broadcast), shown(sockets.self),
                     shown(sockets.cql), shown(sockets.broadcast_rpc), shown(sockets.jmx),
                     sockets.prefers_local.holds ? " prefers-local" : "",
                     sockets.binds_outbound.holds ? " binds-outbound" : "");
}

struct Row {
  std::string container;
  std::string sockets;
  std::string data{};
  std::string version{};
};

void check(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    INFO(row.container << "\n" << row.data << "\n" << row.version);
    CHECK(shown(Scene(row.container, row.data, row.version).sockets()) == row.sockets);
  }
}

const std::string google = "image: 'gcr.io/google-samples/cassandra:v13'";
const std::string pod_ip = "{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}";
const std::string racks = "{name: CASSANDRA_DC, value: d}, {name: CASSANDRA_RACK, value: r}";

std::string env(const std::string& name, const std::string& value) {
  return fmt::format("{{name: {}, value: \"{}\"}}", name, value);
}

/// Fields of a container: an image, variables and a script as its start command.
std::string with(const std::string& image, const std::vector<std::string>& variables,
                 const std::string& script = {}, const std::string& key = "command") {
  std::string text = image + ",\nenv: [" + pod_ip;
  for (const auto& variable : variables) text += ",\n" + variable;
  text += "]";
  if (script.empty()) return text;
  std::string quoted;
  for (const char letter : script)
    quoted += letter == '\'' ? std::string("''") : std::string(1, letter);
  return text + fmt::format(",\n{}: [bash, -c, '{}']", key, quoted);
}

std::string official(const std::string& tag = "4.1.8") {
  return "image: 'cassandra:" + tag + "'";
}

std::string bitnami(const std::string& tag = "5.0.4") {
  return "image: 'bitnami/cassandra:" + tag + "'";
}

const std::string listen_at_loopback =
    "sed -i 's/^CASSANDRA_LISTEN_ADDRESS=.*/CASSANDRA_LISTEN_ADDRESS=\"127.0.0.1\"/' /run.sh";
const std::string listen_twice =
    "echo 'listen_on_broadcast_address: true' >> /etc/cassandra/cassandra.yaml";
const std::string uncomment =
    "sed -i 's/^# listen_on_broadcast_address:.*/listen_on_broadcast_address: true/' "
    "/etc/cassandra/cassandra.yaml";

}  // namespace

TEST_CASE("google-samples images listen at the pod's IP unless their script is changed") {
  check({
      {google, "pod pod pod pod | both pod | loop"},  // the host name, which is the pod's IP
      {with(google, {}), "pod pod pod pod | both pod | loop"},
      {with(google, {env("CASSANDRA_LISTEN_ADDRESS", "127.0.0.1")}),
       "pod pod pod pod | both pod | loop"},
      {with(google, {}, listen_at_loopback + " && /run.sh"),
       "loop loop pod loop | both pod | loop"},
      {with(google, {}, listen_at_loopback + " && " + listen_twice + " && /run.sh"),
       "both loop pod loop | both pod | loop"},
      {with(google, {}, listen_at_loopback + "; " + uncomment + "; exec /run.sh"),
       "both loop pod loop | both pod | loop"},
      {with(google, {},
            listen_at_loopback +
                " && sed -i 's/^listen_on_broadcast_address:.*/listen_on_broadcast_address: true/' "
                "/etc/cassandra/cassandra.yaml && /run.sh"),
       "loop loop pod loop | both pod | loop"},  // the line is commented out
      {with(google, {},
            listen_at_loopback + " && sed -i -e '/listen_on_broadcast_address/d' " +
                "/etc/cassandra/cassandra.yaml && /run.sh"),
       "both? loop pod loop | both pod | loop"},
      {with(google, {},
            "sed -i 's/^CASSANDRA_LISTEN_ADRESS=.*/CASSANDRA_LISTEN_ADDRESS=127.0.0.1/' /run.sh && "
            "/run.sh"),
       "pod pod pod pod | both pod | loop"},  // matches nothing
      {with(google, {}, "sed -i '/^CASSANDRA_LISTEN_ADDRESS/d' /run.sh && /run.sh"),
       "both? ? pod ? | both pod | loop"},
      {with(google, {}, "sed -i 's/.{POD_IP:-.HOSTNAME}/127.0.0.1/' /run.sh && /run.sh"),
       "both? ? ? ? | both? ? | loop"},
      {with(google, {},
            "sed -i 's/^CASSANDRA_BROADCAST_ADDRESS=.*/CASSANDRA_BROADCAST_ADDRESS=127.0.0.1/' "
            "/run.sh && /run.sh"),
       "pod pod loop pod | both pod | loop"},
      {with(google, {env("CASSANDRA_RPC_ADDRESS", "127.0.0.1")}),
       "pod pod pod pod | loop pod | loop"},
      {with(google, {env("CASSANDRA_RPC_ADDRESS", "$(POD_IP)")}),
       "pod pod pod pod | pod pod | loop"},
      {google + ", env: [{name: POD_IP, value: 10.1.2.3}]", "both? ? ? ? | both ? | loop"},
      {google + ", command: [/other.sh]", "both? ? ? ? | both? ? | loop"},
      {google + ", command: [/other.sh]", "both? ? ? ? | both? ? | loop",
       "cassandra.yaml: 'listen_address: localhost'"},
      // Written anew, whatever the file says.
      {with(google, {}), "pod pod pod pod | both pod | loop",
       "cassandra.yaml: \"listen_address: 127.0.0.1\\nrpc_address: 127.0.0.1\\n\""},
      {with(google, {}, listen_at_loopback + " && /run.sh"), "both loop pod loop | both pod | loop",
       "cassandra.yaml: \"listen_on_broadcast_address: true  # twice\\n\""},
  });
}

TEST_CASE("the official image listens where its variables say, else at the pod's IP") {
  const auto loopback = env("CASSANDRA_LISTEN_ADDRESS", "127.0.0.1");
  const auto broadcast = env("CASSANDRA_BROADCAST_ADDRESS", "$(POD_IP)");
  const std::string start = " && exec docker-entrypoint.sh cassandra -f";
  check({
      {official(), "pod pod pod pod | both pod | loop"},
      {with(official(), {}), "pod pod pod pod | both pod | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", "auto")}),
       "pod pod pod pod | both pod | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", "$(POD_IP)")}),
       "pod pod pod pod | both pod | loop"},
      {with(official(), {loopback}), "loop loop loop loop | both loop | loop"},
      {with(official(), {loopback, broadcast}), "loop loop pod loop | both pod | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", "localhost"),
                         env("CASSANDRA_BROADCAST_ADDRESS", "auto")}),
       "loop loop pod loop | both pod | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", "")}),
       "loop loop loop loop | both ? | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", ""), broadcast}),
       "loop loop pod loop | both pod | loop"},
      {with(official(),
            {loopback, broadcast, env("CASSANDRA_LISTEN_ON_BROADCAST_ADDRESS", "true")}),
       "loop loop pod loop | both pod | loop"},  // which nobody reads
      {with(official(), {loopback, broadcast}, uncomment + start),
       "both loop pod loop | both pod | loop"},
      {with(official(), {loopback, broadcast},
            "sed -i -r 's/^(# )?listen_on_broadcast_address:.*/listen_on_broadcast_address: true/' "
            "/etc/cassandra/cassandra.yaml" +
                start),
       "both loop pod loop | both pod | loop"},
      {with(official(), {},
            "sed -i 's/^listen_address:.*/listen_address: 127.0.0.1/' "
            "/etc/cassandra/cassandra.yaml" +
                start),
       "pod pod pod pod | both pod | loop"},  // undone by the entrypoint
      {with(official(), {broadcast}, "export CASSANDRA_LISTEN_ADDRESS=127.0.0.1" + start),
       "loop loop pod loop | both pod | loop"},
      {with(official(), {},
            "CASSANDRA_LISTEN_ADDRESS=$POD_IP exec docker-entrypoint.sh cassandra -f"),
       "pod pod pod pod | both pod | loop"},
      {with(official(), {}, "export CASSANDRA_LISTEN_ADDRESS=\"$(hostname -i)\"" + start),
       "pod pod pod pod | both pod | loop"},
      {with(official(), {},
            "export CASSANDRA_LISTEN_ADDRESS=$(ip route | awk '{print $9}')" + start),
       "both? ? ? ? | both ? | loop"},
      {with(official(), {env("CASSANDRA_RPC_ADDRESS", "127.0.0.1")}),
       "pod pod pod pod | loop pod | loop"},
      {with(official(), {env("CASSANDRA_BROADCAST_RPC_ADDRESS", "127.0.0.1")}),
       "pod pod pod pod | both loop | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", "0.0.0.0"), broadcast}),
       "none wild pod wild | both pod | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", "::1"), broadcast}),
       "loop loop pod loop | both pod | loop"},
      {with(official(), {env("CASSANDRA_LISTEN_ADDRESS", "10.0.0.7")}),
       "both? ? ? ? | both ? | loop"},
      {official() +
           ",\nenv: [{name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, " +
           env("CASSANDRA_LISTEN_ADDRESS", "$(POD_NAME).cassandra") + "]",
       "pod pod pod pod | both pod | loop"},
      {official() + ",\nenv: [{name: CASSANDRA_LISTEN_ADDRESS, valueFrom: {secretKeyRef: {name: s, "
                    "key: k}}}]",
       "both? ? ? ? | both ? | loop"},
      {official() + ",\nenv: [{name: CASSANDRA_LISTEN_ADDRESS, valueFrom: {configMapKeyRef: {name: "
                    "m, key: address}}}]",
       "loop loop loop loop | both loop | loop", "address: 127.0.0.1"},
      {official() + ",\nenvFrom: [{configMapRef: {name: m}}]",
       "loop loop loop loop | both loop | loop", "CASSANDRA_LISTEN_ADDRESS: 127.0.0.1"},
      {official() + ",\nenvFrom: [{configMapRef: {name: elsewhere}}]",
       "both? ? ? ? | both? ? | both?"},
      {official() + ",\nenvFrom: [{secretRef: {name: password}}]",
       "pod pod pod pod | both pod | loop"},
      {official() + ",\nargs: [cassandra, -f, -R]", "pod pod pod pod | both pod | loop"},
      // Nobody knows what an init container put there.
      {with(official(), {loopback, broadcast}) +
           ",\nvolumeMounts: [{name: e, mountPath: /etc/cassandra}]",
       "both? loop pod loop | both pod | loop"},
      {with(official(), {loopback, broadcast}) +
           ",\nvolumeMounts: [{name: v, mountPath: /etc/cassandra}]",
       "both loop pod loop | both pod | loop",
       "cassandra.yaml: 'listen_on_broadcast_address: true'"},
      {with(official(), {loopback, broadcast}), "loop loop pod loop | both pod | loop",
       "cassandra.yaml: '# listen_on_broadcast_address: true'"},
      // A file of a ConfigMap lies over whatever was put into its folder.
      {with(official(), {loopback, broadcast}) +
           ",\nvolumeMounts: [{name: e, mountPath: /etc/cassandra}, {name: v, mountPath: "
           "/etc/cassandra/cassandra.yaml, subPath: cass.yml}]",
       "both loop pod loop | both pod | loop", "cass.yml: '{listen_on_broadcast_address: true}'"},
      {with(official(), {loopback, broadcast}), "both? loop pod loop | both pod | loop",
       "cassandra.yaml: 'listen_on_broadcast_address: [true'"},
  });
}

TEST_CASE("Bitnami's image takes what is most to the point of several variables") {
  const auto loopback = env("CASSANDRA_CFG_YAML_LISTEN_ADDRESS", "127.0.0.1");
  const auto broadcast = env("CASSANDRA_BROADCAST_ADDRESS", "$(POD_IP)");
  const auto twice = env("CASSANDRA_CFG_YAML_LISTEN_ON_BROADCAST_ADDRESS", "true");
  const std::string mount = ",\nvolumeMounts: [{name: v, mountPath: /bitnami/cassandra/conf}]";
  check({
      {bitnami(), "pod pod pod pod | both pod | loop"},
      {with(bitnami(), {env("CASSANDRA_HOST", "127.0.0.1")}),
       "loop loop loop loop | both loop | loop"},
      {with(bitnami(), {env("CASSANDRA_HOST", "127.0.0.1"), broadcast}),
       "loop loop pod loop | both loop | loop"},
      {with(bitnami(), {env("CASSANDRA_HOST", "$(POD_IP)")}), "pod pod pod pod | both pod | loop"},
      {with(bitnami(), {loopback, broadcast}), "loop loop pod loop | both pod | loop"},
      {with(bitnami(), {loopback, broadcast, twice}), "both loop pod loop | both pod | loop"},
      {with(bitnami(), {loopback, twice}), "loop loop loop loop | both pod | loop"},
      {with(bitnami(), {env("CASSANDRA_LISTEN_ADDRESS", "127.0.0.1")}),
       "pod pod pod pod | both pod | loop"},
      {with(bitnami(), {env("CASSANDRA_ENABLE_REMOTE_CONNECTIONS", "false")}),
       "loop loop loop loop | loop loop | loop"},
      {with(bitnami(), {env("CASSANDRA_CFG_YAML_RPC_ADDRESS", "127.0.0.1")}),
       "pod pod pod pod | loop pod | loop"},
      {with(bitnami(), {env("CASSANDRA_HOST_FILE", "/host")}), "both? ? ? ? | both ? | loop"},
      {with(bitnami(), {loopback, broadcast},
            "sed -i 's/^# listen_on_broadcast_address:.*/listen_on_broadcast_address: true/' "
            "/opt/bitnami/cassandra/conf/cassandra.yaml && exec "
            "/opt/bitnami/scripts/cassandra/run.sh",
            "args"),
       "both loop pod loop | both pod | loop"},
      // The file as a ConfigMap brings it, and no variable.
      {with(bitnami(), {env("CASSANDRA_HOST", "127.0.0.1")}) + mount,
       "pod pod pod pod | both pod | loop",
       "cassandra.yaml: \"listen_address:\\nlisten_interface: eth0\\nrpc_address: 0.0.0.0\\n"
       "broadcast_rpc_address: ${POD_IP}\\n\""},
      {with(bitnami(), {}) + mount, "loop loop pod loop | loop loop | loop",
       "cassandra.yaml: \"listen_interface: lo\\nbroadcast_address: '$POD_IP'\\n"
       "rpc_address: localhost\\n\""},
      {with(bitnami(), {env("CASSANDRA_HOST", "127.0.0.1")}),
       "loop loop loop loop | both loop | loop", "cassandra.yaml: 'listen_address: 10.0.0.1'"},
      {with(bitnami(), {}) + ",\nvolumeMounts: [{name: e, mountPath: /opt/bitnami/cassandra/conf}]",
       "pod pod pod pod | both pod | loop"},
  });
}

TEST_CASE("of an unknown image only what is said on purpose is taken for true") {
  const std::string acme = "image: 'registry.example.com/cassandra:7'";
  const std::string scylla = "image: 'scylladb/scylla:5.4'";
  const auto loopback = env("CASSANDRA_LISTEN_ADDRESS", "127.0.0.1");
  const auto broadcast = env("CASSANDRA_BROADCAST_ADDRESS", "$(POD_IP)");
  check({
      {acme, "both? ? ? ? | both? ? | both?"},
      {with(acme, {env("CASSANDRA_LISTEN_ADDRESS", "$(POD_IP)"), broadcast}),
       "pod pod pod pod | both? ? | both?"},
      {with(acme, {loopback, broadcast}), "both? loop pod loop | both? ? | both?"},
      {with(acme, {loopback, broadcast}), "loop loop pod loop | both? ? | both?",
       "cassandra.yaml: 'listen_address: 127.0.0.1'"},
      {with(acme, {broadcast}), "both? ? pod ? | both? ? | both?",
       "cassandra.yaml: 'listen_address: localhost'"},  // as in every copy
      {with(acme, {loopback}), "both? ? ? ? | both? ? | both?",
       "cassandra.yaml: 'listen_address: 10.0.0.7'"},
      {acme, "both loop pod loop | both pod | both?",
       "cassandra.yaml: \"listen_address: 127.0.0.1\\nlisten_on_broadcast_address: true\\n"
       "broadcast_address: $HOSTNAME\\nrpc_address: 0.0.0.0\\n"
       "broadcast_rpc_address: $(hostname -i)\\n\""},
      {with(acme, {}, listen_at_loopback + " && " + listen_twice + " && /run.sh"),
       "both? loop ? loop | both? ? | both?"},
      {with(acme, {loopback}, "exec /start"), "both? ? ? ? | both? ? | both?"},
      {"image: k8ssandra/cass-management-api:4.1.7", "both? ? ? ? | both? ? | both?"},
      {"image: datastax/dse-server:6.8.40", "both? ? ? ? | both? ? | both?"},
      {scylla, "both? ? ? ? | both? ? | both?"},
      {with(scylla, {}) + ", args: [--listen-address=0.0.0.0, --rpc-address, '$(POD_IP)', "
                          "--broadcast-address, $(POD_IP)]",
       "both wild pod wild | pod ? | both?"},
      {with(scylla, {}) + ", args: [--listen-address, $(POD_IP)]",
       "pod pod ? pod | both? ? | both?"},
  });
}

TEST_CASE("Cassandra's version decides where a node listens twice and whom it dials") {
  const std::vector<std::string> loopback{env("CASSANDRA_LISTEN_ADDRESS", "127.0.0.1"),
                                          env("CASSANDRA_BROADCAST_ADDRESS", "$(POD_IP)")};
  const auto twice = uncomment + " && exec docker-entrypoint.sh cassandra -f";
  const auto at = [&](const std::string& tag) { return with(official(tag), loopback, twice); };
  const auto once = [&](const std::string& tag) { return with(official(tag), loopback); };
  check({
      {at("2.2.4"), "loop loop pod loop | both pod | loop binds-outbound"},
      {at("2.2.5"), "both loop pod loop | both pod | loop binds-outbound"},
      {at("3.0.2"), "loop loop pod loop | both pod | loop binds-outbound"},
      {at("3.0.3"), "both loop pod loop | both pod | loop binds-outbound"},
      {at("3.1"), "loop loop pod loop | both pod | loop binds-outbound"},
      {at("3.9"), "both loop pod loop | both pod | loop binds-outbound"},
      {at("3.10"), "both loop pod loop | both pod | loop"},
      {once("3.11"), "loop loop pod loop | both pod | loop"},
      {once("4.0-beta4"), "loop loop pod pod | both pod | loop"},
      {once("4.0.7"), "loop loop pod pod | both pod | loop"},
      {once("4.0.8"), "loop loop pod loop | both pod | loop"},
      {once("4.0"), "loop loop pod loop | both pod | loop"},
      {once("4.1.0"), "loop loop pod pod | both pod | loop"},
      {once("4.1.1"), "loop loop pod loop | both pod | loop"},
      {once("5.0"), "loop loop pod loop | both pod | loop"},
      {once("latest"), "loop loop pod loop | both pod | loop"},
      {once("latest"), "loop loop pod pod | both pod | loop", "", "4.0.3"},
      {with(official("3.9"), {}), "pod pod pod pod | both pod | loop"},
      {with("image: 'gcr.io/google-samples/cassandra:v11'", {}, listen_at_loopback + " && /run.sh"),
       "loop loop pod loop | both pod | loop binds-outbound"},
      {with(official("3.9"),
            {loopback[0], loopback[1], env("JVM_OPTS", "-Dcassandra.outboundBindAny=true")}),
       "loop loop pod loop | both pod | loop"},
  });
}

TEST_CASE("nodes go over to listen addresses by the snitch's option") {
  const auto gossiping = env("CASSANDRA_ENDPOINT_SNITCH", "GossipingPropertyFileSnitch");
  const std::string file =
      "cassandra-rackdc.properties: \"dc=a\\nrack=b\\nprefer_local = TRUE\\n\"";
  const std::string fine = "pod pod pod pod | both pod | loop";
  check({
      {with(official(), {gossiping}), fine + " prefers-local", file},
      {with(official(), {env("CASSANDRA_ENDPOINT_SNITCH",
                             "org.apache.cassandra.locator.GossipingPropertyFileSnitch")}),
       fine + " prefers-local", file},
      {with(official(), {}), fine, file},  // SimpleSnitch reads no such file
      {with(official(), {gossiping}), fine, "cassandra-rackdc.properties: '# prefer_local=true'"},
      {with(official(), {gossiping},
            "sed -i 's/^# prefer_local=true/prefer_local=true/' "
            "/etc/cassandra/cassandra-rackdc.properties; exec docker-entrypoint.sh cassandra -f"),
       fine + " prefers-local"},
      {with(official(), {gossiping},
            "echo prefer_local=true >> $CASSANDRA_CONF/cassandra-rackdc.properties; exec "
            "docker-entrypoint.sh cassandra -f"),
       fine + " prefers-local"},
      {with(bitnami(), {gossiping, env("CASSANDRA_CFG_RACKDC_PREFER_LOCAL", "true")}),
       fine + " prefers-local"},
      {with(bitnami(), {env("CASSANDRA_CFG_RACKDC_PREFER_LOCAL", "true")}), fine},
      {with(official(), {gossiping, env("CASSANDRA_CFG_RACKDC_PREFER_LOCAL", "true")}), fine},
      {with(google, {racks}), fine, file},  // the script writes the file anew
      {with(google, {gossiping}), fine + " prefers-local", file},
      // It makes nodes go over to the machine's address, wherever Cassandra listens.
      {with(official(), {env("CASSANDRA_ENDPOINT_SNITCH", "Ec2MultiRegionSnitch")}),
       "pod pod ? pod | both pod | loop"},
  });
}

TEST_CASE("JMX is open to other pods where LOCAL_JMX says so") {
  const std::string local = "pod pod pod pod | both pod | loop";
  const std::string open = "pod pod pod pod | both pod | both";
  const std::string start = " && exec docker-entrypoint.sh cassandra -f";
  check({
      {with(google, {env("CASSANDRA_OPEN_JMX", "true")}), open},
      {with(google, {env("CASSANDRA_OPEN_JMX", "false")}), local},
      {with(official(), {env("CASSANDRA_OPEN_JMX", "true")}), local},
      {with(official(), {env("LOCAL_JMX", "no")}), open},
      {with(official(), {env("LOCAL_JMX", "yes")}), local},
      {with(official(), {env("LOCAL_JMX", "")}), local},
      {with(bitnami(), {env("LOCAL_JMX", "no")}), open},
      {with(official(), {},
            "sed -i 's/LOCAL_JMX=yes/LOCAL_JMX=no/' /etc/cassandra/cassandra-env.sh" + start),
       open},
      {with(official(), {}, "export LOCAL_JMX=no" + start), open},
      {with(official(), {}, "sed -i '/LOCAL_JMX/d' /etc/cassandra/cassandra-env.sh" + start),
       open + "?"},
      {with(official(), {env("JVM_OPTS", "-Dcom.sun.management.jmxremote.port=7199")}), open + "?"},
      {with(official(), {}), open + "?", "cassandra-env.sh: 'JMX_PORT=7199'"},
      {with(bitnami(), {env("CASSANDRA_CFG_ENV_LOCAL_JMX", "no")}), open + "?"},
  });
}

TEST_CASE("ports are what variables and files say, with TLS before 4.0 another one") {
  struct Ports {
    std::string container;
    std::string data;
    std::string ports;
  };
  const std::string tls =
      "cassandra.yaml: \"storage_port: 7010\\nssl_storage_port: 7011\\n"
      "server_encryption_options:\\n  internode_encryption: all\\n\"";
  const auto encryption = [](const std::string& mode) {
    return "cassandra.yaml: 'server_encryption_options: {internode_encryption: " + mode + "}'";
  };
  const std::vector<Ports> rows{
      {official(), "", "7000 9042 7199"},
      {official("4.1.8"), tls, "7010 9042 7199 tls"},
      {official("3.11.9"), tls, "7011 9042 7199 tls"},
      {official("latest"), tls, "7010 9042 7199 tls"},
      {official("3.11.9"), encryption("dc"), "7000 9042 7199"},
      {official("3.11.9"), encryption("rack"), "7001 9042 7199 tls"},
      {official("3.11.9"), encryption("none"), "7000 9042 7199"},
      {official("3.11.9"), encryption("\"all\""), "7001 9042 7199 tls"},
      {official("3.11.9"), encryption("all, keystore: /k"), "7001 9042 7199 tls"},
      {official("3.11.9"),
       "cassandra.yaml: \"# internode_encryption: all\\nserver_encryption_options:\\n"
       "  # not internode_encryption: none\\n  internode_encryption: rack # of late\\n\"",
       "7001 9042 7199 tls"},
      {official("3.11.9"), "cassandra.yaml: '# internode_encryption: all'", "7000 9042 7199"},
      {official("3.11.9"), "cassandra.yaml: 'internode_encryption: all'", "7000 9042 7199"},
      {with(official("3.11.9"), {env("CASSANDRA_INTERNODE_ENCRYPTION", "all")}), "",
       "7000 9042 7199"},  // which only Bitnami's image reads
      {with(bitnami("3.11.9"), {env("CASSANDRA_INTERNODE_ENCRYPTION", "all")}), "",
       "7001 9042 7199 tls"},
      {with(official("3.11.9"), {},
            "sed -i 's/internode_encryption: none/internode_encryption: all/' "
            "/etc/cassandra/cassandra.yaml && exec docker-entrypoint.sh cassandra -f"),
       "", "7001 9042 7199 tls"},
      // No YAML: what looks like a setting is taken for one.
      {official("3.11.9"),
       "cassandra.yaml: \"a: [\\n# storage_port: 7009\\nstorage_port: 7010\\n\"", "7010 9042 7199"},
      {official(), "cassandra.yaml: 'native_transport_port: 9043'", "7000 9043 7199"},
      {official(), "cassandra.yaml: 'native_transport_port: 99999999999999'", "7000 9042 7199"},
      {with(bitnami(),
            {env("CASSANDRA_TRANSPORT_PORT_NUMBER", "7010"),
             env("CASSANDRA_CQL_PORT_NUMBER", "9043"), env("CASSANDRA_JMX_PORT_NUMBER", "7299")}),
       "", "7010 9043 7299"},
  };
  for (const auto& row : rows) {
    INFO(row.container << row.data);
    const auto sockets = Scene(row.container, row.data).sockets();
    CHECK(fmt::format("{} {} {}{}", sockets.internode_port, sockets.cql_port, sockets.jmx_port,
                      sockets.has_internode_tls ? " tls" : "") == row.ports);
  }
}

TEST_CASE("what decides about an address is named and shown") {
  struct Why {
    std::string container;
    std::string data;
    std::string internode;  ///< the place of the evidence, and the clause
    std::string broadcast;
  };
  const std::vector<Why> rows{
      {official(), "", "- listen_address is the pod IP by the start script of the official image",
       "- broadcast_address is the pod IP by the start script of the official image"},
      {official() + ",\nenv: [" + env("CASSANDRA_LISTEN_ADDRESS", "127.0.0.1") + "]", "",
       "11:55 listen_address is 127.0.0.1 by CASSANDRA_LISTEN_ADDRESS",
       "11:55 broadcast_address is 127.0.0.1 by CASSANDRA_LISTEN_ADDRESS"},
      {official() + ",\nenv: [" + env("CASSANDRA_LISTEN_ADDRESS", "127.0.0.1") + ",\n" +
           env("CASSANDRA_BROADCAST_ADDRESS", "auto") + "]",
       "cassandra.yaml: 'listen_on_broadcast_address: true'",
       "11:55 listen_address is 127.0.0.1 by CASSANDRA_LISTEN_ADDRESS, and "
       "listen_on_broadcast_address is true by ConfigMap 'data/m'",
       "12:52 broadcast_address is the pod IP by CASSANDRA_BROADCAST_ADDRESS"},
      {bitnami() + ",\nvolumeMounts: [{name: v, mountPath: /bitnami/cassandra/conf/}]",
       "cassandra.yaml: 'listen_address: 127.0.0.1'",
       "16:24 listen_address is 127.0.0.1 by ConfigMap 'data/m'",
       "16:24 broadcast_address is not set, and listen_address is 127.0.0.1 by ConfigMap 'data/m'"},
      {google + ",\ncommand: [sh, -c,\n\"sed -i 's/^CASSANDRA_LISTEN_ADDRESS=.*/"
                "CASSANDRA_LISTEN_ADDRESS=127.0.0.1/' /run.sh && /run.sh\"]",
       "", "12:9 listen_address is 127.0.0.1 by the start command",
       "- broadcast_address is the pod IP by the start script of google-samples images"},
      {"image: acme/cassandra", "", "- the files do not tell what listen_address is",
       "- the files do not tell what broadcast_address is"},
  };
  const auto place = [](const engine::Evidence& by) {
    if (!by.at) return std::string("-");
    CHECK(by.object != nullptr);
    const auto at = by.at.where().at;
    return fmt::format("{}:{}", at.line, at.column);
  };
  for (const auto& row : rows) {
    INFO(row.container);
    const Scene scene(row.container, row.data);
    const auto sockets = scene.sockets();
    CHECK(fmt::format("{} {}", place(sockets.internode.by), sockets.internode.why) ==
          row.internode);
    CHECK(fmt::format("{} {}", place(sockets.broadcast_by), sockets.broadcast_why) ==
          row.broadcast);
  }
}

TEST_CASE("seeds are those of the variable") {
  const auto sockets =
      Scene(with(official(), {env("CASSANDRA_SEEDS", "c-0.c, c-1.c,$(NOBODY)")}), "").sockets();
  CHECK(sockets.seeds.empty());  // the whole value is unknown
  const auto known = Scene(with(official(), {env("CASSANDRA_SEEDS", "c-0.c, 10.0.0.1")}), "");
  CHECK(known.sockets().seeds == std::vector<std::string>{"c-0.c", "10.0.0.1"});
  CHECK(known.sockets().seeds_by.at.text() == "c-0.c, 10.0.0.1");
}

TEST_CASE("what is rendered listens as it was rendered to") {
  const std::string both = "both loop pod loop | both pod | loop";
  const std::string pod = "pod pod pod pod | both pod | loop";
  const std::string loop = "loop loop pod loop | both pod | loop";
  const std::vector<std::pair<std::string, std::string>> others{
      {"custom-image", "pod pod pod pod | both? ? | both?"},
      {"loopback-up-to-1.9", loop},
      {"pod-ip-from-1.10", pod},
  };
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(source_folder() / "tests/render")) {
    const auto name = entry.path().stem().string();
    INFO(name);
    const auto other = std::ranges::find(others, name, &std::pair<std::string, std::string>::first);
    CHECK(shown(Scene(files::read_file(entry.path())).sockets()) ==
          (other == others.end() ? both : other->second));
    ++count;
  }
  CHECK(count > others.size());
}

TEST_CASE("known setups listen where they do") {
  const std::string pod = "pod pod pod pod | both pod | loop";
  const std::vector<std::pair<std::string, std::string>> rows{
      {"ambient/cassandra.yaml", pod},
      {"bitnami-chart/rendered.yaml", pod},
      {"cass-operator/services.yaml", "both? ? ? ? | both? ? | both?"},
      {"datacenters/cassandra.yaml", pod},
      {"kustomize-overlays/base/statefulset.yaml", pod},
      {"recipe-on-istio-1.1/cassandra.yaml", "loop loop pod loop | both pod | loop"},
      {"ring-on-istio-1.24/cassandra.yaml", pod},
      {"two-rings/events.yaml", pod},
      {"two-rings/profiles.yaml", pod},
  };
  for (const auto& [path, sockets] : rows) {
    INFO(path);
    const auto file = source_folder() / "tests/setups" / path;
    CHECK(shown(Scene(files::read_file(file)).sockets()) == sockets);
  }
}
